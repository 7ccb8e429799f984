#include "base/cron.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Any text is a schedule or refused with an Error; a schedule goes on in time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto schedule = CronSchedule::parse({reinterpret_cast<const char*>(data), size});
    Instant at{};
    for (int i = 0; i < 3; ++i) {
      const auto next = schedule.next(at, TimeZone());
      if (!next || *next <= at) std::abort();
      at = *next;
    }
  } catch (const Error&) {
  }
  return 0;
}

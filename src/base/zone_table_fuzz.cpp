#include "base/error.h"
#include "base/zone_table.h"

#include <cstddef>
#include <cstdint>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Any bytes are the clocks of a place or refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto table = ZoneTable::parse({reinterpret_cast<const char*>(data), size});
    static_cast<void>(table.offset({}));
    static_cast<void>(table.instant({}));
  } catch (const Error&) {
  }
  return 0;
}

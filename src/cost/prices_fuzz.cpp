#include "base/error.h"

#include "cost/bill.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Any text is read or refused with an Error; what is read prices any work without a NaN.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const Prices prices =
        parse_prices({reinterpret_cast<const char*>(data), size}, "fuzz", shipped_prices());
    Usage usage;
    usage.user_seconds = 10;
    usage.seconds = 5;
    usage.peak_bytes = std::int64_t{1} << 30;
    for (const Offer& offer : bill_of(usage, prices).offers) {
      if (std::isnan(offer.total())) std::abort();
    }
  } catch (const Error&) {
  }
  return 0;
}

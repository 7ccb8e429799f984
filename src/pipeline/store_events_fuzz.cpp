#include "base/error.h"
#include "pipeline/store_events.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Any bytes are read or refused with an Error; what is read names bucket and key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    for (const StoreEvent& event :
         parse_store_events({reinterpret_cast<const char*>(data), size})) {
      if (event.bucket.empty() || event.key.empty()) std::abort();
      static_cast<void>(inbox_of(event, "s3://bucket/prefix"));
    }
  } catch (const Error&) {
  }
  return 0;
}

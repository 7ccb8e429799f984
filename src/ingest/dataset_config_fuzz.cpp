#include "base/error.h"
#include "ingest/dataset_config.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Any text is read or refused with an Error; what is read survives writing and reading again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const DatasetConfig config =
        parse_dataset_config({reinterpret_cast<const char*>(data), size}, "fuzz");
    if (parse_dataset_config(to_toml(config), "again") != config) std::abort();
  } catch (const Error&) {
  }
  return 0;
}

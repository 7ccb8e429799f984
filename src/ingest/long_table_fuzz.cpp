#include "base/error.h"
#include "ingest/long_table.h"
#include "table/scratch_folder.h"

#include <cstddef>
#include <cstdint>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Bytes that begin with a line end are the rows below a usual header.
static std::string with_header(const std::string& bytes) {
  return bytes.starts_with('\n') ? "unique_id,ds,y" + bytes : bytes;
}

/// Keeps one run small; the limit itself is what is tested.
constexpr std::int64_t kMostValues = 1'000'000;

/// Any file is read or refused with an Error, as a csv with and without a frequency.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ScratchFolder folder;
  const auto file =
      folder.write("long.csv", with_header({reinterpret_cast<const char*>(data), size}));
  for (const char* const frequency : {"", "h", "W", "ME", "1"}) {
    try {
      static_cast<void>(read_long_table(file, {frequency, TimeZone(), kMostValues}));
    } catch (const Error&) {
    }
  }
  return 0;
}

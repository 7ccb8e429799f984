#include "table/csv_record.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using forecart::CsvDialect;
using forecart::Record;
using forecart::RecordExtent;

/// Any bytes split into records that cover them without gap or overlap, whole or in two halves.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Record record;
  const std::string_view half = bytes.substr(0, size / 2);
  if (!half.empty()) {
    const RecordExtent early = split_record(half, CsvDialect{}, false, record);
    const std::vector<std::string> fields(record.fields.begin(), record.fields.end());
    const RecordExtent whole = split_record(bytes, CsvDialect{}, true, record);
    if (early.complete && early.bytes != whole.bytes) std::abort();
    if (early.complete &&
        !std::equal(fields.begin(), fields.end(), record.fields.begin(), record.fields.end())) {
      std::abort();
    }
  }
  while (!bytes.empty()) {
    const RecordExtent extent = split_record(bytes, CsvDialect{}, true, record);
    if (!extent.complete || extent.bytes == 0 || extent.bytes > bytes.size()) std::abort();
    if (record.fields.empty() || extent.lines < 1) std::abort();
    bytes.remove_prefix(extent.bytes);
  }
  return 0;
}

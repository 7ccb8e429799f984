#include "base/error.h"
#include "ingest/ingest.h"
#include "ingest/mapping.h"
#include "table/scratch_folder.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Bytes that begin with a line end are the rows below a usual header.
static std::string with_header(const std::string& bytes) {
  return bytes.starts_with('\n')
             ? "Order ID,Product,Quantity Ordered,Price Each,Order Date,Address" + bytes
             : bytes;
}

/// Any csv is ingested, every row of it counted once, or refused with an Error that leaves nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ScratchFolder folder;
  const auto source =
      folder.write("orders.csv", with_header({reinterpret_cast<const char*>(data), size}));
  const IngestFiles files{source, folder / "sales.parquet", folder / "rejects.csv", ""};
  std::filesystem::remove(files.sales);
  std::filesystem::remove(files.rejects);
  try {
    const IngestCounts counts = ingest_file(files, guess_dataset_config({source}, {})).counts;
    if (counts.rows_read != counts.rows_accepted + counts.rows_rejected) std::abort();
  } catch (const Error&) {
    if (exists(files.sales) || exists(files.rejects)) std::abort();
  }
  return 0;
}

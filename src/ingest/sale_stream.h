#pragma once

#include "ingest/cleaner.h"
#include "ingest/ingest.h"
#include "table/row_stream.h"

namespace forecart {

/// The accepted rows of a file on their way into SQL; refused ones go to the writer, and both are
/// counted. Columns are the sales columns under kSalesPrefix and then the raw ones under their own
/// names, which dimension expressions may use.
class SaleStream final : public RowStream {
 public:
  static constexpr std::string_view kSalesPrefix = "sale:";

  SaleStream(RecordSource& source, Cleaner& cleaner, RejectWriter& rejects);

  const std::vector<StreamColumn>& columns() const override { return columns_; }
  std::size_t fill(ChunkWriter& chunk) override;

  const IngestCounts& counts() const { return counts_; }

 private:
  void count(const Sale& sale);
  void count(const Reject& reject);
  void put(ChunkWriter& chunk, std::size_t row, const Sale& sale) const;
  void put_raw(ChunkWriter& chunk, std::size_t row) const;

  RecordSource& source_;
  Cleaner& cleaner_;
  RejectWriter& rejects_;
  std::vector<StreamColumn> columns_;
  std::size_t raw_from_ = 0;
  Record record_;
  IngestCounts counts_;
  double revenue_lost_ = 0;  // rounding error of the running sum [Kahan1965]
};

/// Names of the sales columns that every sales file has, in order.
std::vector<std::string> sales_columns();

}  // namespace forecart

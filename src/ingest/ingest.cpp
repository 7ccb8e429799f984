#include "ingest/ingest.h"

#include "base/durable_file.h"
#include "base/error.h"
#include "ingest/sale_stream.h"
#include "ingest/sales_sql.h"
#include "table/database.h"
#include "table/parquet_reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

namespace fs = std::filesystem;

/// Output that takes its name only when the work is done; removed otherwise.
class PendingFile {
 public:
  explicit PendingFile(const fs::path& path) : path_(path), part_(path) {
    part_ += fmt::format(".{}.part", process_name());
  }
  ~PendingFile() {
    std::error_code ignored;
    fs::remove(part_, ignored);
  }
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  const fs::path& part() const { return part_; }
  void publish() const { fs::rename(part_, path_); }

 private:
  fs::path path_;
  fs::path part_;
};

void copy_sales(SaleStream& stream, const DatasetConfig& config, const fs::path& target) {
  const Database& database = shared_database();
  const auto offer = database.offer(stream);
  const Table copied = query_dimensions(
      database, fmt::format("COPY ({}) TO {} (FORMAT parquet)", sales_query(config, offer.source()),
                            sql_literal(target.string())));
  const auto written = static_cast<std::int64_t>(copied.numbers("Count").front());
  if (written == stream.counts().rows_accepted) return;
  throw Error(
      ErrorCode::invalid_value,
      fmt::format("the dimensions turn {} rows into {}; a dimension must give one value per "
                  "row",
                  stream.counts().rows_accepted, written));
}

/// A sum of amounts to six decimals, so that it shows no rounding errors of its terms; one too
/// large for that as it is.
double to_micro_units(double amount) {
  constexpr double kMicro = 1e6;
  constexpr double kExact = 9007199254740992;  // 2^53
  const double scaled = amount * kMicro;
  return std::abs(scaled) < kExact ? std::round(scaled) / kMicro : amount;
}

}  // namespace

IngestCounts& IngestCounts::operator+=(const IngestCounts& other) {
  rows_read += other.rows_read;
  rows_accepted += other.rows_accepted;
  rows_rejected += other.rows_rejected;
  for (std::size_t i = 0; i < rejected_by_reason.size(); ++i) {
    rejected_by_reason[i] += other.rejected_by_reason[i];
  }
  exact_duplicates += other.exact_duplicates;
  files_known += other.files_known;
  returns += other.returns;
  cancellations += other.cancellations;
  revenue += other.revenue;
  if (other.first) first = std::min(first.value_or(*other.first), *other.first);
  if (other.last) last = std::max(last.value_or(*other.last), *other.last);
  return *this;
}

nlohmann::json to_json(const IngestCounts& counts, const TimeZone& zone) {
  nlohmann::json reasons = nlohmann::json::object();
  for (std::size_t i = 0; i < counts.rejected_by_reason.size(); ++i) {
    if (counts.rejected_by_reason[i] == 0) continue;
    reasons[std::string(to_string(static_cast<RejectReason>(i)))] = counts.rejected_by_reason[i];
  }
  const auto time = [&zone](const std::optional<Instant>& instant) {
    return instant ? nlohmann::json(format_instant(*instant, zone)) : nlohmann::json();
  };
  return {{"rows_read", counts.rows_read},
          {"rows_accepted", counts.rows_accepted},
          {"rows_rejected", counts.rows_rejected},
          {"rejected_by_reason", reasons},
          {"exact_duplicates", counts.exact_duplicates},
          {"files_known", counts.files_known},
          {"first", time(counts.first)},
          {"last", time(counts.last)},
          {"returns", counts.returns},
          {"cancellations", counts.cancellations},
          {"revenue", to_micro_units(counts.revenue)}};
}

IngestResult ingest_file(const IngestFiles& files, const DatasetConfig& config) {
  const std::string name = files.name.empty() ? files.source.filename().string() : files.name;
  const FileFormat format =
      survey_file(files.source, config, files.name.empty() ? files.source.string() : name);
  const auto source = open_records(files.source, config.csv);
  Cleaner cleaner(*source, config, format, name);
  const PendingFile sales(files.sales);
  const PendingFile rejected(files.rejects);
  RejectWriter rejects(rejected.part(), name);
  SaleStream stream(*source, cleaner, rejects);
  copy_sales(stream, config, sales.part());
  rejects.close();
  IngestResult result{stream.counts(), format};
  result.counts.exact_duplicates = count_exact_duplicates({sales.part()});
  rejected.publish();
  sales.publish();
  return result;
}

std::int64_t count_exact_duplicates(const std::vector<fs::path>& sales) {
  if (sales.empty()) return 0;
  const Table counts = shared_database().query(fmt::format(
      "SELECT count(*) - count(DISTINCT row_hash) AS n FROM {}", parquet_source(sales)));
  return counts.integers("n").front();
}

}  // namespace forecart

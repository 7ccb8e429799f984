#include "ingest/ingest_preview.h"

#include "ingest/sale_stream.h"
#include "ingest/sales_sql.h"
#include "table/database.h"
#include "table/number_text.h"
#include "table/record_source.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace forecart {

namespace {

/// The first rows of another source.
class FirstRecords final : public RecordSource {
 public:
  FirstRecords(std::unique_ptr<RecordSource> all, std::size_t most)
      : all_(std::move(all)), left_(most) {
    set_header(all_->header());
    set_columns(all_->columns());
  }

  bool next(Record& record) override {
    if (left_ == 0) {
      cut_ = cut_ || all_->next(record);
      return false;
    }
    --left_;
    const bool found = all_->next(record);
    if (!found) left_ = 0;
    ended_ = ended_ || !found;
    return found;
  }
  /// Whether there are no others; once `next` gave false.
  bool whole() const { return ended_ || !cut_; }

 private:
  std::unique_ptr<RecordSource> all_;
  std::size_t left_;
  bool ended_ = false;
  bool cut_ = false;
};

/// All have to be read to be counted.
Table first_sales(SaleStream& stream, const DatasetConfig& config, std::size_t most) {
  const Database& database = shared_database();
  const auto offer = database.offer(stream);
  Table all = query_dimensions(
      database,
      fmt::format("SELECT * EXCLUDE (row_hash) REPLACE (strftime(\"time\", '%Y-%m-%dT%H:%M:%S') AS "
                  "\"time\", strftime(instant, '%Y-%m-%dT%H:%M:%SZ') AS instant) FROM ({})",
                  sales_query(config, offer.source())));
  if (all.row_count() <= most) return all;
  std::vector<Column> kept = all.columns();
  for (Column& column : kept) {
    std::visit([most](auto& values) { values.resize(most); }, column.values);
  }
  return Table(std::move(kept));
}

Table first_rejects(const std::filesystem::path& file, std::size_t most) {
  const auto source = open_records(file, {.delimiter = ','});
  std::vector<std::int64_t> lines;
  std::vector<std::string> columns, reasons, texts;
  Record record;
  constexpr std::size_t kFields = 5;  // file, line, column, reason, text
  while (lines.size() < most && source->next(record)) {
    if (record.fields.size() != kFields) continue;
    lines.push_back(parse_integer(record.fields[1]).value_or(0));
    columns.emplace_back(record.fields[2]);
    reasons.emplace_back(record.fields[3]);
    texts.emplace_back(record.fields[4]);
  }
  Table table;
  table.add("line", std::move(lines));
  table.add("column", std::move(columns));
  table.add("reason", std::move(reasons));
  table.add("text", std::move(texts));
  return table;
}

}  // namespace

IngestPreview preview_file(const IngestFiles& files, const DatasetConfig& config,
                           const PreviewLimits& limits) {
  const FileFormat format = survey_file(files.source, config, files.name);
  FirstRecords source(open_records(files.source, config.csv), limits.rows);
  Cleaner cleaner(source, config, format, files.name);
  RejectWriter rejects(files.rejects, files.name);
  SaleStream stream(source, cleaner, rejects);
  IngestPreview preview;
  preview.sales = first_sales(stream, config, limits.sales);
  rejects.close();
  preview.counts = stream.counts();
  preview.whole = source.whole();
  preview.rejects = first_rejects(files.rejects, limits.rejects);
  return preview;
}

}  // namespace forecart

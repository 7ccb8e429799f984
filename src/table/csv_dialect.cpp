#include "table/csv_dialect.h"

#include "base/error.h"

#include <fmt/format.h>

#include <array>

namespace forecart {

namespace {

constexpr std::array kDelimiters{',', ';', '\t', '|'};
constexpr int kSampleRows = 200;

bool is_empty_row(const Record& record) {
  return record.fields.size() == 1 && record.fields.front().empty();
}

/// How well a delimiter splits the sample: share of rows with as many cells as the first.
struct Fit {
  double share = 0;
  std::size_t cells = 0;

  bool better_than(const Fit& other) const {
    if (cells < 2 || other.cells < 2) return cells >= 2 && other.cells < 2;
    return share != other.share ? share > other.share : cells > other.cells;
  }
};

Fit fit_of(std::string_view bytes, const CsvDialect& dialect, bool last) {
  Record record;
  Fit fit;
  int rows = 0;
  int equal = 0;
  while (!bytes.empty() && rows < kSampleRows) {
    const RecordExtent extent = split_record(bytes, dialect, last, record);
    if (!extent.complete) break;
    bytes.remove_prefix(extent.bytes);
    if (is_empty_row(record)) continue;
    if (rows == 0) fit.cells = record.fields.size();
    ++rows;
    if (record.fields.size() == fit.cells) ++equal;
  }
  fit.share = rows == 0 ? 0 : static_cast<double>(equal) / rows;
  return fit;
}

[[noreturn]] void refuse(std::string_view file, std::string_view what, std::string_view remedy) {
  throw Error(ErrorCode::bad_data, fmt::format("'{}' is {}; {}", file, what, remedy));
}

}  // namespace

CsvDialect sniff_dialect(std::string_view bytes, char quote, bool last) {
  CsvDialect dialect;
  dialect.quote = quote;
  const bool has_line_feed = bytes.find('\n') != std::string_view::npos;
  if (!has_line_feed && bytes.find('\r') != std::string_view::npos) dialect.line_end = '\r';
  CsvDialect best = dialect;
  Fit best_fit;
  for (const char delimiter : kDelimiters) {
    dialect.delimiter = delimiter;
    const Fit fit = fit_of(bytes, dialect, last);
    if (!fit.better_than(best_fit)) continue;
    best_fit = fit;
    best = dialect;
  }
  return best;
}

void require_text(std::string_view bytes, std::string_view file) {
  const auto begins = [bytes](std::string_view magic) { return bytes.starts_with(magic); };
  if (begins("PK\x03\x04")) {
    refuse(file, "a zip file (perhaps an Excel workbook)", "unpack it or export it as CSV");
  }
  if (begins("PAR1")) refuse(file, "a parquet file that cannot be read as one", "copy it again");
  if (begins("\xFF\xFE") || begins("\xFE\xFF")) {
    refuse(file, "written in UTF-16", "save it as UTF-8 (iconv -f utf-16 -t utf-8)");
  }
  if (bytes.find('\0') != std::string_view::npos) {
    refuse(file, "no text (it holds NUL bytes)", "give csv, csv.gz, csv.zst or parquet");
  }
}

}  // namespace forecart

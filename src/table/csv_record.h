#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// How a csv file separates its cells.
struct CsvDialect {
  char delimiter = ',';
  char quote = '"';      ///< '\0': quotes mean nothing
  char line_end = '\n';  ///< '\n' also takes "\r\n"

  friend bool operator==(const CsvDialect&, const CsvDialect&) = default;
};

enum class RecordFlaw { none, bad_quotes, invalid_utf8 };

/// One row as it stands in a file. The views lie in the reader's memory or in this record's own and
/// hold until the next read into it.
struct Record {
  std::int64_t line = 0;  ///< physical line it begins on, from 1; row of a parquet
  RecordFlaw flaw = RecordFlaw::none;
  std::vector<std::string_view> fields;  ///< without quotes; of a flawed row what could be split
  std::string_view text;                 ///< all its bytes without the last line end
  std::string unquoted;                  ///< memory of fields that held doubled quotes
};

/// How much of the bytes one record took.
struct RecordExtent {
  bool complete = false;   ///< false: the record may go on after the bytes given
  std::size_t bytes = 0;   ///< with its line end
  std::int64_t lines = 0;  ///< physical lines
};

/// Splits the record at the front of `bytes` (not empty) by RFC 4180; blanks between a closing
/// quote and the delimiter are forgiven. `last` says that no bytes follow. A quote that never
/// closes, or that closes before other text, makes the first physical line a record with the flaw
/// bad_quotes.
RecordExtent split_record(std::string_view bytes, const CsvDialect& dialect, bool last,
                          Record& record);

/// Takes the first physical line as one record with the flaw bad_quotes.
RecordExtent take_line(std::string_view bytes, const CsvDialect& dialect, Record& record);

/// A cell as it is written to a csv file: quoted where it must be.
std::string csv_cell(std::string_view text, char delimiter = ',');

/// Appends the same to `row`.
void append_csv_cell(std::string& row, std::string_view text, char delimiter = ',');

}  // namespace forecart

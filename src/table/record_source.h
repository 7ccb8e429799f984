#pragma once

#include "table/csv_record.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What to take for granted about a csv file; the rest is found out from its first bytes.
struct CsvOptions {
  std::optional<char> delimiter{};
  char quote = '"';    ///< '\0' for none
  bool header = true;  ///< false: columns are called column1, column2, ...

  friend bool operator==(const CsvOptions&, const CsvOptions&) = default;
};

/// The rows of a file below its header, as text, one after the other, in constant memory.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  /// Names of the columns, trimmed; a second column of a name gets "_2", an empty name "columnN".
  const std::vector<std::string>& columns() const { return columns_; }

  /// The header as it stands in the file; empty without one. Rows equal to it are repeated headers.
  const std::vector<std::string>& header() const { return header_; }

  /// Reads the next row; false at the end. Blank rows are rows too. Throws Error bad_data where the
  /// file is damaged.
  virtual bool next(Record& record) = 0;

 protected:
  void set_header(std::vector<std::string> header);
  void set_columns(std::vector<std::string> names);

 private:
  std::vector<std::string> columns_;
  std::vector<std::string> header_;
};

/// Opens csv, csv.gz, csv.zst or parquet. Throws Error not_found, unreadable or bad_data (empty, no
/// text, a header that is not UTF-8, a parquet file that is none).
std::unique_ptr<RecordSource> open_records(const std::filesystem::path& path,
                                           const CsvOptions& options = {});

/// True for a file that open_records reads as parquet: by its name or its first bytes.
bool is_parquet(const std::filesystem::path& path);

/// True if every field is empty or blanks.
bool is_blank(const Record& record);

}  // namespace forecart

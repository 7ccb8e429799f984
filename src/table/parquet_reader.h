#pragma once

#include "table/database.h"
#include "table/record_source.h"

#include <optional>

namespace forecart {

/// The rows of a parquet file as text: numbers in their shortest form, times in ISO 8601, NULL as
/// "". Record::line is the row, from 1; Record::text the row as csv.
class ParquetReader final : public RecordSource {
 public:
  /// Throws Error bad_data when the file is not parquet.
  explicit ParquetReader(const std::filesystem::path& path);

  bool next(Record& record) override;

 private:
  std::optional<Database::Cursor> cursor_;
  Table block_;
  std::size_t row_ = 0;
  std::int64_t line_ = 0;
  std::string text_;
};

/// Names and DuckDB types of the columns of a parquet file. Throws as ParquetReader does.
struct ParquetColumn {
  std::string name;
  std::string type;
};
std::vector<ParquetColumn> parquet_columns(const std::filesystem::path& path);

/// "read_parquet('...')" for SQL; the name is taken as it is, without wildcards.
std::string parquet_source(const std::vector<std::filesystem::path>& paths);

}  // namespace forecart

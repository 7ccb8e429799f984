#pragma once

#include "table/table.h"

#include <duckdb.h>

#include <string>
#include <vector>

namespace forecart {

/// Gathers the chunks of a DuckDB result into typed columns. The result must outlive the reader.
class ResultReader {
 public:
  /// Throws Error invalid_value that names a column whose type has no counterpart.
  explicit ResultReader(duckdb_result& result);

  void append(duckdb_data_chunk chunk);
  std::size_t row_count() const { return rows_; }
  /// The rows gathered since the last call.
  Table take();

 private:
  struct Source {
    std::string name;
    duckdb_type type;
    duckdb_type stored;  ///< of a decimal: how its digits lie in memory
    double scale;        ///< of a decimal: 10^-digits
  };

  std::vector<Source> sources_;
  std::vector<ColumnValues> values_;
  std::size_t rows_ = 0;
};

}  // namespace forecart

#include "table/table_file.h"

#include "base/error.h"
#include "table/byte_source.h"
#include "table/column_guess.h"
#include "table/database.h"
#include "table/parquet_reader.h"
#include "table/record_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

namespace forecart {

namespace {

namespace fs = std::filesystem;

Table read_csv(const fs::path& path) {
  const auto source = open_records(path);
  const std::size_t width = source->columns().size();
  std::vector<std::vector<std::string>> cells(width);
  Record record;
  while (source->next(record)) {
    if (is_blank(record) && record.fields.size() != width) continue;
    if (record.flaw != RecordFlaw::none || record.fields.size() != width) {
      throw Error(
          ErrorCode::bad_data,
          fmt::format("line {} of '{}' has {} cells where the header has {}: {}", record.line,
                      path.string(), record.fields.size(), width, record.text.substr(0, 100)));
    }
    for (std::size_t i = 0; i < width; ++i) cells[i].emplace_back(record.fields[i]);
  }
  Table result;
  for (std::size_t i = 0; i < width; ++i) {
    result.add(source->columns()[i], guess_values(std::move(cells[i])));
  }
  return result;
}

/// Types that ResultReader takes as they are; truth values may be missing and become text then.
bool is_direct(const std::string& type) {
  return type == "DOUBLE" || type == "FLOAT" || type.starts_with("DECIMAL") ||
         type.ends_with("INTEGER") || type.ends_with("INT") || type == "VARCHAR" ||
         type == "DATE" || type == "TIMESTAMP" || type == "TIMESTAMP WITH TIME ZONE" ||
         type == "BOOLEAN";
}

Table read_parquet(const fs::path& path) {
  std::vector<std::string> selected;
  for (const ParquetColumn& column : parquet_columns(path)) {
    const std::string name = sql_identifier(column.name);
    selected.push_back(
        is_direct(column.type) ? name : fmt::format("CAST({} AS VARCHAR) AS {}", name, name));
  }
  return shared_database().query(
      fmt::format("SELECT {} FROM {}", fmt::join(selected, ", "), parquet_source({path})));
}

StreamType stream_type(const ColumnValues& values) {
  if (std::holds_alternative<std::vector<double>>(values)) return StreamType::number;
  if (std::holds_alternative<std::vector<std::int64_t>>(values)) return StreamType::integer;
  if (std::holds_alternative<std::vector<bool>>(values)) return StreamType::flag;
  return StreamType::text;
}

class TableStream final : public RowStream {
 public:
  explicit TableStream(const Table& table) : table_(table) {
    for (const Column& column : table.columns()) {
      columns_.push_back({column.name, stream_type(column.values)});
    }
  }

  const std::vector<StreamColumn>& columns() const override { return columns_; }

  std::size_t fill(ChunkWriter& chunk) override {
    const std::size_t count = std::min(chunk.capacity(), table_.row_count() - next_);
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      for (std::size_t row = 0; row < count; ++row) put(chunk, column, row);
    }
    next_ += count;
    return count;
  }

 private:
  void put(ChunkWriter& chunk, std::size_t column, std::size_t row) const {
    const ColumnValues& values = table_.columns()[column].values;
    const std::size_t from = next_ + row;
    if (const auto* const numbers = std::get_if<std::vector<double>>(&values)) {
      const double value = (*numbers)[from];
      value == value ? chunk.number(column, row, value) : chunk.missing(column, row);
    } else if (const auto* const integers = std::get_if<std::vector<std::int64_t>>(&values)) {
      chunk.integer(column, row, (*integers)[from]);
    } else if (const auto* const flags = std::get_if<std::vector<bool>>(&values)) {
      chunk.flag(column, row, (*flags)[from]);
    } else {
      chunk.text(column, row, std::get<std::vector<std::string>>(values)[from]);
    }
  }

  const Table& table_;
  std::vector<StreamColumn> columns_;
  std::size_t next_ = 0;
};

fs::path unfinished(const fs::path& path) {
  fs::path result = path;
  result += fmt::format(".{}.part", getpid());
  return result;
}

void write_parquet(const Table& table, const fs::path& path) {
  if (table.columns().empty()) {
    throw Error(ErrorCode::bad_data, fmt::format("'{}' would have no columns", path.string()));
  }
  TableStream stream(table);
  const fs::path part = unfinished(path);
  try {
    const Database& database = shared_database();
    const auto offer = database.offer(stream);
    database.execute(fmt::format("COPY (SELECT * FROM {}) TO {} (FORMAT parquet)", offer.source(),
                                 sql_literal(part.string())));
    fs::rename(part, path);
  } catch (...) {
    std::error_code ignored;
    fs::remove(part, ignored);
    throw;
  }
}

[[noreturn]] void refuse_write(const fs::path& path, const fs::path& part) {
  const int code = errno;
  std::error_code ignored;
  fs::remove(part, ignored);
  const bool full = code == ENOSPC || code == EDQUOT;
  throw Error(full             ? ErrorCode::no_space
              : code == ENOENT ? ErrorCode::not_found
                               : ErrorCode::unreadable,
              fmt::format("'{}' cannot be written: {}", path.string(), std::strerror(code)));
}

}  // namespace

void write_file(const fs::path& path, std::string_view bytes) {
  const fs::path part = unfinished(path);
  std::FILE* const file = std::fopen(part.c_str(), "wbe");
  if (file == nullptr) refuse_write(path, part);
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (std::fclose(file) != 0 || !written || std::rename(part.c_str(), path.c_str()) != 0) {
    refuse_write(path, part);
  }
}

Table read_table(const fs::path& path) {
  require_readable_file(path);
  return is_parquet(path) ? read_parquet(path) : read_csv(path);
}

void write_table(const Table& table, const fs::path& path) {
  if (path.extension() == ".parquet") {
    write_parquet(table, path);
  } else {
    write_file(path, to_csv(table));
  }
}

std::string to_csv(const Table& table) {
  std::string result;
  const auto end_row = [&result] { result.back() = '\n'; };
  for (const Column& column : table.columns()) {
    append_csv_cell(result, column.name);
    result += ',';
  }
  if (result.empty()) return result;
  end_row();
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    for (const Column& column : table.columns()) {
      append_csv_cell(result, cell_text(column, row));
      result += ',';
    }
    end_row();
  }
  return result;
}

}  // namespace forecart

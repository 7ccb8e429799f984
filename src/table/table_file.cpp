#include "table/table_file.h"

#include "base/durable_file.h"
#include "base/error.h"
#include "table/byte_source.h"
#include "table/column_guess.h"
#include "table/database.h"
#include "table/parquet_reader.h"
#include "table/record_source.h"
#include "table/table_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

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

void put_cell(ChunkWriter& chunk, std::size_t column, std::size_t row, const ColumnValues& values,
              std::size_t from) {
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

/// Blocks, of which the first is there, as SQL reads them.
class BlockStream final : public RowStream {
 public:
  BlockStream(Table first, const TableBlocks& next) : block_(std::move(first)), next_(next) {
    for (const Column& column : block_.columns()) {
      columns_.push_back({column.name, stream_type(column.values)});
    }
  }

  const std::vector<StreamColumn>& columns() const override { return columns_; }

  std::size_t fill(ChunkWriter& chunk) override {
    while (done_ == block_.row_count()) {
      std::optional<Table> block = next_();
      if (!block) return 0;
      block_ = std::move(*block);
      done_ = 0;
    }
    const std::size_t count = std::min(chunk.capacity(), block_.row_count() - done_);
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      const ColumnValues& values = block_.columns()[column].values;
      for (std::size_t row = 0; row < count; ++row) {
        put_cell(chunk, column, row, values, done_ + row);
      }
    }
    done_ += count;
    return count;
  }

 private:
  Table block_;
  const TableBlocks& next_;
  std::size_t done_ = 0;  // rows of the block
  std::vector<StreamColumn> columns_;
};

/// A pipe or device, which must not be replaced by a file.
bool is_device(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) && !fs::is_regular_file(path, ignored);
}

fs::path unfinished(const fs::path& path) {
  fs::path result = path;
  result += fmt::format(".{}.part", process_name());
  return result;
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
  if (is_device(path)) {
    std::FILE* const device = std::fopen(path.c_str(), "wbe");
    const bool written =
        device != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), device) == bytes.size();
    if (device == nullptr || std::fclose(device) != 0 || !written) refuse_write(path, {});
    return;
  }
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
    std::optional<Table> once = table;
    write_parquet([&] { return std::exchange(once, std::nullopt); }, path);
  } else {
    write_file(path, to_csv(table));
  }
}

void write_parquet(const TableBlocks& next, const fs::path& path) {
  std::optional<Table> first = next();
  if (!first || first->columns().empty()) {
    throw Error(ErrorCode::bad_data, fmt::format("'{}' would have no columns", path.string()));
  }
  BlockStream stream(std::move(*first), next);
  const fs::path part = unfinished(path);
  try {
    const Database& database = shared_database();
    const auto offer = database.offer(stream);
    database.execute(fmt::format("COPY (SELECT * FROM {}) TO {} (FORMAT parquet)", offer.source(),
                                 sql_literal(part.string())));
    if (std::rename(part.c_str(), path.c_str()) != 0) refuse_write(path, part);
  } catch (...) {
    std::error_code ignored;
    fs::remove(part, ignored);
    throw;
  }
}

}  // namespace forecart

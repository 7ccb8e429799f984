#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

enum class StreamType { number, integer, hash, flag, text, timestamp };

struct StreamColumn {
  std::string name;
  StreamType type = StreamType::text;
};

/// A block of rows on its way into SQL: cells are set by row and by the stream's column number.
/// Cells never set hold rubbish; use `missing` for NULL. Columns that the query does not ask for
/// are skipped (`wants` tells).
class ChunkWriter {
 public:
  virtual ~ChunkWriter() = default;
  virtual std::size_t capacity() const = 0;
  virtual bool wants(std::size_t column) const = 0;
  virtual void number(std::size_t column, std::size_t row, double value) = 0;
  virtual void integer(std::size_t column, std::size_t row, std::int64_t value) = 0;
  virtual void hash(std::size_t column, std::size_t row, std::uint64_t value) = 0;
  virtual void flag(std::size_t column, std::size_t row, bool value) = 0;
  virtual void text(std::size_t column, std::size_t row, std::string_view value) = 0;
  /// Microseconds since 1970-01-01 00:00, civil or UTC as the column means it.
  virtual void timestamp(std::size_t column, std::size_t row, std::chrono::microseconds value) = 0;
  virtual void missing(std::size_t column, std::size_t row) = 0;
};

/// Rows that are made while SQL reads them, so that no table need fit in memory. Read once, in
/// order, by one thread at a time (not always the caller's). What `fill` throws comes out of the
/// query that reads the stream.
class RowStream {
 public:
  virtual ~RowStream() = default;
  virtual const std::vector<StreamColumn>& columns() const = 0;
  /// Writes up to `chunk.capacity()` rows and returns their number; 0 is the end.
  virtual std::size_t fill(ChunkWriter& chunk) = 0;
};

}  // namespace forecart

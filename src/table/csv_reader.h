#pragma once

#include "table/byte_source.h"
#include "table/record_source.h"

#include <memory>
#include <vector>

namespace forecart {

/// The rows of a csv file. Line numbers are physical lines of the (unpacked) file, also below cells
/// that hold line ends. Bytes of a row that are not UTF-8 give it the flaw invalid_utf8.
class CsvReader final : public RecordSource {
 public:
  CsvReader(const std::filesystem::path& path, const CsvOptions& options);

  bool next(Record& record) override;
  const CsvDialect& dialect() const { return dialect_; }

 private:
  std::string_view pending() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void refill();
  void read_header(bool has_header);
  bool split_next(Record& record);
  RecordExtent split_pending(Record& record);

  std::string file_;
  std::unique_ptr<ByteSource> bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
  CsvDialect dialect_;
  std::int64_t line_ = 1;
  std::int64_t blank_lines_ = 0;  // above the header, handed out first
  std::int64_t blank_given_ = 0;
};

}  // namespace forecart

#include "table/csv_reader.h"

#include "base/error.h"
#include "table/csv_dialect.h"
#include "table/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18;
// A quoted cell longer than this is taken for a quote that never closes.
constexpr std::size_t kLongestRecord = std::size_t{1} << 18;
constexpr std::size_t kLongestLine = std::size_t{1} << 26;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& path, const CsvOptions& options)
    : file_(path.string()), bytes_(open_bytes(path)) {
  refill();
  require_text(pending(), file_);
  if (pending().starts_with(kByteOrderMark)) begin_ += kByteOrderMark.size();
  dialect_ = sniff_dialect(pending(), options.quote, at_end_);
  if (options.delimiter) dialect_.delimiter = *options.delimiter;
  read_header(options.header);
}

/// Reads one more block behind what is pending; grows the buffer when it is full.
void CsvReader::refill() {
  std::copy(buffer_.data() + begin_, buffer_.data() + end_, buffer_.data());
  end_ -= begin_;
  begin_ = 0;
  if (buffer_.size() - end_ < kBlock / 2) buffer_.resize(buffer_.size() + kBlock);
  while (!at_end_ && end_ < buffer_.size()) {
    const std::size_t got = bytes_->read(buffer_.data() + end_, buffer_.size() - end_);
    end_ += got;
    at_end_ = got == 0;
  }
}

RecordExtent CsvReader::split_pending(Record& record) {
  while (true) {
    const RecordExtent extent = split_record(pending(), dialect_, at_end_, record);
    if (extent.complete) return extent;
    const bool has_line = pending().find(dialect_.line_end) != std::string_view::npos;
    if (has_line && pending().size() > kLongestRecord)
      return take_line(pending(), dialect_, record);
    if (pending().size() > kLongestLine) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("line {} of '{}' is longer than {} MiB; this is no csv file", line_,
                              file_, kLongestLine >> 20));
    }
    refill();
  }
}

bool CsvReader::split_next(Record& record) {
  if (pending().empty()) {
    if (!at_end_) refill();
    if (pending().empty()) return false;
  }
  const RecordExtent extent = split_pending(record);
  record.line = line_;
  line_ += extent.lines;
  begin_ += extent.bytes;
  if (!is_valid_utf8(record.text)) record.flaw = RecordFlaw::invalid_utf8;
  return true;
}

void CsvReader::read_header(bool has_header) {
  Record record;
  const std::size_t start = begin_;
  do {
    blank_lines_ = line_ - 1;
    if (!split_next(record)) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("'{}' is empty; it needs a header and rows", file_));
    }
  } while (is_blank(record));
  if (record.flaw != RecordFlaw::none) {
    throw Error(ErrorCode::bad_data,
                fmt::format("the header of '{}' (line {}) {}", file_, record.line,
                            record.flaw == RecordFlaw::bad_quotes
                                ? "has a quote that does not close; correct it"
                                : "is not UTF-8; convert the file (iconv -f latin1 -t utf-8)"));
  }
  if (has_header) {
    set_header({record.fields.begin(), record.fields.end()});
    return;
  }
  set_columns(std::vector<std::string>(record.fields.size()));
  begin_ = start;
  line_ = 1;
  blank_lines_ = 0;
}

bool CsvReader::next(Record& record) {
  if (blank_given_ == blank_lines_) return split_next(record);
  record = Record{};
  record.line = ++blank_given_;
  return true;
}

}  // namespace forecart

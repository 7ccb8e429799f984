#include "ingest/reject.h"

#include "base/error.h"
#include "table/csv_record.h"
#include "table/utf8.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace forecart {

namespace {

constexpr std::array<std::string_view, kRejectReasons> kNames{
    "invalid_utf8",  "bad_quotes", "blank",        "repeated_header", "wrong_column_count",
    "missing_value", "bad_time",   "bad_quantity", "bad_price",       "return"};

constexpr std::size_t kBlock = std::size_t{1} << 16;

}  // namespace

std::string_view to_string(RejectReason reason) {
  return kNames[static_cast<std::size_t>(reason)];
}

RejectWriter::RejectWriter(const std::filesystem::path& path, std::string_view file)
    : path_(path),
      file_(csv_cell(escape_invalid_utf8(file))),
      output_(std::fopen(path.c_str(), "wbe")) {
  if (!output_) flush();
  pending_ = "file,line,column,reason,text\n";
}

void RejectWriter::write(const Reject& reject) {
  pending_ += fmt::format("{},{},", file_, reject.line);
  append_csv_cell(pending_, reject.column);
  pending_ += fmt::format(",{},", to_string(reject.reason));
  append_csv_cell(pending_, is_valid_utf8(reject.text) ? std::string(reject.text)
                                                       : escape_invalid_utf8(reject.text));
  pending_ += '\n';
  if (pending_.size() > kBlock) flush();
}

void RejectWriter::flush() {
  if (output_ &&
      std::fwrite(pending_.data(), 1, pending_.size(), output_.get()) == pending_.size()) {
    pending_.clear();
    return;
  }
  throw Error(errno == ENOSPC || errno == EDQUOT ? ErrorCode::no_space : ErrorCode::unreadable,
              fmt::format("'{}' cannot be written: {}", path_.string(), std::strerror(errno)));
}

void RejectWriter::close() {
  flush();
  if (std::fclose(output_.release()) == 0) return;
  throw Error(errno == ENOSPC || errno == EDQUOT ? ErrorCode::no_space : ErrorCode::unreadable,
              fmt::format("'{}' cannot be written: {}", path_.string(), std::strerror(errno)));
}

}  // namespace forecart

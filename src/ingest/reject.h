#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace forecart {

/// Why a row was refused, in the order in which a row is looked at; the first that fits counts.
enum class RejectReason {
  invalid_utf8,
  bad_quotes,  ///< a quote that does not close, or closes in the middle of a cell
  blank,
  repeated_header,
  wrong_column_count,
  missing_value,  ///< an empty cell in a mapped column that must have a value
  bad_time,
  bad_quantity,
  bad_price,
  returned,  ///< dropped by the returns policy
};
inline constexpr std::size_t kRejectReasons = 10;

/// The word for it in the rejects file and in JSON, e.g. "repeated_header", "return".
std::string_view to_string(RejectReason reason);

/// One refused row.
struct Reject {
  std::int64_t line = 0;    ///< physical line it begins on, from 1 (of a parquet: the row)
  std::string_view column;  ///< the cell at fault; "" when it is the whole row
  RejectReason reason = RejectReason::blank;
  std::string_view text;  ///< the row as it stands in the file
};

/// Writes refused rows as csv: file,line,column,reason,text. Bytes that are not UTF-8 are shown as
/// \xHH. Throws Error no_space or unreadable.
class RejectWriter {
 public:
  /// `file` is the name of the order file as the rows should show it.
  RejectWriter(const std::filesystem::path& path, std::string_view file);

  void write(const Reject& reject);
  /// Brings everything to the file; to be called once, at the end.
  void close();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void flush();

  std::filesystem::path path_;
  std::string file_;
  std::unique_ptr<std::FILE, CloseFile> output_;
  std::string pending_;
};

}  // namespace forecart

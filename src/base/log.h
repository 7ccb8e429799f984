#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace forecart {

enum class LogLevel { debug, info, warning, error, off };  ///< at `off` nothing is written
enum class LogFormat { text, json };

struct LogOptions {
  LogFormat format = LogFormat::text;
  LogLevel level = LogLevel::info;       ///< what is below it is left out
  std::filesystem::path file{};          ///< empty: stderr
  std::int64_t most_bytes = 10'000'000;  ///< of a file: then it becomes the first of the older ones
  std::size_t older_files = 5;           ///< so many are kept beside it
};

/// A named value of a log line. Names are words with "_" between them; values are numbers, names
/// and keys of ours, never a secret, the address of a customer or the content of an order.
struct LogField {
  using Value = std::variant<std::string_view, std::int64_t, double, bool>;

  template <typename T>
  LogField(std::string_view field, const T& given) : name(field), value(as_value(given)) {}

  std::string_view name;
  Value value;

 private:
  template <typename T>
  static Value as_value(const T& given) {
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double>) {
      return given;
    } else if constexpr (std::is_integral_v<T>) {
      return static_cast<std::int64_t>(given);
    } else {
      return std::string_view(given);
    }
  }
};

/// Structured lines about what a process that stays does, one for each event:
/// `2026-11-27T02:01:46.123Z info run published dataset=orders seconds=3.2`, or as JSON
/// `{"time":"2026-11-27T02:01:46.123Z","level":"info","event":"run published","dataset":"orders",
/// "seconds":3.2}`. A line never has a line break inside, whatever a value holds. Safe for several
/// threads.
class Log {
 public:
  using Fields = std::initializer_list<LogField>;

  /// Throws Error unreadable where the file cannot be written.
  explicit Log(const LogOptions& options);
  /// To a stream that outlives it.
  Log(const LogOptions& options, std::ostream& stream);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view event, Fields fields = {}) { write(LogLevel::debug, event, fields); }
  void info(std::string_view event, Fields fields = {}) { write(LogLevel::info, event, fields); }
  void warning(std::string_view event, Fields fields = {}) {
    write(LogLevel::warning, event, fields);
  }
  void error(std::string_view event, Fields fields = {}) { write(LogLevel::error, event, fields); }

  /// Every line from now on has these fields too, behind its own; for who does one thing after the
  /// other.
  void set_common(Fields fields);

  /// Why a line could not be written, the first that could not; "" where all were. It was said on
  /// stderr then.
  std::string failure() const;

 private:
  struct Writer;
  void write(LogLevel level, std::string_view event, Fields fields);

  std::unique_ptr<Writer> writer_;
};

/// "debug", "info", "warning", "error", "off"; throws Error unknown_name with the list.
LogLevel parse_log_level(std::string_view name);
/// "text", "json"; throws Error unknown_name with the list.
LogFormat parse_log_format(std::string_view name);

}  // namespace forecart

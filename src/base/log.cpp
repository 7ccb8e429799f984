#include "base/log.h"

#include "base/error.h"

#include <date/date.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <utility>

namespace forecart {

namespace {

constexpr std::size_t kMostValueBytes = 2000;

constexpr std::array<std::pair<std::string_view, LogLevel>, 5> kLevels{
    {{"debug", LogLevel::debug},
     {"info", LogLevel::info},
     {"warning", LogLevel::warning},
     {"error", LogLevel::error},
     {"off", LogLevel::off}}};

std::string_view name_of(LogLevel level) {
  return kLevels[static_cast<std::size_t>(level)].first;
}

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw Error(ErrorCode::unreadable,
              fmt::format("log file '{}' cannot be written; give a file in a folder that exists "
                          "and that you may write to",
                          file.string()));
}

spdlog::sink_ptr sink_for(const LogOptions& options) {
  if (options.file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  const std::filesystem::path folder = options.file.parent_path();
  std::error_code unclear;
  const bool there = folder.empty() || std::filesystem::is_directory(folder, unclear);
  if (!there) refuse(options.file);  // spdlog would make it
  try {
    return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
        options.file.string(), static_cast<std::size_t>(options.most_bytes), options.older_files);
  } catch (const spdlog::spdlog_ex&) {
    refuse(options.file);
  }
}

/// "2026-11-27T02:01:46.123Z"
std::string stamp() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return date::format("%FT%TZ", now);
}

/// As JSON has strings, between quotes. What is not ASCII is kept where it may be UTF-8 and is
/// written as "?" where it is a control character.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, kMostValueBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\u{:04x}", byte);
    } else {
      result += c;
    }
  }
  return result + "\"";
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '"' || c == '=' || c == '\\') return false;
  }
  return !text.empty() && text.size() <= kMostValueBytes;
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "null";
  return fmt::format("{:.6g}", value);
}

std::string value_text(const LogField::Value& value, LogFormat format) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    return format == LogFormat::text && is_plain(*text) ? std::string(*text) : quoted(*text);
  }
  if (const auto* const number = std::get_if<double>(&value)) return number_text(*number);
  if (const auto* const whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  return std::get<bool>(value) ? "true" : "false";
}

/// As they stand in a line, each behind what parts it from the one before.
std::string fields_text(LogFormat format, Log::Fields fields) {
  std::string text;
  for (const LogField& field : fields) {
    text += format == LogFormat::json ? fmt::format(",{}:", quoted(field.name))
                                      : fmt::format(" {}=", field.name);
    text += value_text(field.value, format);
  }
  return text;
}

std::string line_of(LogFormat format, LogLevel level, std::string_view event,
                    const std::string& fields) {
  if (format == LogFormat::text) {
    return fmt::format("{} {} {}{}", stamp(), name_of(level), event, fields);
  }
  return fmt::format(R"({{"time":"{}","level":"{}","event":{}{}}})", stamp(), name_of(level),
                     quoted(event), fields);
}

}  // namespace

struct Log::Writer {
  Writer(const LogOptions& options, spdlog::sink_ptr sink)
      : format(options.format), least(options.level), logger("forecart", std::move(sink)) {
    logger.set_pattern("%v");
    logger.flush_on(spdlog::level::trace);
    logger.set_error_handler([this](const std::string& message) { fail(message); });
  }

  void fail(const std::string& message) {
    const std::scoped_lock lock(mutex);
    if (!failure.empty()) return;
    failure = message;
    fmt::print(stderr, "forecart: warning: the log cannot be written: {}\n", message);
  }

  LogFormat format;
  LogLevel least;
  std::mutex mutex{};
  std::string failure{};
  std::string common{};  ///< fields of every line
  spdlog::logger logger;
};

Log::Log(const LogOptions& options)
    : writer_(std::make_unique<Writer>(options, sink_for(options))) {}

Log::Log(const LogOptions& options, std::ostream& stream)
    : writer_(std::make_unique<Writer>(options,
                                       std::make_shared<spdlog::sinks::ostream_sink_mt>(stream))) {}

Log::~Log() = default;

std::string Log::failure() const {
  const std::scoped_lock lock(writer_->mutex);
  return writer_->failure;
}

void Log::set_common(Fields fields) {
  const std::scoped_lock lock(writer_->mutex);
  writer_->common = fields_text(writer_->format, fields);
}

void Log::write(LogLevel level, std::string_view event, Fields fields) {
  if (level < writer_->least) return;
  std::string told = fields_text(writer_->format, fields);
  {
    const std::scoped_lock lock(writer_->mutex);
    told += writer_->common;
  }
  const std::string line = line_of(writer_->format, level, event, told);
  writer_->logger.log(spdlog::level::info, spdlog::string_view_t(line));
}

LogLevel parse_log_level(std::string_view name) {
  for (const auto& [known, level] : kLevels) {
    if (known == name) return level;
  }
  throw Error(
      ErrorCode::unknown_name,
      fmt::format("log level '{}' is not known; use debug, info, warning, error or off", name));
}

LogFormat parse_log_format(std::string_view name) {
  if (name == "text") return LogFormat::text;
  if (name == "json") return LogFormat::json;
  throw Error(ErrorCode::unknown_name,
              fmt::format("log format '{}' is not known; use text or json", name));
}

}  // namespace forecart

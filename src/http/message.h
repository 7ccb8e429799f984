#pragma once

#include "base/error.h"
#include "base/work_file.h"
#include "net/uri.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What a client asks.
struct Request {
  std::string method;
  std::string target;      ///< path and query as they were sent
  NamedValues headers;     ///< names in small letters
  std::string peer{};      ///< address of the client, without its port
  bool encrypted = false;  ///< it came over TLS
  std::string body{};      ///< where the task takes it to memory
  /// Where the task takes it to a file: where it is, its bytes and their SHA-256.
  std::shared_ptr<const WorkFile> file{};
  std::int64_t file_bytes = 0;
  std::string file_hash{};

  /// The first of that name; empty where there is none.
  std::string_view header(std::string_view name) const;
};

/// An answer that goes on: events as they come (event_hub.h), for those topics only.
struct EventRequest {
  std::function<bool(const std::string& topic)> wants;
  std::uint64_t after = 0;  ///< number of the last event that the client has; 0: only new ones
};

/// Bytes of a file, sent from disk.
struct FileBody {
  std::filesystem::path path;
  std::int64_t bytes = 0;
  std::int64_t offset = 0;
  std::shared_ptr<const void> keep{};  ///< what holds the file as long as it is sent
};

/// What it gets.
struct Answer {
  int status = 200;
  std::string body{};
  std::string type = "application/json";
  NamedValues headers{};  ///< on top of type and length
  /// Tells this content apart from any other of the same address; "" where that is not known.
  std::string etag{};
  bool secret = false;                   ///< never compressed: its length would tell of its content
  std::optional<FileBody> file{};        ///< in place of `body`
  std::optional<EventRequest> events{};  ///< in place of `body`
  /// Of one that refuses a request before there is a task: what metrics and logs call its route, as
  /// Task::label does; "" where it has none.
  std::string label{};

  std::int64_t bytes() const { return file ? file->bytes : static_cast<std::int64_t>(body.size()); }
};

/// `{"error":{"code":..,"message":..,"remedy":..}}`: what every request that cannot be met gets.
Answer error_answer(int status, std::string_view code, std::string_view message,
                    std::string_view remedy);

/// An error as its envelope; what follows the last "; " of a message is its remedy.
Answer error_answer(const Error& error);

/// The HTTP status of an error.
int status_of(ErrorCode code);

/// 413; 415 where there may be no body at all.
Answer too_large(std::int64_t most_bytes);

/// The path and the query of a target, percent-decoded.
struct Target {
  std::vector<std::string> segments;  ///< of "/a/b%2Fc": "a", "b/c"
  NamedValues query;
};

/// Nothing for what is no target of ours: not beginning with "/", with bytes that are not ASCII,
/// blanks or controls, a "%" without two hexadecimal digits behind, an encoded control character,
/// an empty segment in between, or "." or ".." as one.
std::optional<Target> parse_target(std::string_view target);

}  // namespace forecart

#pragma once

#include "base/work_file.h"
#include "net/uri.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What a client asks.
struct Request {
  std::string method;
  std::string target;   ///< path and query as they were sent
  NamedValues headers;  ///< names in small letters
  std::string body{};   ///< of routes with a body in memory
  /// Of routes with a body in a file: where it is, its bytes and their SHA-256.
  std::shared_ptr<const WorkFile> file{};
  std::int64_t file_bytes = 0;
  std::string file_hash{};

  /// The first of that name; empty where there is none.
  std::string_view header(std::string_view name) const;
};

/// What it gets.
struct Answer {
  int status = 200;
  std::string body{};
  std::string type = "application/json";
  NamedValues headers{};  ///< on top of type and length
};

/// `{"error":{"code":..,"message":..,"remedy":..}}`: what every request that cannot be met gets.
Answer error_answer(int status, std::string_view code, std::string_view message,
                    std::string_view remedy);

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

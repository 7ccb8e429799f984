#include "http/message.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <system_error>

namespace forecart {

namespace {

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool is_well_formed(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] <= ' ' || text[i] > '~') return false;
    if (text[i] != '%') continue;
    if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
  }
  return true;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

/// A "+" of a query is a space, as forms have it.
std::string query_value(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return uri_decode(spaced);
}

NamedValues parse_query(std::string_view text) {
  NamedValues query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    query.emplace_back(query_value(pair.substr(0, equals)),
                       query_value(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return query;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (known == name) return value;
  }
  return {};
}

Answer error_answer(int status, std::string_view code, std::string_view message,
                    std::string_view remedy) {
  const nlohmann::json envelope{
      {"error", {{"code", code}, {"message", message}, {"remedy", remedy}}}};
  return {.status = status,
          .body = envelope.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"};
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::invalid_value:
      return 400;
    case ErrorCode::unknown_name:
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::bad_data:
      return 422;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::no_space:
      return 507;
    case ErrorCode::unreadable:
    case ErrorCode::newer_version:
      break;
  }
  return 500;
}

Answer error_answer(const Error& error) {
  const std::string text = error.what();
  const std::size_t cut = text.rfind("; ");
  const bool has_remedy = cut != std::string::npos;
  Answer answer = error_answer(status_of(error.code()), to_string(error.code()),
                               text.substr(0, cut), has_remedy ? text.substr(cut + 2) : "");
  if (answer.status == 503) answer.headers.emplace_back("retry-after", "2");
  return answer;
}

Answer too_large(std::int64_t most_bytes) {
  if (most_bytes == 0) {
    return error_answer(415, "invalid_value", "the request has a body, and none is taken here",
                        "send it without a body; what it may say besides stands in the query");
  }
  return error_answer(413, "invalid_value",
                      fmt::format("the body is larger than {} bytes", most_bytes),
                      "send it in smaller parts");
}

std::optional<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/') || !is_well_formed(target)) return std::nullopt;
  if (target.find('#') != std::string_view::npos) return std::nullopt;
  const std::size_t query = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(1, query - 1);
  Target parsed;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    std::string segment = uri_decode(path.substr(0, slash));
    if (segment.empty() || segment == "." || segment == ".." || has_control(segment)) {
      return std::nullopt;
    }
    parsed.segments.push_back(std::move(segment));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  parsed.query = parse_query(target.substr(std::min(query + 1, target.size())));
  return parsed;
}

}  // namespace forecart

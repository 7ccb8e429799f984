#include "server/route_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

namespace forecart {

namespace {

bool is_value(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

std::vector<std::string_view> pattern_segments(std::string_view pattern) {
  std::vector<std::string_view> segments;
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    segments.push_back(pattern.substr(0, pattern.find('/')));
    pattern.remove_prefix(std::min(segments.back().size() + 1, pattern.size()));
  }
  return segments;
}

/// The values of a path that has the form of a pattern.
std::optional<std::vector<std::string>> values_of(const Target& target, std::string_view pattern) {
  const auto wanted = pattern_segments(pattern);
  if (wanted.size() != target.segments.size()) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_value(wanted[i])) {
      values.push_back(target.segments[i]);
    } else if (wanted[i] != target.segments[i]) {
      return std::nullopt;
    }
  }
  return values;
}

Answer not_allowed(const std::set<std::string>& methods) {
  const std::string list = fmt::format("{}", fmt::join(methods, ", "));
  Answer answer = error_answer(405, "invalid_value", "this path does not know the method",
                               fmt::format("use {}", list));
  answer.headers.emplace_back("allow", list);
  return answer;
}

/// Nothing for a body that may be a file as it is; a form (curl -F) would put its own lines around.
std::optional<Answer> no_file(const Request& head) {
  constexpr std::string_view kForm = "multipart/";
  const std::string_view type = head.header("content-type");
  const bool form = std::ranges::equal(type.substr(0, kForm.size()), kForm, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
  if (!form) return std::nullopt;
  return error_answer(
      415, "invalid_value", "the body is a form, not the bytes of a file",
      "send these alone: curl -T FILE ADDRESS, or curl --data-binary @FILE ADDRESS");
}

Answer not_shown() {
  Answer answer = error_answer(401, "usage", "the request shows no valid token",
                               "send the header Authorization: Bearer TOKEN");
  answer.headers.emplace_back("www-authenticate", "Bearer realm=\"forecart\"");
  return answer;
}

}  // namespace

struct RouteTable::Match {
  const Route* route;
  std::vector<std::string> values;
  NamedValues query;
};

void RouteTable::add(Route route) {
  routes_.push_back(std::move(route));
}

std::variant<RouteTable::Match, Answer> RouteTable::find(const Request& request) const {
  const auto target = parse_target(request.target);
  if (!target) {
    return error_answer(400, "invalid_value", "the address is not well formed",
                        "percent-encode what is not a letter, a digit or one of -._~");
  }
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::set<std::string> methods;
  for (const Route& route : routes_) {
    auto values = values_of(*target, route.pattern);
    if (!values) continue;
    if (route.method == method) return Match{&route, std::move(*values), target->query};
    methods.insert(route.method);
  }
  if (!methods.empty()) return not_allowed(methods);
  return error_answer(404, "not_found", "there is nothing at this address",
                      "see docs/monitoring.md for what there is");
}

std::optional<Answer> RouteTable::refusal(const Route& route, const Request& request) const {
  if (route.access == Access::open) return std::nullopt;
  if (!token_) {
    return error_answer(403, "unavailable", "this server takes nothing in",
                        "start it with FORECART_TOKEN or --token-file");
  }
  if (!token_->is_shown_by(request.header("authorization"))) return not_shown();
  return std::nullopt;
}

std::variant<const Route*, Answer> RouteTable::decide(
    const Request& head, std::optional<std::int64_t> declared_bytes) const {
  auto found = find(head);
  if (auto* const answer = std::get_if<Answer>(&found)) return std::move(*answer);
  const Route& route = *std::get<Match>(found).route;
  if (auto answer = refusal(route, head)) return std::move(*answer);
  if (route.body == BodyPlace::file) {
    if (auto answer = no_file(head)) return std::move(*answer);
  }
  if (declared_bytes && *declared_bytes > route.most_bytes) return too_large(route.most_bytes);
  return &route;
}

Answer RouteTable::answer(const Request& request) const {
  try {
    auto found = find(request);
    if (auto* const answer = std::get_if<Answer>(&found)) return std::move(*answer);
    auto& match = std::get<Match>(found);
    if (auto answer = refusal(*match.route, request)) return std::move(*answer);
    return match.route->handle({request, std::move(match.values), std::move(match.query)});
  } catch (const Error& error) {
    return error_answer(error);
  } catch (const std::exception&) {  // what it says may be of any content
    return error_answer(500, "internal", "something went wrong here", "see the server's log");
  }
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
  return error_answer(status_of(error.code()), to_string(error.code()), text.substr(0, cut),
                      has_remedy ? text.substr(cut + 2) : "");
}

Answer too_large(std::int64_t most_bytes) {
  return error_answer(413, "invalid_value",
                      fmt::format("the body is larger than {} bytes", most_bytes),
                      most_bytes == 0 ? "send no body" : "send it in smaller parts");
}

}  // namespace forecart

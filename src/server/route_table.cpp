#include "server/route_table.h"

#include "base/ascii.h"
#include "base/error.h"
#include "server/forbidden.h"

#include "access/secret.h"
#include <boost/core/demangle.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

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

std::string dataset_in(const Route& route, const std::vector<std::string>& values) {
  const auto names = path_parameters(route.pattern);
  const auto found = std::find(names.begin(), names.end(), "dataset");
  return found == names.end() ? "" : values[static_cast<std::size_t>(found - names.begin())];
}

Answer not_allowed(const std::set<std::string>& methods) {
  const std::string list = fmt::format("{}", fmt::join(methods, ", "));
  Answer answer = error_answer(405, "invalid_value", "this path does not know the method",
                               fmt::format("use {}", list));
  answer.headers.emplace_back("allow", list);
  return answer;
}

bool begins_with(std::string_view text, std::string_view small) {
  return equal_ignoring_case(text.substr(0, small.size()), small);
}

/// Nothing for a body that may be a file as it is; a form (curl -F) would put its own lines around.
std::optional<Answer> no_file(const Request& head) {
  if (!begins_with(head.header("content-type"), "multipart/")) return std::nullopt;
  return error_answer(
      415, "invalid_value", "the body is a form, not the bytes of a file",
      "send these alone: curl -T FILE ADDRESS, or curl --data-binary @FILE ADDRESS");
}

/// Nobody needs longer values; those of dimensions have a limit of their own.
std::optional<Answer> long_parameter(const Route& route, const NamedValues& query) {
  constexpr std::size_t kLongest = 1000;
  if (route.any_query) return std::nullopt;
  for (const auto& [name, value] : query) {
    if (value.size() <= kLongest) continue;
    return error_answer(
        400, "invalid_value",
        fmt::format("the value of '{}' in the query has {} bytes", name, value.size()),
        fmt::format("give {} at most", kLongest));
  }
  return std::nullopt;
}

/// Whether "Application/JSON; charset=utf-8" is "application/json".
bool is_type(std::string_view header, std::string_view type) {
  return begins_with(header, type) &&
         (header.size() == type.size() || header[type.size()] == ';' || header[type.size()] == ' ');
}

/// Nothing for a body that may be JSON, or of a type that the route answers in, too. Pages of
/// others can send a form or text only.
std::optional<Answer> no_json(const Route& route, const Request& head) {
  const std::string_view type = head.header("content-type");
  const bool its_own = std::any_of(route.types.begin(), route.types.end(),
                                   [type](const std::string& one) { return is_type(type, one); });
  if (type.empty() || its_own || is_type(type, "application/json")) return std::nullopt;
  const std::string others = fmt::format("{}", fmt::join(route.types, ", "));
  return error_answer(415, "invalid_value", "the body is said to be of another type",
                      fmt::format("send the header Content-Type: application/json{}{}",
                                  others.empty() ? "" : ", or ", others));
}

/// A name that the route does not know, or that stands twice, is a mistake that would go unseen.
std::optional<Answer> unknown_parameter(const Route& route, const NamedValues& query) {
  if (route.any_query) return std::nullopt;
  std::vector<std::string> known;
  for (const Parameter& parameter : route.query) known.push_back(parameter.name);
  std::set<std::string_view> seen;
  for (const auto& [name, value] : query) {
    if (!seen.insert(name).second) {
      return error_answer(400, "invalid_value",
                          fmt::format("the query has '{}' twice", name.substr(0, 100)),
                          "give it once");
    }
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return error_answer(
        400, "invalid_value", fmt::format("the query has no parameter '{}'", name.substr(0, 100)),
        known.empty() ? "give none" : fmt::format("use {}", fmt::join(known, ", ")));
  }
  return std::nullopt;
}

std::optional<Answer> missing_parameter(const Route& route, const NamedValues& query) {
  for (const Parameter& parameter : route.query) {
    if (!parameter.required) continue;
    const bool given = std::any_of(query.begin(), query.end(), [&](const auto& pair) {
      return pair.first == parameter.name && !pair.second.empty();
    });
    if (given) continue;
    return error_answer(400, "invalid_value", fmt::format("the query lacks '{}'", parameter.name),
                        fmt::format("add ?{}=...: {}", parameter.name, parameter.description));
  }
  return std::nullopt;
}

/// With the headers of the route, and those of the answer itself.
Answer dressed(const Route& route, Answer answer) {
  answer.headers.insert(answer.headers.end(), route.headers.begin(), route.headers.end());
  return answer;
}

/// What an exception of others says, but of those that quote what they were given.
std::string_view text_of(const std::exception& exception) {
  return dynamic_cast<const nlohmann::json::exception*>(&exception) != nullptr ? "not told"
                                                                               : exception.what();
}

}  // namespace

/// Runs what may throw; errors become their envelope.
template <class Make>
auto RouteTable::or_error(const std::string& route, Make make) const -> decltype(make()) {
  try {
    return make();
  } catch (const Error& error) {
    return error_answer(error);
  } catch (const Forbidden& refused) {
    return error_answer(403, "forbidden", refused.what(), refused.remedy());
  } catch (const std::exception& exception) {
    return went_wrong(route, exception);
  }
}

/// Its text may be of any content: the log has it, who asked gets the number under which it stands
/// there.
Answer RouteTable::went_wrong(const std::string& route, const std::exception& exception) const {
  constexpr std::size_t kNumberBytes = 6;
  const std::string number = random_hex(kNumberBytes);
  if (log_ != nullptr) {
    log_->error("request failed", {{"incident", number},
                                   {"route", route},
                                   {"kind", boost::core::demangle(typeid(exception).name())},
                                   {"text", text_of(exception)}});
  }
  return error_answer(500, "internal", "something went wrong here",
                      fmt::format("see incident {} in the server's log", number));
}

std::vector<std::string> path_parameters(std::string_view pattern) {
  std::vector<std::string> names;
  for (const std::string_view segment : pattern_segments(pattern)) {
    if (is_value(segment)) names.emplace_back(segment.substr(1, segment.size() - 2));
  }
  return names;
}

std::string_view Call::parameter(std::string_view name) const {
  for (const auto& [known, value] : query) {
    if (known == name) return value;
  }
  return {};
}

/// A request that a route takes.
class RouteTable::RouteTask final : public Task {
 public:
  RouteTask(const RouteTable& table, Match match, Identity who)
      : table_(table), match_(std::move(match)), who_(std::move(who)) {}

  BodyPlace body_place() const override { return match_.route->body; }
  std::int64_t most_body_bytes() const override { return match_.route->most_bytes; }
  Lane lane() const override { return match_.route->lane; }
  const std::string& label() const override { return match_.route->pattern; }

  std::optional<Answer> answer(const Request& request, Patience patience) override {
    const Route& route = *match_.route;
    const Call call{request, match_.values, match_.query, who_};
    if (patience == Patience::any || route.instant) {
      return dressed(route, table_.or_error(label(), [&] { return made(call); }));
    }
    if (!route.at_once) return std::nullopt;
    return table_.or_error(label(), [&]() -> std::optional<Answer> { return route.at_once(call); });
  }

 private:
  Answer made(const Call& call) const {
    const Route& route = *match_.route;
    if (route.audit.empty()) return route.handle(call);
    const Answer answer = table_.or_error(label(), [&] { return route.handle(call); });
    const std::string outcome =
        answer.status < 400 ? "done" : fmt::format("refused {}", answer.status);
    table_.guard_.tell(who_, route.audit, fmt::format("{}", fmt::join(match_.values, "/")),
                       outcome);
    return answer;
  }

  const RouteTable& table_;
  Match match_;
  Identity who_;
};

void RouteTable::add(Route route) {
  // what the query does not say, Accept does
  const bool has_format = std::any_of(route.query.begin(), route.query.end(),
                                      [](const Parameter& one) { return one.name == "format"; });
  if (has_format) route.headers.emplace_back("vary", "accept");
  routes_.push_back(std::move(route));
}

void RouteTable::add_schema(const std::string& name, std::string schema) {
  schemas_[name] = std::move(schema);
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
                      "GET /api/v1/openapi.json tells what there is");
}

/// In this order: a stranger learns nothing more.
std::optional<Answer> RouteTable::refusal(const Match& match, const Identity& who,
                                          const Request& head,
                                          std::optional<std::int64_t> declared_bytes) const {
  const Route& route = *match.route;
  if (auto answer = guard_.refusal(route, who, dataset_in(route, match.values))) return answer;
  if (auto answer = unknown_parameter(route, match.query)) return answer;
  if (auto answer = long_parameter(route, match.query)) return answer;
  if (auto answer = missing_parameter(route, match.query)) return answer;
  if (route.body == BodyPlace::file) {
    if (auto answer = no_file(head)) return answer;
  }
  // stores send their events as text of several kinds
  if (!route.body_schema.empty() && route.clearance != Clearance::intake) {
    if (auto answer = no_json(route, head)) return answer;
  }
  if (declared_bytes && *declared_bytes > route.most_bytes) return too_large(route.most_bytes);
  return std::nullopt;
}

std::optional<Service::Decision> RouteTable::decision(const Request& head,
                                                      std::optional<std::int64_t> declared_bytes,
                                                      Patience patience) const {
  auto verdict = guard_.identify(head, patience);
  if (!verdict) return std::nullopt;
  auto found = find(head);
  auto* const match = std::get_if<Match>(&found);
  const auto refused = [match](Answer answer) {
    if (match != nullptr) answer.label = match->route->pattern;
    return answer;
  };
  if (auto* const answer = std::get_if<Answer>(&*verdict)) return refused(std::move(*answer));
  if (match == nullptr) return std::move(std::get<Answer>(found));
  auto& who = std::get<Identity>(*verdict);
  if (auto answer = refusal(*match, who, head, declared_bytes)) {
    return refused(dressed(*match->route, std::move(*answer)));
  }
  return std::make_unique<RouteTask>(*this, std::move(*match), std::move(who));
}

std::optional<Service::Decision> RouteTable::decide(const Request& head,
                                                    std::optional<std::int64_t> declared_bytes,
                                                    Patience patience) const {
  return or_error("before its route", [&]() -> std::optional<Decision> {
    return decision(head, declared_bytes, patience);
  });
}

Answer RouteTable::answer(const Request& request) const {
  auto decided = *decide(request, std::nullopt, Patience::any);
  if (auto* const refused = std::get_if<Answer>(&decided)) return std::move(*refused);
  return *std::get<std::unique_ptr<Task>>(decided)->answer(request, Patience::any);
}

Answer RouteTable::answer(const Request& request, const Identity& who) const {
  auto found = find(request);
  if (auto* const answer = std::get_if<Answer>(&found)) return std::move(*answer);
  auto& match = std::get<Match>(found);
  const auto bytes = static_cast<std::int64_t>(request.body.size());
  if (auto answer = refusal(match, who, request, bytes)) return std::move(*answer);
  return *RouteTask(*this, std::move(match), who).answer(request, Patience::any);
}

}  // namespace forecart

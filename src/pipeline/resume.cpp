#include "pipeline/resume.h"

#include "base/utc_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

std::string resume_key(const std::string& dataset) {
  return fmt::format("work/{}/resume.json", dataset);
}

double number(const json& value, const char* name) {
  const auto found = value.find(name);
  return found != value.end() && found->is_number() ? found->get<double>() : 0;
}

}  // namespace

std::optional<ResumeToken> resume_token(const Repository& repository, const std::string& dataset) {
  const auto bytes = repository.store().read(resume_key(dataset));
  const json value = bytes ? json::parse(*bytes, nullptr, false) : json();
  if (!value.is_object()) return std::nullopt;
  const auto at = value.find("at");
  const std::string when = at != value.end() && at->is_string() ? at->get<std::string>() : "";
  return ResumeToken{.stops = static_cast<int>(std::clamp(number(value, "stops"), 0.0, 1e9)),
                     .seconds = number(value, "seconds"),
                     .at = parse_instant(when, {}).value_or(Instant{})};
}

ResumeToken keep_resume_token(Repository& repository, const std::string& dataset, double seconds) {
  ResumeToken token = resume_token(repository, dataset).value_or(ResumeToken{});
  ++token.stops;
  token.seconds = std::max(token.seconds, seconds);
  token.at = repository.store().now();
  repository.write_json(resume_key(dataset), to_json(token));
  return token;
}

void forget_resume_token(Repository& repository, const std::string& dataset) {
  repository.store().remove(resume_key(dataset));
}

json to_json(const ResumeToken& token) {
  return {{"stops", token.stops}, {"seconds", token.seconds}, {"at", utc_text(token.at)}};
}

}  // namespace forecart

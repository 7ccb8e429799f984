#include "base/error.h"
#include "pipeline/dataset_settings.h"
#include "server/forbidden.h"
#include "server/guard.h"
#include "server/json_body.h"
#include "server/routes.h"

#include "http/refine.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::int64_t kMostSettingsBytes = std::int64_t{256} * 1024;

json problem_json(const SettingsProblem& problem) {
  return {{"code", problem.code},
          {"message", problem.message},
          {"line", problem.line == 0 ? json() : json(problem.line)}};
}

void require_text(const Call& call) {
  if (!call.request.body.empty()) return;
  throw Error(ErrorCode::invalid_value,
              "the body is empty; send the dataset.toml: curl --data-binary @dataset.toml ADDRESS");
}

Answer check(const Call& call) {
  require_dataset_name(call.values[0]);
  require_text(call);
  const CheckedSettings checked = check_settings(call.request.body);
  return json_answer({{"valid", checked.config.has_value()},
                      {"problem", checked.config ? json() : problem_json(checked.problem)}});
}

Answer changed_meanwhile() {
  return error_answer(412, "conflict", "the settings are not those that the request speaks of",
                      "GET them again, make the change there, and send it with their ETag");
}

/// Whose address is told, and with which secret of the server's environment, is for admins.
void require_may_tell(const RouteServices& services, const Call& call,
                      const DatasetConfig& config) {
  const bool admin = call.who.principal && call.who.principal->may(Role::admin);
  if (admin || !tells_others(services.repository, call.values[0], config)) return;
  throw Forbidden("whom [alerts] tells, and with which secrets, is for admins",
                  "leave [alerts] as it is, or ask an admin to change it");
}

/// Compare and swap by If-Match, or a beginning by If-None-Match: *.
Answer put_settings(const RouteServices& services, const Call& call) {
  const std::string& dataset = call.values[0];
  require_dataset_name(dataset);
  require_text(call);
  const std::string_view match = call.request.header("if-match");
  const bool begins = call.request.header("if-none-match") == "*";
  if (match.empty() != begins) {
    return error_answer(428, "invalid_value", "the request does not say what it replaces",
                        "send If-Match with the ETag that GET gave, or If-None-Match: * for a data "
                        "set without settings");
  }
  const CheckedSettings checked = check_settings(call.request.body);
  if (!checked.config) {
    return error_answer(422, checked.problem.code, checked.problem.message,
                        "correct that; POST .../settings/check tries it without a change");
  }
  require_may_tell(services, call, *checked.config);
  const auto stored = services.repository.store().get(Repository::config_key(dataset));
  if (stored.has_value() == begins) return changed_meanwhile();
  if (stored && !names_tag(match, stored->tag)) return changed_meanwhile();
  const WrittenSettings written =
      write_settings(services.repository, dataset, call.request.body,
                     stored ? std::optional(stored->tag) : std::nullopt);
  if (!written.written) return changed_meanwhile();
  services.ring(dataset);
  Answer answer = json_answer(
      {{"dataset", dataset}, {"created", written.created}, {"files_to_clean", written.outdated}},
      written.created ? 201 : 200);
  answer.etag = written.tag;
  return answer;
}

}  // namespace

void add_settings_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("SettingsCheck", object_schema(R"({"valid": {"type": "boolean"},
    "problem": {"type": ["object", "null"], "required": ["code", "message", "line"],
      "properties": {"code": {"type": "string"}, "message": {"type": "string"},
        "line": {"type": ["integer", "null"]}}}})"));
  table.add_schema("SettingsWritten", object_schema(R"({"dataset": {"type": "string"},
    "created": {"type": "boolean"}, "files_to_clean": {"type": "integer"}})"));
  table.add({.method = "POST",
             .pattern = "/api/v1/datasets/{dataset}/settings/check",
             .summary = "Whether a dataset.toml (the body) can be used; changes nothing.",
             .clearance = Clearance::analyst,
             .body = BodyPlace::memory,
             .most_bytes = kMostSettingsBytes,
             .body_type = "application/toml",
             .answer_schema = "SettingsCheck",
             .lane = Lane::heavy,
             .handle = [](const Call& call) { return check(call); }});
  table.add({.method = "PUT",
             .pattern = "/api/v1/datasets/{dataset}/settings",
             .summary = "Replaces its dataset.toml by the body, with If-Match and the ETag of what "
                        "is there, or begins a data set, with If-None-Match: *.",
             .clearance = Clearance::analyst,
             .request_headers = {{"If-Match", "the ETag of what it replaces"},
                                 {"If-None-Match", "*: there is nothing to replace"}},
             .body = BodyPlace::memory,
             .most_bytes = kMostSettingsBytes,
             .body_type = "application/toml",
             .other_status = 201,
             .answer_schema = "SettingsWritten",
             .answer_headers = {{"ETag", "of what lies there now; for If-Match"}},
             .audit = "settings.change",
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return put_settings(services, call); }});
}

}  // namespace forecart

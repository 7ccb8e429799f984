#include "base/error.h"
#include "pipeline/alerting.h"
#include "pipeline/known_datasets.h"
#include "pipeline/sales.h"
#include "pipeline/status.h"
#include "server/api_file.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostUploads = 1000;

constexpr const char* kDatasetSchema = R"({
  "dataset": {"type": "string"},
  "uploads": {"type": "integer"},
  "rows_accepted": {"type": "integer"},
  "first": {"type": ["string", "null"]},
  "last": {"type": ["string", "null"]},
  "current_run": {"type": ["string", "null"]},
  "waiting": {"type": "integer"},
  "asked": {"type": "integer"},
  "working": {"type": "boolean"},
  "dead": {"type": "integer"},
  "settings_error": {"type": ["string", "null"]},
  "last_failure": {"type": ["object", "null"]},
  "alerts": {"type": "array", "items": {"$ref": "#/components/schemas/Alert"}},
  "alert_error": {"type": ["string", "null"]},
  "next": {"enum": ["ingest", "nothing", "run"]}})";

Answer list_datasets(const RouteServices& services, const Call& call) {
  json list = json::array();
  for (const std::string& name : known_datasets(services.repository)) {
    if (!call.who.sees(name)) continue;
    const std::string run = services.shelf->current(name);
    list.push_back({{"dataset", name}, {"current_run", run.empty() ? json(nullptr) : json(run)}});
  }
  return json_answer({{"datasets", list}});
}

Answer show_dataset(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  return json_answer(dataset_status(services.repository, call.values[0]));
}

Answer show_settings(const RouteServices& services, const Call& call) {
  const std::string& dataset = call.values[0];
  require_dataset(services, dataset);
  const auto object = services.repository.store().get(Repository::config_key(dataset));
  if (!object) {
    throw Error(ErrorCode::not_found,
                "the data set has no settings yet; they are made with its first upload");
  }
  return {.body = object->bytes, .type = "application/toml", .etag = object->tag};
}

/// Newest first, `limit` of them before the one that `before` names.
Answer list_uploads(const RouteServices& services, const Call& call) {
  const std::string& dataset = call.values[0];
  require_dataset(services, dataset);
  const std::size_t limit = limit_parameter(call, 50, kMostUploads);
  auto names = services.repository.upload_names(dataset);
  const std::string before(call.parameter("before"));
  if (!before.empty())
    names.erase(std::lower_bound(names.begin(), names.end(), before), names.end());
  json list = json::array();
  while (!names.empty() && list.size() < limit) {
    json record = services.repository.upload(dataset, names.back());
    record["upload"] = names.back();
    list.push_back(std::move(record));
    names.pop_back();
  }
  const json next = names.empty() || list.empty() ? json(nullptr) : list.back()["upload"];
  return json_answer({{"uploads", list}, {"next", next}});
}

Answer list_rejects(const RouteServices& services, const Call& call) {
  const std::string& dataset = call.values[0];
  require_dataset(services, dataset);
  json files = json::array();
  for (const KnownFile& file : known_files(services.repository, dataset)) {
    const auto counts = sales_counts(services.repository, dataset, file.hash);
    if (!counts || counts->value("rows_rejected", 0) == 0) continue;
    files.push_back({{"file", file.name},
                     {"sha256", file.hash},
                     {"rows_rejected", counts->at("rows_rejected")},
                     {"rejected_by_reason", counts->at("rejected_by_reason")}});
  }
  return json_answer({{"files", files}});
}

Answer show_rejects(const RouteServices& services, const Call& call) {
  const std::string& hash = call.values[1];
  constexpr std::size_t kHashDigits = 64;
  const bool is_hash =
      hash.size() == kHashDigits && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  const std::string key = Repository::rejects_key(call.values[0], hash);
  if (!is_hash || !services.repository.store().exists(key)) {
    throw Error(ErrorCode::not_found,
                "there are no rejects of such a file; GET .../rejects lists those there are");
  }
  return file_answer(services.repository.store(), key, "text/csv; charset=utf-8",
                     "rejects-" + hash.substr(0, 8) + ".csv");
}

Answer show_alerts(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  const AlertState state = read_alerts(services.repository, call.values[0]);
  json list = json::array();
  for (const ActiveAlert& alert : state.active) list.push_back(to_json(alert));
  const bool told = state.delivery_error.empty();
  return json_answer(
      {{"alerts", list}, {"alert_error", told ? json(nullptr) : json(state.delivery_error)}});
}

void add_schemas(RouteTable& table) {
  table.add_schema("Dataset", object_schema(kDatasetSchema));
  table.add_schema("Datasets", object_schema(R"({"datasets": {"type": "array", "items": {
    "type": "object", "required": ["dataset", "current_run"],
    "properties": {"dataset": {"type": "string"}, "current_run": {"type": ["string", "null"]}}}}})"));
  table.add_schema("Uploads", object_schema(R"({
    "uploads": {"type": "array", "items": {"$ref": "#/components/schemas/Upload"}},
    "next": {"type": ["string", "null"]}})"));
  table.add_schema("Rejects", object_schema(R"({"files": {"type": "array",
    "items": {"$ref": "#/components/schemas/Reject"}}})"));
  table.add_schema("Alerts", object_schema(R"({
    "alerts": {"type": "array", "items": {"$ref": "#/components/schemas/Alert"}},
    "alert_error": {"type": ["string", "null"]}})"));
}

}  // namespace

void require_dataset(const RouteServices& services, const std::string& dataset) {
  if (!is_dataset_name(dataset)) throw unseen_dataset(dataset);
  if (services.repository.has_dataset(dataset)) return;
  const auto known = known_datasets(services.repository);
  if (std::find(known.begin(), known.end(), dataset) == known.end()) throw unseen_dataset(dataset);
}

void add_dataset_routes(RouteTable& table, const RouteServices& services) {
  add_schemas(table);
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets",
             .summary = "Data sets that one may see.",
             .clearance = Clearance::viewer,
             .answer_schema = "Datasets",
             .handle = [services](const Call& call) { return list_datasets(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}",
             .summary = "What a data set holds, and what waits for it.",
             .clearance = Clearance::viewer,
             .answer_schema = "Dataset",
             .handle = [services](const Call& call) { return show_dataset(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/settings",
             .summary = "Its dataset.toml.",
             .clearance = Clearance::analyst,
             .types = {"application/toml"},
             .tagged = true,
             .handle = [services](const Call& call) { return show_settings(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/uploads",
             .summary = "What came in, newest first.",
             .clearance = Clearance::viewer,
             .query = {limit_of("uploads at most", 1000), {"before", "`next` of the page before"}},
             .answer_schema = "Uploads",
             .handle = [services](const Call& call) { return list_uploads(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/rejects",
             .summary = "Files with rows that were refused, and why.",
             .clearance = Clearance::viewer,
             .answer_schema = "Rejects",
             .handle = [services](const Call& call) { return list_rejects(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/rejects/{file}",
             .summary = "The refused rows of a file, by its SHA-256, with their original text.",
             .clearance = Clearance::analyst,
             .types = {"text/csv"},
             .tagged = true,
             .ranged = true,
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_rejects(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/alerts",
             .summary = "Alerts that are active.",
             .clearance = Clearance::viewer,
             .answer_schema = "Alerts",
             .handle = [services](const Call& call) { return show_alerts(services, call); }});
}

}  // namespace forecart

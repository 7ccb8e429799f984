#include "base/error.h"
#include "pipeline/known_datasets.h"
#include "pipeline/status.h"
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
  "currency": {"type": ["string", "null"]},
  "settings_error": {"type": ["string", "null"]},
  "report_error": {"type": ["string", "null"]},
  "tables_error": {"type": ["string", "null"]},
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

void add_schemas(RouteTable& table) {
  table.add_schema("Dataset", object_schema(kDatasetSchema));
  table.add_schema("Datasets", object_schema(R"({"datasets": {"type": "array", "items": {
    "type": "object", "required": ["dataset", "current_run"],
    "properties": {"dataset": {"type": "string"}, "current_run": {"type": ["string", "null"]}}}}})"));
  table.add_schema("Uploads", object_schema(R"({
    "uploads": {"type": "array", "items": {"$ref": "#/components/schemas/Upload"}},
    "next": {"type": ["string", "null"]}})"));
}

}  // namespace

void require_dataset_name(const std::string& dataset) {
  if (!is_dataset_name(dataset)) throw unseen_dataset(dataset);
}

void require_dataset(const RouteServices& services, const std::string& dataset) {
  require_dataset_name(dataset);
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
}

}  // namespace forecart

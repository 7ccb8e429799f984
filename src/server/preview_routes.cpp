#include "base/error.h"
#include "base/hash.h"
#include "pipeline/arrivals.h"
#include "pipeline/order_preview.h"
#include "pipeline/tried_settings.h"
#include "server/guard.h"
#include "server/intake.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::int64_t kMostPreviewBytes = std::int64_t{64} * 1024 * 1024;

std::optional<std::string> settings_for(const RouteServices& services, const Call& call) {
  const std::string_view wanted = call.parameter("settings");
  if (!wanted.empty() && wanted != "stored" && wanted != "guessed") {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is not allowed for settings; use stored or guessed",
                            wanted.substr(0, 100)));
  }
  if (wanted == "guessed") return std::nullopt;
  auto stored = services.repository.store().read(Repository::config_key(call.values[0]));
  if (!stored && wanted == "stored") {
    throw Error(ErrorCode::not_found,
                "the data set has no settings yet; leave settings out, or say settings=guessed");
  }
  return stored;
}

/// Where a file lies that the data set has: one that was taken in, by its SHA-256, or one that
/// waits or was given up, by its key.
std::string key_of(const RouteServices& services, const std::string& dataset,
                   const std::string& of) {
  if (is_sha256(of) && services.repository.store().exists(Repository::sales_key(dataset, of))) {
    return Repository::raw_key(of);
  }
  const json arrivals = unsettled_arrivals(services.repository, dataset);
  for (const char* kind : {"waiting", "dead"}) {
    for (const json& one : arrivals.at(kind)) {
      if (one.at("key") == of) return of;
    }
  }
  throw Error(ErrorCode::not_found,
              "the data set has no such file; name a SHA-256 of GET .../uploads, or a key of GET "
              ".../arrivals");
}

/// As the query calls it, else the end of its key.
std::string name_of(const Call& call, const std::string& of) {
  const std::string name(call.parameter("name"));
  if (!name.empty()) {
    check_file_name(name);
    return name;
  }
  return of.empty() || is_sha256(of) ? "the file" : of.substr(of.rfind('/') + 1);
}

/// A file of the request, or one that is there already.
json previewed(const RouteServices& services, const Call& call, PreviewRequest request) {
  const std::string of(call.parameter("of"));
  request.name = name_of(call, of);
  if (of.empty()) {
    request.file = call.request.file->path();
    return preview_orders(services.repository, request);
  }
  const std::string key = key_of(services, call.values[0], of);
  const ObjectStore& store = services.repository.store();
  const auto info = store.info(key);
  if (!info) throw Error(ErrorCode::not_found, "the file has gone; ask for what there is anew");
  if (info->size > kMostPreviewBytes) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("the file has {} bytes, and {} at most can be looked at; send its "
                            "first rows as the body",
                            info->size, kMostPreviewBytes));
  }
  const FetchedFile file(store, key);
  request.file = file.path();
  return preview_orders(services.repository, request);
}

constexpr std::size_t kMostTried = 100;  // bytes of a name of a column, or another setting

void require_short(const NamedValues& tried) {
  for (const auto& [name, value] : tried) {
    const bool is_longer = name == "of" || name == "name" || name == "dimensions";
    if (is_longer || value.size() <= kMostTried) continue;
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' in the query has {} bytes; try {} at most, or write it into the "
                            "settings",
                            name, value.size(), kMostTried));
  }
}

Answer preview(const RouteServices& services, const Call& call) {
  require_dataset_name(call.values[0]);
  require_short(call.query);
  const bool names = !call.parameter("of").empty();
  if (call.request.file_bytes == 0 && !names) {
    throw Error(ErrorCode::invalid_value,
                "the body is empty; send the bytes of the file: curl --data-binary @FILE ADDRESS, "
                "or name one that is there with `of`");
  }
  if (call.request.file_bytes > 0 && names) {
    throw Error(ErrorCode::invalid_value,
                "the body is a file and `of` names another; send one of them alone");
  }
  return json_answer(previewed(services, call,
                               {.file = {},
                                .settings = settings_for(services, call),
                                .edits = settings_to_try(call.query)}));
}

constexpr const char* kPreviewSchema = R"({
  "settings": {"enum": ["stored", "guessed"]},
  "dialect": {"type": "object", "required": ["format", "delimiter", "quote", "header"],
    "properties": {"format": {"enum": ["csv", "parquet"]},
      "delimiter": {"type": ["string", "null"]}, "quote": {"type": ["string", "null"]},
      "header": {"type": ["boolean", "null"]}}},
  "columns": {"type": "array", "items": {"type": "object",
    "required": ["name", "type", "examples"],
    "properties": {"name": {"type": "string"},
      "type": {"enum": ["time", "integer", "number", "text", "empty"]},
      "examples": {"type": "array", "items": {"type": "string"}}}}},
  "head": {"type": "array", "maxItems": 8, "items": {"type": "array",
    "items": {"type": "string"}}},
  "mapping": {"type": "array", "items": {"type": "object",
    "required": ["part", "column", "reason"],
    "properties": {"part": {"type": "string"}, "column": {"type": ["string", "null"]},
      "reason": {"enum": ["name", "content", "settings", null]}}}},
  "toml": {"type": ["string", "null"]},
  "rows": {"type": "array", "items": {"type": "object", "required": ["time"],
    "properties": {"time": {"type": "string"}}}},
  "rejects": {"type": "array", "items": {"type": "object",
    "required": ["line", "column", "reason", "text"],
    "properties": {"line": {"type": "integer"}, "column": {"type": "string"},
      "reason": {"type": "string"}, "text": {"type": "string"}}}},
  "counts": {"type": ["object", "null"],
    "required": ["rows_read", "rows_accepted", "rows_rejected", "rejected_by_reason"],
    "properties": {"rows_read": {"type": "integer"}, "rows_accepted": {"type": "integer"},
      "rows_rejected": {"type": "integer"}}},
  "whole": {"type": "boolean"},
  "problem": {"type": ["object", "null"], "required": ["code", "message"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}})";

/// What is tried and does not fit is a `problem` of the answer: a form shows it beside the field.
std::vector<Parameter> preview_parameters() {
  const std::string tried = fmt::format(R"({{"type":"string","maxLength":{}}})", kMostTried);
  std::vector<Parameter> list{
      {"settings", "stored, or guessed from the file; without, stored where there are some",
       R"({"enum":["stored","guessed"]})"},
      {"name", "how messages call the file"},
      {"of",
       "a file that is here, instead of a body: a SHA-256 of the uploads, or a key of the "
       "arrivals"}};
  for (const char* part :
       {"time", "order_id", "product", "quantity", "unit_price", "revenue", "customer", "place"}) {
    list.push_back({part, "tries this column for that part; empty: none", tried});
  }
  list.push_back({"dimensions", "tries to cut sales by these columns too, a JSON array of names"});
  list.push_back({"time_zone", "tries this zone, or none", tried});
  list.push_back({"date_order", "tries this order of day and month: auto, mdy, dmy or ymd", tried});
  list.push_back({"delimiter", "tries one character, or auto", tried});
  list.push_back({"decimal", "tries this mark: auto, a point or a comma", tried});
  list.push_back({"header", "tries whether the first row names the columns: true or false", tried});
  list.push_back({"returns", "tries this policy: keep, drop or net", tried});
  return list;
}

}  // namespace

void add_preview_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("Preview", object_schema(kPreviewSchema));
  table.add({.method = "POST",
             .pattern = "/api/v1/datasets/{dataset}/preview",
             .summary =
                 "What taking in a file of orders would make of its first rows, by the settings "
                 "or with others; nothing is kept. The data set need not be there.",
             .clearance = Clearance::analyst,
             .query = preview_parameters(),
             .body = BodyPlace::file,
             .most_bytes = kMostPreviewBytes,
             .answer_schema = "Preview",
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return preview(services, call); }});
}

}  // namespace forecart

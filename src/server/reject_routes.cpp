#include "base/error.h"
#include "base/hash.h"
#include "pipeline/reject_list.h"
#include "pipeline/repository.h"
#include "server/api_file.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

constexpr std::size_t kMostFiles = 1000;
constexpr std::size_t kMostRows = 1000;

Answer list_files(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  const std::size_t limit = limit_parameter(call, kMostFiles, kMostFiles);
  return json_answer(files_with_rejects(services.repository, call.values[0], limit,
                                        std::string(call.parameter("before"))));
}

void require_rejects(const RouteServices& services, const std::string& dataset,
                     const std::string& hash) {
  if (is_sha256(hash) && services.repository.store().exists(Repository::rejects_key(dataset, hash)))
    return;
  throw Error(ErrorCode::not_found,
              "there are no rejects of such a file; GET .../rejects lists those there are");
}

Answer show_rows(const RouteServices& services, const Call& call) {
  const RejectFilter filter{.reason = std::string(call.parameter("reason")),
                            .limit = limit_parameter(call, 100, kMostRows),
                            .offset = number_parameter(call, "offset", 0, SIZE_MAX / 2)};
  return json_answer(rejected_rows(services.repository, call.values[0], call.values[1], filter));
}

/// All as csv, as it lies in the repository, or some as JSON.
Answer show_rejects(const RouteServices& services, const Call& call) {
  const std::string_view format = call.parameter("format");
  if (!format.empty() && format != "csv" && format != "json") {
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("'{}' is no format of rejects; use csv or json", format.substr(0, 100)));
  }
  require_rejects(services, call.values[0], call.values[1]);
  if (format == "json") return show_rows(services, call);
  for (const char* part : {"limit", "offset", "reason"}) {
    if (call.parameter(part).empty()) continue;
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is for rows as JSON; add format=json, or leave it out", part));
  }
  return file_answer(services.repository.store(),
                     Repository::rejects_key(call.values[0], call.values[1]),
                     "text/csv; charset=utf-8", "rejects-" + call.values[1].substr(0, 8) + ".csv");
}

}  // namespace

void add_reject_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("Rejects", object_schema(R"({"files": {"type": "array", "items": {
    "type": "object", "required": ["file", "sha256", "rows_rejected", "rejected_by_reason"],
    "properties": {"file": {"type": "string"}, "sha256": {"type": "string"},
      "rows_rejected": {"type": "integer"},
      "rejected_by_reason": {"type": "object", "additionalProperties": {"type": "integer"}}}}},
    "next": {"type": ["string", "null"]}})"));
  table.add_schema("RejectedRows", object_schema(R"({
    "sha256": {"type": "string"},
    "rows": {"type": "array", "items": {"type": "object",
      "required": ["file", "line", "column", "reason", "text"],
      "properties": {"file": {"type": "string"}, "line": {"type": "integer"},
        "column": {"type": "string"}, "reason": {"type": "string"}, "text": {"type": "string"}}}},
    "total": {"type": "integer"},
    "more": {"type": "boolean"}})"));
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/rejects",
             .summary = "Files with rows that were refused, and why.",
             .clearance = Clearance::viewer,
             .query = {limit_of("files at most", 1000), {"before", "`next` of the page before"}},
             .answer_schema = "Rejects",
             .handle = [services](const Call& call) { return list_files(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/rejects/{file}",
             .summary = "The refused rows of a file, by its SHA-256, with their original text: all "
                        "as csv, or some as JSON.",
             .clearance = Clearance::analyst,
             .query = {{"format", "csv where none is given", R"({"enum":["csv","json"]})"},
                       limit_of("rows of JSON at most", 1000),
                       {"offset", "rows of JSON to leave out before them",
                        R"({"type":"integer","minimum":0})"},
                       {"reason", "only rows of JSON that were refused for it",
                        R"({"type":"string","maxLength":100})"}},
             .answer_schema = "RejectedRows",
             .types = {"text/csv"},
             .tagged = true,
             .ranged = true,
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_rejects(services, call); }});
}

}  // namespace forecart

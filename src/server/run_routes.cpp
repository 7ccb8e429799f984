#include "base/error.h"
#include "pipeline/cancellation.h"
#include "pipeline/find_run.h"
#include "pipeline/run_history.h"
#include "pipeline/run_rows.h"
#include "server/api_file.h"
#include "server/forbidden.h"
#include "server/json_body.h"
#include "server/persons.h"
#include "server/routes.h"
#include "server/run_mode.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostRuns = 1000;
constexpr std::size_t kMostRows = 100'000;
constexpr std::size_t kMostJsonRows = 10'000;  ///< they are made in memory, of up to a kB each

json manifest_of(const RouteServices& services, const Call& call) {
  require_run_name(call.values[1]);
  return find_run(services.repository, call.values[0], call.values[1]);
}

Answer list_runs(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  const std::size_t limit = limit_parameter(call, 20, kMostRuns);
  return json_answer(run_history(services.repository, call.values[0], limit,
                                 std::string(call.parameter("before"))));
}

Answer ask(const RouteServices& services, const Call& call) {
  const std::string& dataset = call.values[0];
  require_dataset(services, dataset);
  const std::string key = ask_for_run(services.repository, dataset, "request", mode_of(call));
  services.ring(dataset);
  return json_answer({{"dataset", dataset}, {"request", key.substr(key.rfind('/') + 1)}}, 202);
}

Answer cancel(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  return json_answer(to_json(cancel_work(services.repository, call.values[0])));
}

bool is_whole(const Call& call) {
  return std::none_of(call.query.begin(), call.query.end(),
                      [](const auto& pair) { return pair.first != "format"; });
}

/// A file is given as it lies, or not at all.
void require_seeing_all(const RouteServices& services, const Call& call, const std::string& run) {
  if (may_see_persons(call)) return;
  if (!rows_name_persons(*services.shelf, call.values[0], run, call.values[2])) return;
  throw Forbidden(
      fmt::format("table '{}' of this run has rows that may name persons and are for analysts",
                  call.values[2]),
      "ask for rows (&limit=100000), which leaves those out, or ask an admin for that role");
}

/// Not every run has every table: levels are of hierarchies.
void require_table_of(const json& manifest, const std::string& table) {
  const json tables = manifest.value("tables", json::object());
  if (tables.contains(table)) return;
  std::vector<std::string> names;
  for (const auto& [name, hashes] : tables.items()) names.push_back(name);
  throw Error(ErrorCode::not_found,
              fmt::format("run {} has no table '{}'; it has {}", manifest.value("run", "?"), table,
                          names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

/// All of a table as its file, or some rows of it.
Answer show_table(const RouteServices& services, const Call& call) {
  const std::string& dataset = call.values[0];
  const std::string& table = call.values[2];
  require_run_table(table);
  const json manifest = manifest_of(services, call);
  require_table_of(manifest, table);
  const std::string run = run_of_table(manifest, table);
  const TableFormat format = format_of(call);
  if (is_whole(call) && format != TableFormat::json) {
    require_seeing_all(services, call, run);
    const std::string name = fmt::format("{}.{}", table, to_string(format));
    return file_answer(services.shelf->file(dataset, run, name), run + "-" + name, type_of(format),
                       name);
  }
  const RowFilter filter{
      .panel = std::string(call.parameter("panel")),
      .unique_id = std::string(call.parameter("unique_id")),
      .model = std::string(call.parameter("model")),
      .limit = limit_parameter(call, 1000, format == TableFormat::json ? kMostJsonRows : kMostRows),
      .offset = number_parameter(call, "offset", 0, SIZE_MAX / 2),
      .without_persons = !may_see_persons(call)};
  const RunRows rows = run_rows(*services.shelf, dataset, run, table, filter);
  return table_answer(rows.rows, rows.more, format, services.repository.store().work_folder(),
                      table);
}

std::vector<Parameter> row_parameters() {
  return {{"panel", "only rows of this panel"},
          {"unique_id", "only rows of this series"},
          {"model", "only rows of this model"},
          limit_of("rows at most; of JSON 10,000", 100000),
          {"offset", "rows to leave out before them", R"({"type":"integer","minimum":0})"},
          format_parameter()};
}

void add_schemas(RouteTable& table) {
  table.add_schema("Runs", object_schema(R"({"dataset": {"type": "string"},
    "runs": {"type": "array", "items": {"$ref": "#/components/schemas/Run"}},
    "next": {"type": ["string", "null"]}})"));
  table.add_schema("Cancelled", object_schema(R"({"dataset": {"type": "string"},
    "withdrawn": {"type": "integer"}, "working": {"type": "boolean"}})"));
  table.add_schema("RunRequest", object_schema(R"({"dataset": {"type": "string"},
    "request": {"type": "string"}})"));
  table.add_schema("Rows", object_schema(R"({
    "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
    "more": {"type": "boolean"}})"));
}

/// All runs: listed, asked for, cancelled.
void add_work(RouteTable& table, const RouteServices& services) {
  table.add(
      {.method = "GET",
       .pattern = "/api/v1/datasets/{dataset}/runs",
       .summary = "Its last runs, oldest first: when, why, how, what each stage took, the cost.",
       .clearance = Clearance::viewer,
       .query = {limit_of("runs at most", 1000),
                 {"before", "`next` of the page before, for older ones"}},
       .answer_schema = "Runs",
       .handle = [services](const Call& call) { return list_runs(services, call); }});
  table.add({.method = "POST",
             .pattern = "/api/v1/datasets/{dataset}/runs",
             .summary = "Asks for a run, which begins as soon as a worker is free.",
             .clearance = Clearance::analyst,
             .query = {mode_parameter()},
             .status = 202,
             .answer_schema = "RunRequest",
             .audit = "run.request",
             .handle = [services](const Call& call) { return ask(services, call); }});
  table.add({.method = "POST",
             .pattern = "/api/v1/datasets/{dataset}/cancel",
             .summary =
                 "Withdraws runs that were asked for, and ends the one that is going on within "
                 "seconds; nothing of it is published.",
             .clearance = Clearance::analyst,
             .answer_schema = "Cancelled",
             .audit = "run.cancel",
             .handle = [services](const Call& call) { return cancel(services, call); }});
}

/// What there is of one run.
void add_results(RouteTable& table, const RouteServices& services) {
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/runs/{run}",
             .summary =
                 "The manifest of a run: inputs, options, usage, cost. 'current' is the last "
                 "good one.",
             .clearance = Clearance::viewer,
             .answer_schema = "Manifest",
             .handle = [services](const Call& call) {
               return json_answer(manifest_of(services, call));
             }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/runs/{run}/tables/{table}",
             .summary =
                 "A table of a run: forecasts, backtest, leaderboard, levels, ledger, "
                 "retraining or disturbances; without parameters as csv or parquet all of it.",
             .clearance = Clearance::viewer,
             .query = row_parameters(),
             .answer_schema = "Rows",
             .types = {"text/csv", "application/vnd.apache.parquet"},
             .tagged = true,
             .ranged = true,
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_table(services, call); }});
}

}  // namespace

void add_run_routes(RouteTable& table, const RouteServices& services) {
  add_schemas(table);
  add_work(table, services);
  add_results(table, services);
}

}  // namespace forecart

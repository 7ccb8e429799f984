#include "base/error.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/find_run.h"
#include "pipeline/panel_overview.h"
#include "pipeline/proof_accuracy.h"
#include "pipeline/series_history.h"
#include "pipeline/series_outlook.h"
#include "server/api_file.h"
#include "server/json_body.h"
#include "server/published.h"
#include "server/routes.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostPast = 50;

/// The series that the query names, of the panel that it names.
SeriesName name_of(const Call& call, const Published& known) {
  const ForecastIndex::Panel& panel = panel_of(*known.index, call);
  return {call.values[0], panel.name, series_of(panel, call).id};
}

Answer show_panels(const RouteServices& services, const Call& call) {
  const auto known = published(services, call, Patience::any);
  json told = panel_overview(services.repository, *services.shelf, call.values[0], known->run);
  for (json& panel : told.at("panels")) {
    const auto* const its = known->index->panel(panel.at("panel").get<std::string>());
    panel["names_persons"] = its != nullptr && its->names_persons;
  }
  return json_answer(told);
}

Answer show_history(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  const auto known = published(services, call, Patience::any);
  const SeriesName name = name_of(call, *known);
  const DatasetConfig config = read_config(services.repository, name.dataset);
  const SeriesHistory history =
      series_history(*services.sales, name.dataset, find_panel(config, name.panel), name.unique_id);
  const TableFormat format = format_of(call);
  if (format == TableFormat::json) {
    return json_answer({{"panel", name.panel},
                        {"unique_id", name.unique_id},
                        {"ds", history.ds},
                        {"y", history.y}});
  }
  Table table;
  table.add("ds", history.ds);
  table.add("y", history.y);
  return table_answer(table, false, format, services.repository.store().work_folder(), "history");
}

Answer show_accuracy(const RouteServices& services, const Call& call) {
  const auto known = published(services, call, Patience::any);
  const json manifest = find_run(services.repository, call.values[0], known->run);
  const std::string_view by = call.parameter("by");
  AccuracyRequest request{.dataset = call.values[0],
                          .run = run_of_table(manifest, "backtest"),
                          .panel = panel_of(*known->index, call).name,
                          .unique_id = std::string(call.parameter("unique_id")),
                          .by = by.empty() ? AccuracyBy::step : parse_accuracy_by(by),
                          .limit = limit_parameter(call, 200, 1000)};
  return table_answer(proof_accuracy(*services.shelf, request), false, format_of(call),
                      services.repository.store().work_folder(), "accuracy");
}

/// The model that the query names, else the best one of the series by that run.
std::string model_of(const RouteServices& services, const Call& call, const std::string& run,
                     const SeriesName& name) {
  const std::string_view wanted = call.parameter("model");
  if (!wanted.empty()) return std::string(wanted);
  std::string best = best_model(*services.shelf, run, name);
  if (!best.empty()) return best;
  throw Error(ErrorCode::not_found,
              "no model was proven for this series; name one: model=..., as GET .../panels lists");
}

Answer show_outlook(const RouteServices& services, const Call& call) {
  const auto known = published(services, call, Patience::any);
  const SeriesName name = name_of(call, *known);
  return json_answer(series_outlook(*services.shelf, known->run, name,
                                    model_of(services, call, known->run, name),
                                    read_overrides(services.repository, name.dataset)));
}

/// Names of the last runs that forecast, the newest first.
std::vector<std::string> past_runs(const Repository& repository, const std::string& dataset,
                                   std::size_t most) {
  const json history = json(repository.runs(dataset));
  std::vector<std::string> names;
  for (auto run = history.rbegin(); run != history.rend() && names.size() < most; ++run) {
    if (has_results(*run)) names.push_back(run->at("run"));
  }
  return names;
}

/// What earlier runs forecast for a series; those that had it not, or not by that model, have
/// nothing to tell.
Answer show_past(const RouteServices& services, const Call& call) {
  const auto known = published(services, call, Patience::any);
  const SeriesName name = name_of(call, *known);
  const std::string model = model_of(services, call, known->run, name);
  const std::size_t most = limit_parameter(call, 10, kMostPast);
  json list = json::array();
  for (const std::string& run : past_runs(services.repository, name.dataset, most)) {
    try {
      json told = series_outlook(*services.shelf, run, name, model, {});
      list.push_back({{"run", run},
                      {"ds", told.at("ds")},
                      {"mean", told.at("mean")},
                      {"intervals", told.at("intervals")}});
    } catch (const Error& error) {
      const bool has_not =
          error.code() == ErrorCode::not_found || error.code() == ErrorCode::unknown_name;
      if (!has_not) throw;
    }
  }
  return json_answer(
      {{"panel", name.panel}, {"unique_id", name.unique_id}, {"model", model}, {"runs", list}});
}

void add_schemas(RouteTable& table) {
  table.add_schema("Panels", object_schema(R"({
    "run": {"type": "string"}, "time_zone": {"type": "string"},
    "panels": {"type": "array", "items": {"type": "object", "required": [
        "panel", "by", "measure", "frequency", "horizon", "season_length", "series", "end",
        "levels", "models", "best_model", "notes", "names_persons"],
      "properties": {"panel": {"type": "string"},
        "by": {"type": ["array", "null"], "items": {"type": "string"}},
        "measure": {"type": ["string", "null"]}, "frequency": {"type": "string"},
        "horizon": {"type": "integer"}, "season_length": {"type": ["integer", "null"]},
        "series": {"type": "integer"}, "end": {"type": ["string", "null"]},
        "levels": {"type": "array"}, "models": {"type": "array", "items": {"type": "string"}},
        "best_model": {"type": ["string", "null"]},
        "notes": {"type": "array", "items": {"type": "string"}},
        "names_persons": {"type": "boolean"}}}}})"));
  table.add_schema("History", object_schema(R"({
    "panel": {"type": "string"}, "unique_id": {"type": "string"},
    "ds": {"type": "array", "items": {"type": "string"}},
    "y": {"type": "array", "items": {"type": "number"}}})"));
  const std::string numbers = R"({"type": "array", "items": {"type": ["number", "null"]}})";
  const std::string intervals =
      R"({"type": "object", "additionalProperties": {"type": "object", "required": ["lo", "hi"],
      "properties": {"lo": )" +
      numbers + R"(, "hi": )" + numbers + "}}}";
  table.add_schema("Outlook", object_schema(R"({
    "run": {"type": "string"}, "panel": {"type": "string"}, "unique_id": {"type": "string"},
    "model": {"type": "string"}, "ds": {"type": "array", "items": {"type": "string"}},
    "mean": )" + numbers + R"(, "final": )" +
                                            numbers + R"(, "intervals": )" + intervals +
                                            R"(, "overrides": {"type": "array",
      "items": {"$ref": "#/components/schemas/Override"}}})"));
  table.add_schema("Past", object_schema(R"({
    "panel": {"type": "string"}, "unique_id": {"type": "string"}, "model": {"type": "string"},
    "runs": {"type": "array", "items": {"type": "object",
      "required": ["run", "ds", "mean", "intervals"],
      "properties": {"run": {"type": "string"},
        "ds": {"type": "array", "items": {"type": "string"}}, "mean": )" +
                                         numbers + R"(, "intervals": )" + intervals + "}}}}"));
}

}  // namespace

void add_panel_routes(RouteTable& table, const RouteServices& services) {
  add_schemas(table);
  const Parameter panel{"panel",
                        "name of the panel; the first that one may see where none is given"};
  const Parameter series{"unique_id", "id of the series", R"({"type":"string","maxLength":1000})",
                         true};
  const Parameter model{"model", "the best of the series, by its run, where none is given"};
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/panels",
             .summary = "The panels of a run: how each is cut and counted, its models, the best.",
             .clearance = Clearance::viewer,
             .query = {run_parameter()},
             .answer_schema = "Panels",
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_panels(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/history",
             .summary = "What a series has sold, bucket by bucket, up to now.",
             .clearance = Clearance::viewer,
             .query = {panel, series, format_parameter()},
             .answer_schema = "History",
             .types = {"text/csv", "application/vnd.apache.parquet"},
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_history(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/accuracy",
             .summary = "Errors of the models on the rolling origins of a run.",
             .clearance = Clearance::viewer,
             .query = {panel,
                       {"by", "step (how far ahead), cutoff (origin) or series (the worst first)",
                        R"({"enum":["step","cutoff","series"]})"},
                       {"unique_id", "of this series alone"},
                       limit_of("rows of each model at most", 1000),
                       run_parameter(),
                       format_parameter()},
             .answer_schema = "Rows",
             .types = {"text/csv", "application/vnd.apache.parquet"},
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_accuracy(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/outlook",
             .summary = "The forecast of a series to act on, with what people put in its place.",
             .clearance = Clearance::viewer,
             .query = {panel, series, model, run_parameter()},
             .answer_schema = "Outlook",
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_outlook(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/past",
             .summary = "What the last runs forecast for a series, the newest first.",
             .clearance = Clearance::viewer,
             .query = {panel, series, model, limit_of("runs at most", 50)},
             .answer_schema = "Past",
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_past(services, call); }});
}

}  // namespace forecart

#include "pipeline/series_outlook.h"

#include "base/error.h"
#include "pipeline/run_rows.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostSteps = 10'000;

Table rows_of(RunShelf& shelf, const std::string& run, const SeriesName& name,
              const std::string& table) {
  Table rows = run_rows(shelf, name.dataset, run, table,
                        {.panel = name.panel, .unique_id = name.unique_id, .limit = kMostSteps})
                   .rows;
  if (rows.row_count() > 0) return rows;
  throw Error(ErrorCode::not_found,
              fmt::format("run {} has no series '{}' in panel '{}'; GET .../series?search=... "
                          "finds those there are",
                          run, name.unique_id, name.panel));
}

json numbers_json(const std::vector<double>& numbers) {
  json list = json::array();
  for (const double number : numbers) {
    list.push_back(std::isfinite(number) ? json(number) : json(nullptr));
  }
  return list;
}

/// `{"80":{"lo":[..],"hi":[..]}}`, of the columns "<Model>-lo-80".
json intervals_json(const Table& rows, const std::string& model) {
  json intervals = json::object();
  const std::string begin = model + "-lo-";
  for (const std::string& column : rows.names()) {
    if (!column.starts_with(begin)) continue;
    const std::string level = column.substr(begin.size());
    intervals[level] = {{"lo", numbers_json(rows.numbers(column))},
                        {"hi", numbers_json(rows.numbers(fmt::format("{}-hi-{}", model, level)))}};
  }
  return intervals;
}

bool has_forecast(const Table& rows, const std::string& model) {
  return rows.find(model) != nullptr && std::isfinite(rows.numbers(model).front());
}

/// Of a model, or of it made to add up ("Theta/auto"), which is all that totals have.
std::string forecast_of(const Table& rows, const std::string& model) {
  if (has_forecast(rows, model)) return model;
  const std::vector<std::string> names = rows.names();
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return name.starts_with(model + "/") && has_forecast(rows, name);
  });
  return found == names.end() ? model : *found;
}

}  // namespace

std::string best_model(RunShelf& shelf, const std::string& run, const SeriesName& name) {
  const std::string best = rows_of(shelf, run, name, "ledger").texts("best_model").front();
  return best.empty() ? best : forecast_of(rows_of(shelf, run, name, "forecasts"), best);
}

json series_outlook(RunShelf& shelf, const std::string& run, const SeriesName& name,
                    const std::string& model, const std::vector<Override>& overrides) {
  const Table rows = rows_of(shelf, run, name, "forecasts");
  if (!has_forecast(rows, model)) {
    throw Error(ErrorCode::unknown_name,
                fmt::format("model '{}' did not forecast series '{}'; GET .../panels lists the "
                            "models of each panel",
                            model, name.unique_id));
  }
  const std::vector<std::string> ds = rows.texts("ds");
  const std::vector<double> mean = rows.numbers(model);
  std::vector<double> final = mean;
  json used = json::array();
  for (const Override& one : overrides) {
    if (one.panel != name.panel || one.unique_id != name.unique_id) continue;
    if (apply(one, ds, final)) used.push_back(to_json(one));
  }
  return {{"run", run},
          {"panel", name.panel},
          {"unique_id", name.unique_id},
          {"model", model},
          {"ds", ds},
          {"mean", numbers_json(mean)},
          {"intervals", intervals_json(rows, model)},
          {"final", numbers_json(final)},
          {"overrides", std::move(used)}};
}

}  // namespace forecart

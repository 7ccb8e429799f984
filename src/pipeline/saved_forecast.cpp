#include "pipeline/saved_forecast.h"

#include "base/error.h"
#include "evaluation/item_life.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/find_run.h"
#include "pipeline/model_registry.h"
#include "pipeline/panel_run.h"
#include "pipeline/run_models.h"
#include "pipeline/sales.h"
#include "pipeline/state_of_series.h"
#include "pipeline/state_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace forecart {

namespace {

using nlohmann::json;

json current_manifest(const Repository& repository, const SavedForecastRequest& request) {
  const auto current = repository.current(request.dataset);
  if (!current) {
    throw Error(
        ErrorCode::not_found,
        fmt::format("data set '{}' has no run yet; make one with: forecart run --repository "
                    "{} --dataset {}",
                    request.dataset, request.repository, request.dataset));
  }
  return repository.read_json(current->at("manifest").get<std::string>());
}

/// Names of the run's models for the panel that were asked for.
std::vector<json> wanted_models(const json& manifest, const std::string& panel,
                                const std::vector<std::string>& asked) {
  std::vector<json> wanted;
  std::vector<std::string> known;
  for (const json& model : manifest.at("models")) {
    if (model.at("panel") != panel) continue;
    known.push_back(model.at("model").get<std::string>());
    if (asked.empty() || std::find(asked.begin(), asked.end(), known.back()) != asked.end()) {
      wanted.push_back(model);
    }
  }
  for (const std::string& name : asked) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(ErrorCode::unknown_name,
                fmt::format("the current run has no model '{}' for panel '{}'; it has {}", name,
                            panel, fmt::join(known, ", ")));
  }
  if (wanted.empty()) {
    throw Error(ErrorCode::not_found,
                fmt::format("the current run did not make panel '{}'; run again", panel));
  }
  return wanted;
}

/// What a run tells of a panel; empty where it did not make it.
json panel_of_run(const json& manifest, const std::string& name) {
  json panel = panel_in(manifest, name);
  return panel.is_null() ? json::object() : panel;
}

ModelPtr make_model(const json& manifest, const json& model, const AvailabilityPtr& availability) {
  ModelOptions options;
  options.members = manifest.at("options").at("members").get<std::vector<std::string>>();
  options.intervals = parse_intervals(manifest.at("options").value("intervals", "model"));
  options.season_length = panel_of_run(manifest, model.at("panel").get<std::string>())
                              .value("season_length", options.season_length);
  ModelRegistry registry(options);
  return RunModels(registry, availability).make(model.at("model").get<std::string>());
}

/// The state of one series alone; null where the model does not keep it apart.
std::unique_ptr<Fitted> load_only(const Repository& repository, const ModelPtr& made,
                                  const json& model, const std::string& only) {
  const auto own = read_state_of_series(repository.store(), told_state(model).key, only);
  return own ? made->load(*own) : nullptr;
}

/// With `only` the state of that series alone, where the model keeps it apart.
std::unique_ptr<Fitted> load_model(const Repository& repository, const json& manifest,
                                   const json& model, const AvailabilityPtr& availability,
                                   const std::string& only = "") {
  const ModelPtr made = make_model(manifest, model, availability);
  if (!only.empty()) {
    if (auto own = load_only(repository, made, model, only)) return own;
  }
  return read_fitted(repository.store(), told_state(model).key, *made);
}

/// What a run tells of a model of a panel; null where it has none.
json model_of_run(const json& manifest, const std::string& panel, const std::string& model) {
  for (const json& one : manifest.at("models")) {
    if (one.at("panel") == panel && one.at("model") == model) return one;
  }
  return nullptr;
}

/// Shares in which things can be sold from a bucket on, one for each step of the horizon at least.
OpenShares shares_ahead(const json& ahead, Eigen::Index horizon) {
  constexpr double kFurthest = 1e15;  // from 1970; whole numbers up to there are exact
  const auto first = ahead.at("first").get<double>();
  const auto shares = ahead.at("shares").get<std::vector<double>>();
  const auto is_share = [](double share) { return share >= 0 && share <= 1; };
  const bool is_bucket = std::abs(first) <= kFurthest && first == std::floor(first);
  if (!is_bucket || std::ssize(shares) < horizon ||
      !std::all_of(shares.begin(), shares.end(), is_share)) {
    throw Error(ErrorCode::bad_data,
                "first must be a bucket, and shares numbers from 0 to 1, one for each step of the "
                "horizon");
  }
  return {static_cast<Bucket>(first),
          Eigen::Map<const Eigen::VectorXd>(shares.data(), std::ssize(shares))};
}

/// When the run knew that a panel, of which its manifest at `key` tells `told`, could be sold over
/// the next steps; no value where it does not tell so far. Throws Error bad_data.
std::optional<AvailabilityPtr> availability_of_run(const json& told, const std::string& key,
                                                   Eigen::Index horizon) try {
  if (!told.value("limited", false)) return AvailabilityPtr();
  if (!told.contains("ahead") || told.at("horizon").get<Eigen::Index>() < horizon) {
    return std::nullopt;
  }
  const json& ahead = told.at("ahead");
  if (ahead.is_null()) return AvailabilityPtr();
  Availability known;
  known.ahead = shares_ahead(ahead, horizon);
  return std::make_shared<const Availability>(std::move(known));
} catch (const std::exception& error) {
  throw Error(ErrorCode::bad_data,
              fmt::format("'{}' is damaged: what it tells of the days ahead (ahead) cannot be used "
                          "({}); run again",
                          key, error.what()));
}

/// Finds closed times and outliers as the run did; says so where [demand] is another now. Runs of
/// older programs do not tell: they forecast with today's.
void take_demand_of_run(const json& manifest, DatasetConfig& config, SavedForecast& result) {
  const json now = demand_settings(config);
  const json used = manifest.value("demand", now);
  if (used == now) return;
  result.notes.push_back(
      fmt::format("[demand] has changed since run {} (was closed = {}, outliers = {}), which "
                  "forecasts with its own: run again",
                  result.run, used.at("closed").dump(), used.at("outliers").dump()));
  apply_demand_settings(used, config);
}

/// Says so where the run had other tables than dataset.toml declares; true where there are or were
/// some, which are to be read then.
bool compare_tables(const json& manifest, const DatasetConfig& config, SavedForecast& result) {
  std::vector<std::string> were;
  std::vector<std::string> are;
  for (const json& table : manifest.value("input_tables", json::array())) {
    were.push_back(table.at("file").get<std::string>());
  }
  for (const InputConfig& input : config.inputs) are.push_back(input.file);
  if (were != are) {
    result.notes.push_back(
        fmt::format("the inputs have changed since run {} (were {}); today's are used: run again",
                    result.run, were.empty() ? "none" : fmt::format("{}", fmt::join(were, ", "))));
  }
  return !were.empty() || !are.empty();
}

/// Gives the models the public holidays they were fitted with; says so where others are declared.
void take_holidays_of_run(const json& manifest, DatasetConfig& config, SavedForecast& result) {
  const json used = manifest.value("holidays", json::object());
  const std::string countries = used.value("countries", "");
  if (countries == config.holidays) return;
  result.notes.push_back(fmt::format(
      "holidays have changed since run {} (were {}), which forecasts with its own: run again",
      result.run, countries.empty() ? "none" : countries));
  config.holidays = countries;
}

/// Cuts the sums that the run had; says so where others are declared.
void take_hierarchy_of_run(const json& told, PanelConfig& panel, SavedForecast& result) {
  const json used = told.value("hierarchy", json());
  const std::string method = used.is_null() ? "" : used.at("method").get<std::string>();
  const auto levels = used.is_null() ? std::vector<std::string>()
                                     : used.at("levels").get<std::vector<std::string>>();
  const std::string now =
      panel.hierarchy.empty() ? "" : to_string(parse_reconciliation(panel.hierarchy));
  if (now == method && panel.levels == levels) return;
  result.notes.push_back(
      fmt::format("the hierarchy of panel '{}' has changed since run {} (was {}), which forecasts "
                  "with its own: "
                  "run again",
                  panel.name, result.run, method.empty() ? "none" : method));
  panel.hierarchy = method;
  panel.levels = levels;
}

Eigen::Index horizon_of(const SavedForecastRequest& request, const PanelConfig& panel,
                        const json& told) {
  const Eigen::Index usual =
      request.as_far_as_run ? told.at("horizon").get<Eigen::Index>() : panel.horizon;
  const Eigen::Index horizon = request.horizon.value_or(usual);
  check_horizon(horizon);
  return horizon;
}

/// Rows that the run wrote of what is unusual in the panel; runs of older programs wrote none.
json disturbances_of(const Repository& repository, const SavedForecastRequest& request,
                     const std::string& run, const std::string& panel) {
  json rows = json::array();
  const std::string key = Repository::run_key(request.dataset, run, "disturbances.json");
  if (!repository.store().exists(key)) return rows;
  json all = repository.read_json(key);
  for (json& row : all) {
    if (row.at("panel") == panel) rows.push_back(std::move(row));
  }
  return rows;
}

/// The panel from where the run's ended; all of it where the run does not tell.
Panel what_is_new(const Panel& panel, const json& told) {
  return panel.between(told.value("end", std::numeric_limits<Bucket>::min()), panel.end());
}

std::vector<const Fitted*> models_of(const SavedForecast& saved) {
  std::vector<const Fitted*> models;
  for (const auto& fitted : saved.fitted) models.push_back(fitted.get());
  return models;
}

}  // namespace

std::unique_ptr<Fitted> state_of_run(const Repository& repository, const json& manifest,
                                     const std::string& panel, const std::string& model,
                                     const AvailabilityPtr& availability) {
  const json one = model_of_run(manifest, panel, model);
  return one.is_null() ? nullptr : load_model(repository, manifest, one, availability);
}

std::unique_ptr<Fitted> state_of_run_for(const Repository& repository, const json& manifest,
                                         const std::string& panel, const std::string& model,
                                         const AvailabilityPtr& availability,
                                         const std::string& unique_id) {
  const json one = model_of_run(manifest, panel, model);
  if (one.is_null()) return nullptr;
  return load_only(repository, make_model(manifest, one, availability), one, unique_id);
}

AvailabilityPtr availability_told(const json& manifest, const std::string& panel) {
  const json told = panel_of_run(manifest, panel);
  return availability_of_run(told, "manifest.json", told.value("horizon", Eigen::Index{1}))
      .value_or(nullptr);
}

RunStates states_of_current_run(const Repository& repository, const std::string& dataset,
                                const std::string& panel, const AvailabilityPtr& availability) {
  RunStates result;
  const auto current = repository.current(dataset);
  if (!current) return result;
  const json manifest = repository.read_json(current->at("manifest").get<std::string>());
  result.run = manifest.at("run").get<std::string>();
  for (const json& model : manifest.at("models")) {
    if (model.at("panel") != panel) continue;
    const auto name = model.at("model").get<std::string>();
    try {
      result.states[name] = load_model(repository, manifest, model, availability);
    } catch (const Error& error) {
      result.notes.push_back(fmt::format("the state of {} cannot be read: {}", name, error.what()));
    }
  }
  return result;
}

SavedForecast forecast_saved(const SavedForecastRequest& request) {
  Repository repository = Repository::open(request.repository);
  DatasetConfig config = read_config(repository, request.dataset);
  PanelConfig panel = find_panel(config, request.panel);
  const json manifest = current_manifest(repository, request);
  const auto hashes = input_hashes(repository, request.dataset);
  SavedForecast result;
  result.run = manifest.at("run").get<std::string>();
  take_holidays_of_run(manifest, config, result);
  take_demand_of_run(manifest, config, result);
  const bool has_tables = compare_tables(manifest, config, result);
  result.moved_on = json(hashes) != manifest.at("inputs");
  if (result.moved_on) refresh_sales(repository, request.dataset, config);
  std::optional<LoadedPanel> now;
  const auto wanted = wanted_models(manifest, panel.name, request.models);
  const json told = panel_of_run(manifest, panel.name);
  take_hierarchy_of_run(told, panel, result);
  const Eigen::Index horizon = horizon_of(request, panel, told);
  PanelInputs inputs;
  const auto open = availability_of_run(
      told, Repository::run_key(request.dataset, result.run, "manifest.json"), horizon);
  const bool tells_demand = manifest.contains("demand");
  if (result.moved_on || has_tables || !config.holidays.empty() || !tells_demand || !open) {
    const bool keep_partial = manifest.at("options").at("keep_partial").get<bool>();
    now = cut_panel(repository, request.dataset, hashes, panel, keep_partial);
    inputs = load_inputs(repository, request.dataset, config, panel.name, now->panel, {0, horizon});
  } else {
    inputs.availability = *open;
  }
  // series that move on lend each other evidence
  const std::string alone = result.moved_on ? "" : request.only_series;
  for (const json& model : wanted) {
    auto fitted = load_model(repository, manifest, model, inputs.availability, alone);
    if (result.moved_on) fitted->update(what_is_new(now->panel, told), inputs.covariates);
    result.forecasts.push_back({model.at("model").get<std::string>(),
                                fitted->forecast(horizon, inputs.covariates),
                                reconciled_demand(*fitted, horizon, inputs.covariates)});
    result.fitted.push_back(std::move(fitted));
  }
  if (std::string note = note_of_endings(models_of(result)); !note.empty()) {
    result.notes.push_back(std::move(note));
  }
  result.future = std::move(inputs.covariates);
  if (request.only_series.empty()) {
    result.disturbances = disturbances_of(repository, request, result.run, panel.name);
  }
  return result;
}

}  // namespace forecart

#include "pipeline/saved_forecast.h"

#include "base/error.h"
#include "evaluation/item_life.h"
#include "models/saved_state.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/model_registry.h"
#include "pipeline/panel_run.h"
#include "pipeline/sales.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
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
                    request.dataset, request.repository.string(), request.dataset));
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

/// The season that a run took for a panel, which series that join later are averaged over.
int season_of_panel(const json& manifest, const std::string& name) {
  for (const json& panel : manifest.at("panels")) {
    if (panel.at("panel") == name)
      return panel.value("season_length", ModelOptions{}.season_length);
  }
  return ModelOptions{}.season_length;
}

std::unique_ptr<Fitted> load_model(const Repository& repository, const json& manifest,
                                   const json& model, const AvailabilityPtr& availability) {
  ModelOptions options;
  options.members = manifest.at("options").at("members").get<std::vector<std::string>>();
  options.season_length = season_of_panel(manifest, model.at("panel").get<std::string>());
  const std::string key = model.at("key").get<std::string>();
  const auto stored = repository.store().read(key);
  if (!stored) {
    throw Error(ErrorCode::not_found, fmt::format("'{}' is not in the repository; run again", key));
  }
  ModelRegistry registry(options);
  return on_demand(with_endings(registry.make(model.at("model").get<std::string>())), availability)
      ->load(parse_state(*stored, key));
}

/// When the run knew that this panel could be sold over the next steps; no value where its manifest
/// does not tell so far.
std::optional<AvailabilityPtr> availability_of_run(const json& manifest, const std::string& panel,
                                                   Eigen::Index horizon) {
  for (const json& one : manifest.at("panels")) {
    if (one.at("panel") != panel) continue;
    if (!one.value("limited", false)) return AvailabilityPtr();
    if (!one.contains("ahead") || one.at("horizon").get<Eigen::Index>() < horizon) break;
    const json& ahead = one.at("ahead");
    if (ahead.is_null()) return AvailabilityPtr();
    const auto shares = ahead.at("shares").get<std::vector<double>>();
    Availability known;
    known.ahead = {ahead.at("first").get<Bucket>(),
                   Eigen::Map<const Eigen::VectorXd>(shares.data(), std::ssize(shares))};
    return std::make_shared<const Availability>(std::move(known));
  }
  return std::nullopt;
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

std::vector<const Fitted*> models_of(const SavedForecast& saved) {
  std::vector<const Fitted*> models;
  for (const auto& fitted : saved.fitted) models.push_back(fitted.get());
  return models;
}

}  // namespace

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
      result.notes.push_back(fmt::format("no warm start of {}: {}", name, error.what()));
    }
  }
  return result;
}

SavedForecast forecast_saved(const SavedForecastRequest& request) {
  Repository repository = Repository::open(request.repository);
  DatasetConfig config = read_config(repository, request.dataset);
  const PanelConfig& panel = find_panel(config, request.panel);
  const json manifest = current_manifest(repository, request);
  const auto hashes = input_hashes(repository, request.dataset);
  SavedForecast result;
  result.run = manifest.at("run").get<std::string>();
  take_holidays_of_run(manifest, config, result);
  result.moved_on = json(hashes) != manifest.at("inputs");
  if (result.moved_on) refresh_sales(repository, request.dataset, config);
  std::optional<LoadedPanel> now;
  const Eigen::Index horizon = request.horizon.value_or(panel.horizon);
  check_horizon(horizon);
  const auto wanted = wanted_models(manifest, panel.name, request.models);
  PanelInputs inputs;
  const bool has_inputs = !config.inputs.empty() || !config.holidays.empty();
  const auto open = availability_of_run(manifest, panel.name, horizon);
  if (result.moved_on || has_inputs || !open) {
    const bool keep_partial = manifest.at("options").at("keep_partial").get<bool>();
    now = cut_panel(repository, request.dataset, hashes, panel, keep_partial);
    inputs = load_inputs(repository, request.dataset, config, panel.name, now->panel, {0, horizon});
  } else {
    inputs.availability = *open;
  }
  for (const json& model : wanted) {
    auto fitted = load_model(repository, manifest, model, inputs.availability);
    if (result.moved_on) fitted->update(now->panel, inputs.covariates);
    result.forecasts.push_back({model.at("model").get<std::string>(),
                                fitted->forecast(horizon, inputs.covariates),
                                forecast_demand(*fitted, horizon, inputs.covariates)});
    result.fitted.push_back(std::move(fitted));
  }
  if (std::string note = note_of_endings(models_of(result)); !note.empty()) {
    result.notes.push_back(std::move(note));
  }
  result.future = std::move(inputs.covariates);
  result.disturbances = disturbances_of(repository, request, result.run, panel.name);
  return result;
}

}  // namespace forecart

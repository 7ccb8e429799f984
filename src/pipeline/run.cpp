#include "pipeline/run.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "ingest/country_holidays.h"
#include "models/net/kernel.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/leaderboard.h"
#include "pipeline/level_scores.h"
#include "pipeline/repository.h"
#include "pipeline/run_output.h"
#include "pipeline/sales.h"
#include "pipeline/saved_forecast.h"
#include "pipeline/version.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace forecart {

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

bool has_negative(const Panel& panel) {
  for (Eigen::Index i = 0; i < panel.size(); ++i) {
    const auto values = panel[i].values;
    if (std::any_of(values.begin(), values.end(), [](double y) { return y < 0; })) return true;
  }
  return false;
}

/// Sales are counts, whose variance grows with their mean: unless told otherwise a run fits ARIMA
/// on square roots where nothing is negative (AutoARIMA chooses itself), and with a season where
/// there is one.
ModelChoice choice_for(const RunRequest& request, const PanelConfig& config, const Panel& panel) {
  ModelChoice choice = request.choice;
  choice.horizon = request.horizon.value_or(config.horizon);
  if (!has_negative(panel)) choice.usual_transform = Transform::sqrt;
  const int season = season_of(choice, panel);
  if (choice.order.empty() && choice.seasonal_order.empty() && season > 1) {
    choice.seasonal_order = fmt::format("1,1,1,{}", season);
  }
  return choice;
}

/// Steps about the end of a series that forecasts are made for, in the proof and after it.
KnownSteps known_steps(const Panel& panel, BacktestOptions options) {
  options.windows = possible_windows(panel, options);
  return {options.windows > 0 ? options.steps_after(0) : 0, options.horizon};
}

RunPanel make_panel(const RunRequest& request, const Repository& repository, LoadedPanel loaded,
                    const DatasetConfig& dataset, const PanelConfig& config) {
  const ModelChoice choice = choice_for(request, config, loaded.panel);
  ModelRegistry registry(model_options(choice, loaded.panel));
  PanelRunOptions options = panel_run_options(choice, loaded.panel, *request.progress);
  PanelInputs inputs = load_inputs(repository, request.dataset, dataset, config.name, loaded.panel,
                                   known_steps(loaded.panel, options.backtest));
  options.covariates = std::move(inputs.covariates);
  options.availability = inputs.availability;
  options.hierarchy = loaded.hierarchy;
  loaded.notes.insert(loaded.notes.end(), inputs.notes.begin(), inputs.notes.end());
  if (choice.warm_start) {
    RunStates states =
        states_of_current_run(repository, request.dataset, config.name, inputs.availability);
    options.earlier = std::move(states.states);
    loaded.notes.insert(loaded.notes.end(), states.notes.begin(), states.notes.end());
  }
  PanelRun outcome = run_panel(loaded.panel, registry, options);
  if (std::string note = endings_of(outcome.results); !note.empty()) {
    loaded.notes.push_back(std::move(note));
  }
  BacktestOptions used = options.backtest;
  used.windows = outcome.windows;
  return {config.name,
          std::move(loaded.panel),
          std::move(outcome),
          used,
          std::move(loaded.notes),
          std::move(inputs.availability),
          std::move(inputs.disturbances),
          std::move(loaded.hierarchy)};
}

json network_json(const lstm::NetworkOptions& network) {
  return {{"head", network.head ? lstm::name_of(*network.head) : "auto"},
          {"layers", network.layers},
          {"units", network.units == 0 ? json("auto") : json(network.units)},
          {"dropout", network.dropout},
          {"direct_steps", network.direct == 0 ? json("auto") : json(network.direct)},
          {"training_steps", network.steps}};
}

json options_json(const RunRequest& request) {
  const ModelChoice& choice = request.choice;
  return {{"models", choice.models.empty() ? json("default") : json(choice.models)},
          {"order", choice.order},
          {"seasonal_order", choice.seasonal_order},
          {"drift", choice.drift},
          {"fourier", choice.fourier},
          {"season_length", choice.season_length},
          {"root_rule", choice.root_rule},
          {"step", choice.step},
          {"refit", choice.refit},
          {"strategy", choice.strategy ? trees::name_of(*choice.strategy) : "auto"},
          {"objective", choice.objective ? trees::name_of(*choice.objective) : "auto"},
          {"network", network_json(choice.network)},
          {"warm_start", choice.warm_start},
          {"time_budget", choice.time_budget > 0 ? json(choice.time_budget) : json()},
          {"transform", choice.transform ? to_string(*choice.transform) : "auto"},
          {"members", choice.members},
          {"windows", choice.windows},
          {"levels", choice.levels},
          {"keep_partial", request.keep_partial}};
}

json manifest_of(const RunRequest& request, const RunReport& report,
                 const std::vector<std::string>& hashes) {
  return {{"run", report.run},
          {"dataset", report.dataset},
          {"version", kVersion},
          {"seed", request.choice.seed},
          {"threads", request.choice.threads == 0 ? available_threads() : request.choice.threads},
          {"kernel", net::best_kernel().name},
          {"inputs", hashes},
          {"options", options_json(request)}};
}

/// The run whose states this one may start from; null where there is none.
json current_run(const Repository& repository, const RunRequest& request) {
  const auto current = repository.current(request.dataset);
  return current ? current->at("run") : json();
}

bool fell_back(const RunReport& report) {
  return std::any_of(report.panels.begin(), report.panels.end(),
                     [](const RunPanel& panel) { return any_fallback(panel.outcome.results); });
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// True if every input of the current run is among these.
bool includes_current(const Repository& repository, const std::optional<json>& current,
                      const std::vector<std::string>& hashes) {
  if (!current) return true;
  const json manifest = repository.read_json(current->at("manifest").get<std::string>());
  for (const json& input : manifest.at("inputs")) {
    if (!std::binary_search(hashes.begin(), hashes.end(), input.get<std::string>())) return false;
  }
  return true;
}

/// Moves the pointer to this run, unless somebody published a run that knows more.
bool publish(Repository& repository, const RunReport& report,
             const std::vector<std::string>& hashes) {
  const json pointer{{"run", report.run}, {"manifest", report.folder + "/manifest.json"}};
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; ++i) {
    const auto current = repository.current(report.dataset);
    if (!includes_current(repository, current, hashes)) return false;
    if (repository.set_current(report.dataset, current, pointer)) return true;
  }
  return false;
}

}  // namespace

RunReport run_dataset(const RunRequest& request) {
  const auto start = Clock::now();
  Repository repository = Repository::open(request.repository);
  const DatasetConfig config = read_config(repository, request.dataset);
  find_panel(config, "");  // at least one is declared
  const auto hashes = input_hashes(repository, request.dataset);
  if (hashes.empty()) {
    throw Error(
        ErrorCode::not_found,
        fmt::format("data set '{}' has no orders yet; bring some with: forecart ingest FILES "
                    "--repository {} --dataset {}",
                    request.dataset, request.repository.string(), request.dataset));
  }

  RunReport report;
  report.dataset = request.dataset;
  report.run = make_stamp(sha256(json(hashes).dump()));
  report.folder = fmt::format("runs/{}/{}", report.dataset, report.run);
  json manifest = manifest_of(request, report, hashes);
  if (request.choice.warm_start) manifest["warm_start_from"] = current_run(repository, request);
  const std::string manifest_key = report.folder + "/manifest.json";
  try {
    manifest["input_tables"] = keep_inputs(repository, request.dataset, config);
    manifest["demand"] = demand_settings(config);
    if (!config.holidays.empty()) {
      manifest["holidays"] = {{"countries", config.holidays}, {"source", holiday_source()}};
    }
    report.refreshed = refresh_sales(repository, request.dataset, config);
    for (const PanelConfig& panel : config.panels) {
      LoadedPanel loaded =
          cut_panel(repository, request.dataset, hashes, panel, request.keep_partial);
      report.panels.push_back(make_panel(request, repository, std::move(loaded), config, panel));
    }
    write_run_tables(repository, report);
    manifest["models"] = write_run_models(repository, report);
    manifest["panels"] = describe_panels(report);
    manifest["status"] = fell_back(report) ? "partly" : "ok";
  } catch (const std::exception& error) {
    const auto* const known = dynamic_cast<const Error*>(&error);
    manifest["status"] = "failed";
    manifest["error"] = {{"code", known != nullptr ? to_string(known->code()) : "internal"},
                         {"message", error.what()}};
    manifest["seconds"] = seconds_since(start);
    repository.write_json(manifest_key, manifest);
    throw;
  }
  report.seconds = seconds_since(start);
  manifest["seconds"] = report.seconds;
  repository.write_json(manifest_key, manifest);
  report.published = publish(repository, report, hashes);
  return report;
}

json to_json(const RunReport& report) {
  json panels = json::array();
  for (const RunPanel& panel : report.panels) {
    json one = panel.outcome.windows > 0
                   ? backtest_json(panel.panel, panel.outcome.results, panel.options)
                   : json::object();
    one["panel"] = panel.name;
    one["notes"] = panel.notes;
    if (panel.hierarchy && panel.outcome.windows > 0) {
      one["levels"] = rows_json(
          level_table(panel.panel, panel.outcome.results, *panel.hierarchy, panel.options.levels));
    }
    panels.push_back(std::move(one));
  }
  return {{"dataset", report.dataset},     {"run", report.run},
          {"folder", report.folder},       {"seconds", report.seconds},
          {"published", report.published}, {"panels", panels}};
}

}  // namespace forecart

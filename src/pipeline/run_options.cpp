#include "pipeline/run_options.h"

#include "base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace forecart {

namespace {

using nlohmann::json;

json network_json(const lstm::NetworkOptions& network) {
  return {{"head", network.head ? lstm::name_of(*network.head) : "auto"},
          {"layers", network.layers},
          {"units", network.units == 0 ? json("auto") : json(network.units)},
          {"dropout", network.dropout},
          {"direct_steps", network.direct == 0 ? json("auto") : json(network.direct)},
          {"training_steps", network.steps}};
}

/// Reads a value that may be missing, null or, where it is no text, "auto": then it stays as it is.
template <typename Value>
void read(const json& options, const char* key, Value& value) {
  const json found = options.value(key, json());
  if (found.is_null() || (!std::is_same_v<Value, std::string> && found == "auto")) return;
  value = found.get<Value>();
}

lstm::NetworkOptions network_of(const json& options) {
  lstm::NetworkOptions network;
  network.head = lstm::parse_head(options.value("head", "auto"));
  read(options, "layers", network.layers);
  read(options, "units", network.units);
  read(options, "dropout", network.dropout);
  read(options, "direct_steps", network.direct);
  read(options, "training_steps", network.steps);
  return network;
}

ModelChoice choice_of(const json& options) {
  ModelChoice choice;
  const json models = options.value("models", json("default"));
  if (models.is_array()) choice.models = models.get<std::vector<std::string>>();
  read(options, "order", choice.order);
  read(options, "seasonal_order", choice.seasonal_order);
  read(options, "drift", choice.drift);
  read(options, "fourier", choice.fourier);
  read(options, "season_length", choice.season_length);
  read(options, "root_rule", choice.root_rule);
  read(options, "step", choice.step);
  read(options, "refit", choice.refit);
  read(options, "refit_by_policy", choice.refit_by_policy);
  read(options, "refit_budget", choice.refit_budget);
  choice.strategy = parse_strategy(options.value("strategy", "auto"));
  choice.objective = parse_objective(options.value("objective", "auto"));
  choice.network = network_of(options.value("network", json::object()));
  read(options, "warm_start", choice.warm_start);
  read(options, "time_budget", choice.time_budget);
  const std::string transform = options.value("transform", "auto");
  if (transform != "auto") choice.transform = parse_transform(transform);
  read(options, "members", choice.members);
  choice.combination = parse_combination(options.value("combine", "auto"));
  choice.intervals = parse_intervals(options.value("intervals", "model"));  // of older programs
  read(options, "windows", choice.windows);
  read(options, "levels", choice.levels);
  return choice;
}

bool has_negative(const Panel& panel) {
  for (Eigen::Index i = 0; i < panel.size(); ++i) {
    const auto values = panel[i].values;
    if (std::any_of(values.begin(), values.end(), [](double y) { return y < 0; })) return true;
  }
  return false;
}

}  // namespace

json options_json(const RunRequest& request) {
  const ModelChoice& choice = request.choice;
  return {{"models", choice.models.empty() ? json("default") : json(choice.models)},
          {"order", choice.order},
          {"seasonal_order", choice.seasonal_order},
          {"drift", choice.drift},
          {"fourier", choice.fourier},
          {"season_length", choice.season_length},
          {"root_rule", choice.root_rule},
          {"horizon", request.horizon ? json(*request.horizon) : json()},
          {"step", choice.step},
          {"refit", choice.refit},
          {"refit_by_policy", choice.refit_by_policy},
          {"refit_budget", choice.refit_budget},
          {"strategy", choice.strategy ? trees::name_of(*choice.strategy) : "auto"},
          {"objective", choice.objective ? trees::name_of(*choice.objective) : "auto"},
          {"network", network_json(choice.network)},
          {"warm_start", choice.warm_start},
          {"time_budget", choice.time_budget > 0 ? json(choice.time_budget) : json()},
          {"transform", choice.transform ? to_string(*choice.transform) : "auto"},
          {"members", choice.members},
          {"combine", name_of(choice.combination)},
          {"intervals", name_of(choice.intervals)},
          {"windows", choice.windows},
          {"levels", choice.levels},
          {"retrain", request.retrain_all ? "always" : "auto"},
          {"keep_partial", request.keep_partial}};
}

RunRequest request_of(const json& manifest) {
  const json& options = manifest.at("options");
  RunRequest request;
  request.dataset = manifest.at("dataset").get<std::string>();
  request.choice = choice_of(options);
  request.choice.seed = manifest.at("seed").get<std::uint64_t>();
  request.choice.kernel = manifest.at("kernel").get<std::string>();
  const json horizon = options.value("horizon", json());
  if (!horizon.is_null()) request.horizon = horizon.get<Eigen::Index>();
  read(options, "keep_partial", request.keep_partial);
  request.retrain_all = options.value("retrain", "always") == "always";  // as older programs did
  return request;
}

ModelChoice choice_for(const RunRequest& request, const PanelConfig& config, const Panel& panel) {
  ModelChoice choice = request.choice;
  choice.horizon = request.horizon.value_or(config.horizon);
  if (!has_negative(panel)) choice.usual_transform = Transform::sqrt;
  choice.usual_season = true;
  return choice;
}

void check_request(const RunRequest& request) {
  ModelChoice choice = request.choice;
  if (request.horizon) choice.horizon = *request.horizon;
  check_choice(choice);
}

void require_orders(const RunRequest& request, const std::vector<std::string>& hashes) {
  if (!hashes.empty()) return;
  throw Error(ErrorCode::not_found,
              fmt::format("data set '{}' has no orders yet; bring some with: forecart ingest FILES "
                          "--repository {} --dataset {}",
                          request.dataset, request.repository, request.dataset));
}

}  // namespace forecart

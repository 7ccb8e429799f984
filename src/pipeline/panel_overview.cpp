#include "pipeline/panel_overview.h"

#include "base/calendar.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/find_run.h"
#include "pipeline/run_rows.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostRows = 100'000;

/// Models of each panel, the best first; those of a run without proof in their order.
std::map<std::string, std::vector<std::string>> ranked_models(RunShelf& shelf,
                                                              const std::string& dataset,
                                                              const std::string& run) {
  const Table rows = run_rows(shelf, dataset, run, "leaderboard", {.limit = kMostRows}).rows;
  const auto panels = rows.texts("panel");
  const auto models = rows.texts("model");
  std::map<std::string, std::vector<std::string>> ranked;
  for (std::size_t row = 0; row < panels.size(); ++row) ranked[panels[row]].push_back(models[row]);
  return ranked;
}

std::vector<std::string> fitted_models(const json& told) {
  std::vector<std::string> models;
  for (const json& one : told.value("model_seconds", json::array())) {
    models.push_back(one.at("model"));
  }
  return models;
}

json levels_of(const json& told) {
  const json& hierarchy = told.value("hierarchy", json());
  return hierarchy.is_object() ? hierarchy.value("levels", json::array()) : json::array();
}

json panel_json(const json& told, const DatasetConfig& config,
                const std::vector<std::string>& models) {
  const auto declared = std::find_if(
      config.panels.begin(), config.panels.end(),
      [&](const PanelConfig& panel) { return panel.name == told.at("panel").get<std::string>(); });
  json panel{{"panel", told.at("panel")},
             {"frequency", told.value("frequency", json())},
             {"horizon", told.value("horizon", json())},
             {"season_length", told.value("season_length", json())},
             {"series", told.value("series", json())},
             {"levels", levels_of(told)},
             {"models", models},
             {"best_model", models.empty() ? json(nullptr) : json(models.front())},
             {"notes", told.value("notes", json::array())},
             {"by", nullptr},
             {"measure", nullptr},
             {"end", nullptr}};
  if (declared == config.panels.end()) return panel;
  panel["by"] = declared->by;
  panel["measure"] = to_string(declared->measure);
  const Calendar calendar(declared->frequency, TimeZone::named(config.time_zone));
  const Bucket last = told.value("end", Bucket{1}) - 1;
  if (calendar.holds(last)) panel["end"] = calendar.label(last);
  return panel;
}

}  // namespace

json panel_overview(const Repository& repository, RunShelf& shelf, const std::string& dataset,
                    const std::string& run) {
  const json manifest = find_run(repository, dataset, run);
  const DatasetConfig config = read_config(repository, dataset);
  const auto name = manifest.at("run").get<std::string>();
  auto models = ranked_models(shelf, dataset, name);
  json panels = json::array();
  for (const json& told : manifest.at("panels")) {
    auto ranked = models[told.at("panel").get<std::string>()];
    const bool is_proven = !ranked.empty();
    if (!is_proven) ranked = fitted_models(told);
    json panel = panel_json(told, config, ranked);
    if (!is_proven) panel["best_model"] = nullptr;
    panels.push_back(std::move(panel));
  }
  return {{"run", name}, {"time_zone", config.time_zone}, {"panels", std::move(panels)}};
}

}  // namespace forecart

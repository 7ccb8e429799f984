#include "pipeline/run_quality.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace forecart {

namespace {

using nlohmann::json;

std::optional<double> number(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::optional<double> share(const json& watch, const char* name) {
  const auto series = number(watch, "series");
  const auto alarmed = number(watch, name);
  if (!alarmed || series.value_or(0) == 0) return std::nullopt;
  return *alarmed / *series;
}

/// What the manifest and the report of a run both say.
PanelQuality watched(const json& panel) {
  PanelQuality quality{.panel = panel.at("panel")};
  const auto watch = panel.find("watch");
  if (watch == panel.end() || !watch->is_object()) return quality;
  quality.error_above_band = share(*watch, "error_above_band");
  quality.coverage_drift = share(*watch, "coverage_drift");
  return quality;
}

/// From a row of the leaderboard.
void add_scores(const json& row, PanelQuality& quality) {
  constexpr std::string_view kColumn = "coverage-";
  quality.mase = number(row, "mase");
  quality.bias = number(row, "bias");
  for (const auto& [name, value] : row.items()) {
    if (!name.starts_with(kColumn) || !value.is_number()) continue;
    quality.coverage.emplace_back(name.substr(kColumn.size()), value.get<double>());
  }
}

/// The best of the scores, which a report has in the order of its models.
const json* best_of(const json& scores) {
  const json* best = nullptr;
  for (const json& score : scores) {
    const auto error = number(score, "mae");
    if (error && (best == nullptr || *error < *number(*best, "mae"))) best = &score;
  }
  return best;
}

}  // namespace

std::vector<PanelQuality> quality_of_current_run(const Repository& repository,
                                                 const std::string& dataset) {
  std::vector<PanelQuality> panels;
  const auto current = repository.current(dataset);
  if (!current) return panels;
  const json manifest = repository.read_json(current->at("manifest").get<std::string>());
  for (const json& panel : manifest.at("panels")) panels.push_back(watched(panel));
  const auto run = manifest.at("run").get<std::string>();
  const auto bytes = repository.store().read(Repository::run_key(dataset, run, "leaderboard.json"));
  const json rows = bytes ? json::parse(*bytes) : json::array();
  for (PanelQuality& panel : panels) {
    const auto best = std::ranges::find_if(  // the best model of a panel stands first
        rows, [&](const json& row) { return row.value("panel", "") == panel.panel; });
    if (best != rows.end()) add_scores(*best, panel);
  }
  return panels;
}

std::vector<PanelQuality> quality_in_report(const json& run) {
  std::vector<PanelQuality> panels;
  for (const json& panel : run.at("panels")) {
    PanelQuality quality = watched(panel);
    const auto scores = panel.find("scores");
    const json* const best = scores == panel.end() ? nullptr : best_of(*scores);
    if (best != nullptr) {
      quality.mase = number(*best, "mase");
      quality.bias = number(*best, "bias");
      for (const auto& [level, value] : best->at("coverage").items()) {
        if (value.is_number()) quality.coverage.emplace_back(level, value.get<double>());
      }
    }
    panels.push_back(std::move(quality));
  }
  return panels;
}

}  // namespace forecart

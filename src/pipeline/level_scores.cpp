#include "pipeline/level_scores.h"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;

struct Score {
  const char* name;
  double Metrics::*value;
};

constexpr Score kScores[]{
    {"mae", &Metrics::mae},     {"rmse", &Metrics::rmse}, {"mase", &Metrics::mase},
    {"rmsse", &Metrics::rmsse}, {"wape", &Metrics::wape}, {"bias", &Metrics::bias},
    {"crps", &Metrics::crps},
};

/// A level, and places of its series in the panel.
struct Level {
  std::string name;
  std::vector<std::size_t> series;
};

std::vector<Level> levels_of(const Panel& panel, const HierarchyPlan& plan) {
  const Hierarchy hierarchy = make_hierarchy(leaves_of(panel.ids()), plan.levels);
  const auto places = places_of(hierarchy, panel.ids());
  std::vector<Level> levels;
  for (const std::string& name : hierarchy.levels) levels.push_back({name, {}});
  for (std::size_t node = 0; node < places.size(); ++node) {
    levels[static_cast<std::size_t>(hierarchy.level_of[node])].series.push_back(places[node]);
  }
  return levels;
}

/// What could be scored of a level.
std::vector<Metrics> scored(const Level& level, const ModelBacktest& result) {
  std::vector<Metrics> metrics;
  for (const std::size_t place : level.series) {
    if (!std::isnan(result.series[place].mae)) metrics.push_back(result.series[place]);
  }
  return metrics;
}

}  // namespace

Table level_table(const Panel& panel, const std::vector<ModelBacktest>& results,
                  const HierarchyPlan& plan, const std::vector<double>& levels) {
  std::vector<std::string> names;
  std::vector<std::string> models;
  std::vector<std::int64_t> counts;
  std::vector<Metrics> rows;
  for (const Level& level : levels_of(panel, plan)) {
    for (const ModelBacktest& result : results) {
      const std::vector<Metrics> metrics = scored(level, result);
      if (metrics.empty()) continue;
      names.push_back(level.name);
      models.push_back(result.model);
      counts.push_back(std::ssize(metrics));
      rows.push_back(mean_over_series(metrics));
    }
  }
  Table table;
  table.add("level", std::move(names));
  table.add("series", std::move(counts));
  table.add("model", std::move(models));
  const auto column = [&rows](auto value) {
    std::vector<double> values;
    for (const Metrics& row : rows) values.push_back(value(row));
    return values;
  };
  for (const auto& [name, value] : kScores) {
    table.add(name, column([value = value](const Metrics& row) { return row.*value; }));
  }
  for (std::size_t i = 0; i < levels.size(); ++i) {
    table.add(fmt::format("coverage-{:g}", levels[i]),
              column([i](const Metrics& row) { return row.coverage[i]; }));
  }
  return table;
}

}  // namespace forecart

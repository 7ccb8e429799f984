#include "server/report_series.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace forecart {

namespace {

bool is_mean(const std::string& column) {
  return column.find("-lo-") == std::string::npos && column.find("-hi-") == std::string::npos;
}

/// What is expected of a series in all, by the first model that says something of it.
double expected(const ForecastIndex& index, const ForecastIndex::Series& series) {
  for (std::size_t column = 0; column < index.columns().size(); ++column) {
    if (!is_mean(index.columns()[column]) || !index.has_values(column, series)) continue;
    double sum = 0;
    for (std::size_t row = series.first; row < series.first + series.rows; ++row) {
      const double value = index.value(column, row);
      if (!std::isnan(value)) sum += value;
    }
    return sum;
  }
  return 0;
}

/// The most important first.
std::vector<std::string> ranked(const ForecastIndex& index, const ForecastIndex::Panel& panel) {
  std::vector<std::pair<double, std::string>> ranks;
  for (const ForecastIndex::Series& series : panel.series) {
    const double rank = series.id == "total" ? INFINITY : expected(index, series);
    ranks.emplace_back(-rank, series.id);
  }
  std::sort(ranks.begin(), ranks.end());
  std::vector<std::string> ids;
  for (auto& [rank, id] : ranks) ids.push_back(std::move(id));
  return ids;
}

}  // namespace

std::map<std::string, std::vector<std::string>> report_series(const ForecastIndex& index,
                                                              std::size_t count) {
  std::vector<std::pair<std::string, std::vector<std::string>>> panels;
  for (const ForecastIndex::Panel& panel : index.panels()) {
    if (!panel.names_persons) panels.emplace_back(panel.name, ranked(index, panel));
  }
  std::map<std::string, std::vector<std::string>> chosen;
  bool more = true;
  for (std::size_t turn = 0; more && count > 0; ++turn) {
    more = false;
    for (const auto& [name, ids] : panels) {
      if (turn >= ids.size() || count == 0) continue;
      chosen[name].push_back(ids[turn]);
      --count;
      more = true;
    }
  }
  return chosen;
}

}  // namespace forecart

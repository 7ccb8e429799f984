#include "pipeline/leaderboard.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

struct MetricColumn {
  const char* name;
  double Metrics::*value;
};

constexpr MetricColumn kMetricColumns[]{
    {"mae", &Metrics::mae},       {"mse", &Metrics::mse},
    {"rmse", &Metrics::rmse},     {"mape", &Metrics::mape},
    {"smape", &Metrics::smape},   {"mase", &Metrics::mase},
    {"rmsse", &Metrics::rmsse},   {"wape", &Metrics::wape},
    {"bias", &Metrics::bias},     {"quantile_loss", &Metrics::quantile_loss},
    {"crps", &Metrics::crps},     {"owa", &Metrics::owa},
    {"wrmsse", &Metrics::wrmsse},
};

/// "80", "97.5".
std::string level_text(double level) {
  return fmt::format("{:g}", level);
}

json number_or_null(double value) {
  return std::isfinite(value) ? json(value) : json(nullptr);
}

/// {"80": .., "95": ..}
json by_level(const std::vector<double>& values, const std::vector<double>& levels) {
  json result = json::object();
  for (std::size_t i = 0; i < levels.size(); ++i) {
    result[level_text(levels[i])] = number_or_null(values[i]);
  }
  return result;
}

/// What decides the order of the leaderboard.
constexpr const char* kDeciding = "mae";

/// How far a result is from the best in the metric that decides; of the best itself none.
const Difference* deciding_difference(const ModelBacktest& result) {
  const auto& all = result.to_best;
  const auto found = std::find_if(all.begin(), all.end(), [](const Difference& difference) {
    return difference.metric == kDeciding;
  });
  return found == all.end() ? nullptr : &*found;
}

json differences_json(const std::vector<ModelBacktest>& results) {
  json rows = json::array();
  for (const ModelBacktest& result : results) {
    for (const Difference& one : result.to_best) {
      rows.push_back({{"model", one.model},
                      {"against", one.against},
                      {"metric", one.metric},
                      {"difference", number_or_null(one.difference)},
                      {"low", number_or_null(one.low)},
                      {"high", number_or_null(one.high)},
                      {"p_value", number_or_null(one.p_value)},
                      {"method", one.method}});
    }
  }
  return rows;
}

/// The results, best first.
class Leaderboard {
 public:
  explicit Leaderboard(const std::vector<ModelBacktest>& results) {
    for (const ModelBacktest& result : results) sorted_.push_back(&result);
    std::stable_sort(sorted_.begin(), sorted_.end(),
                     [](const auto* a, const auto* b) { return a->mean.mae < b->mean.mae; });
  }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const ModelBacktest* one : sorted_) result.push_back(one->model);
    return result;
  }

  template <typename Value>
  std::vector<double> column(Value value) const {
    std::vector<double> result;
    for (const ModelBacktest* one : sorted_) result.push_back(value(*one));
    return result;
  }

 private:
  std::vector<const ModelBacktest*> sorted_;
};

void add_differences(const Leaderboard& board, Table& table) {
  const auto column = [&board](double Difference::*value) {
    return board.column([value](const ModelBacktest& result) {
      const Difference* one = deciding_difference(result);
      return one == nullptr ? std::numeric_limits<double>::quiet_NaN() : one->*value;
    });
  };
  table.add("behind", column(&Difference::difference));
  table.add("behind-lo-95", column(&Difference::low));
  table.add("behind-hi-95", column(&Difference::high));
  table.add("p_value", column(&Difference::p_value));
}

json retraining_json(const RetrainingReport& report) {
  return {{"moved_on", report.moved_on},
          {"re_estimated", report.re_estimated},
          {"selected_anew", report.selected_anew},
          {"postponed", report.postponed},
          {"seconds", report.seconds}};
}

json score_json(const ModelBacktest& result, const BacktestOptions& options) {
  json score{{"model", result.model}};
  for (const auto& [name, value] : kMetricColumns) score[name] = number_or_null(result.mean.*value);
  score["mase_season"] = options.mase_season;
  score["coverage"] = by_level(result.mean.coverage, options.levels);
  score["msis"] = by_level(result.mean.msis, options.levels);
  score["unscaled"] = result.unscaled;
  score["fit_seconds"] = result.fit_seconds;
  score["forecast_seconds"] = result.forecast_seconds;
  if (options.policy) score["retraining"] = retraining_json(result.retraining);
  return score;
}

}  // namespace

Table leaderboard_table(const std::vector<ModelBacktest>& results, const BacktestOptions& options) {
  const Leaderboard board(results);
  Table table;
  table.add("model", board.names());
  for (const auto& [name, value] : kMetricColumns) {
    table.add(name,
              board.column([value = value](const auto& result) { return result.mean.*value; }));
  }
  for (std::size_t i = 0; i < options.levels.size(); ++i) {
    table.add("coverage-" + level_text(options.levels[i]),
              board.column([i](const auto& result) { return result.mean.coverage[i]; }));
  }
  for (std::size_t i = 0; i < options.levels.size(); ++i) {
    table.add("msis-" + level_text(options.levels[i]),
              board.column([i](const auto& result) { return result.mean.msis[i]; }));
  }
  add_differences(board, table);
  table.add("fit_seconds", board.column([](const auto& result) { return result.fit_seconds; }));
  table.add("forecast_seconds",
            board.column([](const auto& result) { return result.forecast_seconds; }));
  return table;
}

json backtest_json(const Panel& panel, const std::vector<ModelBacktest>& results,
                   const BacktestOptions& options) {
  json scores = json::array();
  for (const ModelBacktest& result : results) scores.push_back(score_json(result, options));
  return {{"h", options.horizon},
          {"gap", options.gap},
          {"freq", panel.calendar().frequency().name()},
          {"n_windows", options.windows},
          {"n_series", panel.size()},
          {"scores", std::move(scores)},
          {"differences", differences_json(results)}};
}

}  // namespace forecart

#include "pipeline/forecast_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
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

/// The columns of one model: mean and two bounds per level.
class ModelColumns {
 public:
  ModelColumns(std::string model, const std::vector<double>& levels)
      : model_(std::move(model)), levels_(levels), bounds_(2 * levels.size()) {}

  void add(const ScoredPoint& point) {
    mean_.push_back(point.mean);
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      bounds_[2 * i].push_back(point.low[i]);
      bounds_[2 * i + 1].push_back(point.high[i]);
    }
  }

  void move_into(Table& table) {
    table.add(model_, std::move(mean_));
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      table.add(fmt::format("{}-lo-{}", model_, level_text(levels_[i])), std::move(bounds_[2 * i]));
      table.add(fmt::format("{}-hi-{}", model_, level_text(levels_[i])),
                std::move(bounds_[2 * i + 1]));
    }
  }

 private:
  std::string model_;
  const std::vector<double>& levels_;
  std::vector<double> mean_;
  std::vector<std::vector<double>> bounds_;  // low, high per level
};

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

std::vector<const ModelBacktest*> best_first(const std::vector<ModelBacktest>& results) {
  std::vector<const ModelBacktest*> sorted;
  for (const ModelBacktest& result : results) sorted.push_back(&result);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->mean.mae < b->mean.mae; });
  return sorted;
}

/// Index of the model with the smallest mean absolute error on a series; 0 where none was scored.
std::size_t best_model(const std::vector<ModelBacktest>& results, std::size_t series) {
  std::size_t best = 0;
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t m = 0; m < results.size(); ++m) {
    const double mae = results[m].series[series].mae;
    if (mae < smallest) {
      smallest = mae;
      best = m;
    }
  }
  return best;
}

/// The row of the model that chose among others, the first where none did.
const LedgerRow& selection_of(const std::vector<ModelBacktest>& results, std::size_t series) {
  for (const ModelBacktest& result : results) {
    if (!result.ledger[series].chosen.empty()) return result.ledger[series];
  }
  return results.front().ledger[series];
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

json cell_json(const Column& column, std::size_t row) {
  return std::visit(
      [row](const auto& values) -> json {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        if constexpr (std::is_same_v<Value, double>) {
          if (!std::isfinite(values[row])) return nullptr;
        }
        return Value(values[row]);
      },
      column.values);
}

/// By series and step.
std::vector<double> means(const Forecast& forecast) {
  std::vector<double> result;
  for (const SeriesForecast& series : forecast.series) {
    for (Index step = 0; step < forecast.horizon; ++step) {
      result.push_back(series.distribution->mean(step));
    }
  }
  return result;
}

std::string joined(const std::string& list, const std::string& item, const char* separator) {
  return list.empty() ? item : list + separator + item;
}

}  // namespace

Table forecast_table(const std::vector<NamedForecast>& forecasts,
                     const std::vector<double>& levels) {
  const Forecast& first = forecasts.front().forecast;
  std::vector<std::string> ids;
  std::vector<std::string> times;
  for (const SeriesForecast& series : first.series) {
    for (Index step = 0; step < first.horizon; ++step) {
      ids.push_back(series.id);
      times.push_back(first.calendar.label(series.first + step));
    }
  }
  Table table;
  table.add("unique_id", std::move(ids));
  table.add("ds", std::move(times));
  for (const NamedForecast& one : forecasts) {
    const Forecast& forecast = one.forecast;
    ModelColumns columns(one.model, levels);
    for (const SeriesForecast& series : forecast.series) {
      for (Index step = 0; step < forecast.horizon; ++step) {
        columns.add(forecast_point(*series.distribution, step, levels));
      }
    }
    columns.move_into(table);
    if (one.demand) table.add(one.model + "-demand", means(*one.demand));
  }
  return table;
}

Table backtest_table(const Panel& panel, const std::vector<ModelBacktest>& results,
                     const std::vector<double>& levels) {
  std::vector<std::string> ids;
  std::vector<std::string> times;
  std::vector<std::string> cutoffs;
  std::vector<double> actuals;
  for (const BacktestRow& row : results.front().rows) {
    ids.emplace_back(panel[row.series].id);
    times.push_back(panel.calendar().label(row.bucket));
    cutoffs.push_back(panel.calendar().label(row.cutoff));
    actuals.push_back(row.point.y);
  }
  Table table;
  table.add("unique_id", std::move(ids));
  table.add("ds", std::move(times));
  table.add("cutoff", std::move(cutoffs));
  table.add("y", std::move(actuals));
  for (const ModelBacktest& result : results) {
    ModelColumns columns(result.model, levels);
    for (const BacktestRow& row : result.rows) columns.add(row.point);
    columns.move_into(table);
  }
  return table;
}

Table leaderboard_table(const std::vector<ModelBacktest>& results, const BacktestOptions& options) {
  const auto sorted = best_first(results);
  const auto column = [&sorted](auto value) {
    std::vector<double> values;
    for (const ModelBacktest* result : sorted) values.push_back(value(*result));
    return values;
  };
  std::vector<std::string> models;
  for (const ModelBacktest* result : sorted) models.push_back(result->model);
  Table table;
  table.add("model", std::move(models));
  for (const auto& [name, value] : kMetricColumns) {
    table.add(name, column([value = value](const auto& result) { return result.mean.*value; }));
  }
  for (std::size_t i = 0; i < options.levels.size(); ++i) {
    table.add("coverage-" + level_text(options.levels[i]),
              column([i](const auto& result) { return result.mean.coverage[i]; }));
  }
  for (std::size_t i = 0; i < options.levels.size(); ++i) {
    table.add("msis-" + level_text(options.levels[i]),
              column([i](const auto& result) { return result.mean.msis[i]; }));
  }
  const auto behind = [&column](double Difference::*value) {
    return column([value](const ModelBacktest& result) {
      const Difference* one = deciding_difference(result);
      return one == nullptr ? std::numeric_limits<double>::quiet_NaN() : one->*value;
    });
  };
  table.add("behind", behind(&Difference::difference));
  table.add("behind-lo-95", behind(&Difference::low));
  table.add("behind-hi-95", behind(&Difference::high));
  table.add("p_value", behind(&Difference::p_value));
  table.add("fit_seconds", column([](const auto& result) { return result.fit_seconds; }));
  table.add("forecast_seconds", column([](const auto& result) { return result.forecast_seconds; }));
  return table;
}

json backtest_json(const Panel& panel, const std::vector<ModelBacktest>& results,
                   const BacktestOptions& options) {
  json scores = json::array();
  for (const ModelBacktest& result : results) {
    json score{{"model", result.model}};
    for (const auto& [name, value] : kMetricColumns)
      score[name] = number_or_null(result.mean.*value);
    score["mase_season"] = options.mase_season;
    score["coverage"] = by_level(result.mean.coverage, options.levels);
    score["msis"] = by_level(result.mean.msis, options.levels);
    score["unscaled"] = result.unscaled;
    score["fit_seconds"] = result.fit_seconds;
    score["forecast_seconds"] = result.forecast_seconds;
    scores.push_back(std::move(score));
  }
  return {{"h", options.horizon},
          {"gap", options.gap},
          {"freq", panel.calendar().frequency().name()},
          {"n_windows", options.windows},
          {"n_series", panel.size()},
          {"scores", std::move(scores)},
          {"differences", differences_json(results)}};
}

Table ledger_table(const Panel& panel, const std::vector<ModelBacktest>& results) {
  struct Columns {
    std::vector<std::string> ids, demand, tried, best, chosen, trials, fallback, reason, intervals;
    std::vector<std::int64_t> rows, gaps;
    std::vector<double> milliseconds;
  } columns;
  for (std::size_t i = 0; i < static_cast<std::size_t>(panel.size()); ++i) {
    const std::size_t best = best_model(results, i);
    const LedgerRow& row = results[best].ledger[i];
    std::string tried;
    std::string fallback;
    std::string reason;
    for (const ModelBacktest& result : results) {
      const LedgerRow& own = result.ledger[i];
      tried = joined(tried, result.model, " ");
      if (!own.fallback.empty()) {
        fallback = joined(fallback, fmt::format("{} -> {}", result.model, own.fallback), "; ");
      }
      if (!own.reason.empty()) {
        reason = joined(reason, fmt::format("{}: {}", result.model, own.reason), "; ");
      }
    }
    columns.ids.push_back(row.unique_id);
    columns.rows.push_back(row.rows_used);
    columns.gaps.push_back(row.gaps);
    const LedgerRow& choice = selection_of(results, i);
    columns.demand.push_back(choice.demand);
    columns.chosen.push_back(choice.chosen);
    columns.trials.push_back(choice.tried);
    columns.tried.push_back(std::move(tried));
    columns.best.push_back(results[best].model);
    columns.fallback.push_back(std::move(fallback));
    columns.reason.push_back(std::move(reason));
    columns.intervals.push_back(row.interval_method);
    columns.milliseconds.push_back(milliseconds_counted_once(results, i));
  }
  Table table;
  table.add("unique_id", std::move(columns.ids));
  table.add("rows_used", std::move(columns.rows));
  table.add("gaps", std::move(columns.gaps));
  table.add("demand", std::move(columns.demand));
  table.add("models_tried", std::move(columns.tried));
  table.add("best_model", std::move(columns.best));
  table.add("chosen", std::move(columns.chosen));
  table.add("trials", std::move(columns.trials));
  table.add("fallback", std::move(columns.fallback));
  table.add("reason", std::move(columns.reason));
  table.add("interval_method", std::move(columns.intervals));
  table.add("milliseconds", std::move(columns.milliseconds));
  return table;
}

json rows_json(const Table& table) {
  json rows = json::array();
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    json object = json::object();
    for (const Column& column : table.columns()) object[column.name] = cell_json(column, row);
    rows.push_back(std::move(object));
  }
  return rows;
}

bool any_fallback(const std::vector<ModelBacktest>& results) {
  return std::any_of(results.begin(), results.end(), [](const ModelBacktest& result) {
    return std::any_of(result.ledger.begin(), result.ledger.end(),
                       [](const LedgerRow& row) { return !row.fallback.empty(); });
  });
}

}  // namespace forecart

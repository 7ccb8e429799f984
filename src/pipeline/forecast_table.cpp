#include "pipeline/forecast_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;

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

std::span<const SeriesForecast> part_of(const Forecast& forecast, Slice series) {
  return std::span(forecast.series).subspan(series.first, series.last - series.first);
}

std::span<const BacktestRow> part_of(const ModelBacktest& result, Slice rows) {
  return std::span(result.rows).subspan(rows.first, rows.last - rows.first);
}

/// By series and step.
std::vector<double> means(const Forecast& forecast, Slice part) {
  std::vector<double> result;
  for (const SeriesForecast& series : part_of(forecast, part)) {
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
  return forecast_table(forecasts, levels, {0, forecasts.front().forecast.series.size()});
}

Table forecast_table(const std::vector<NamedForecast>& forecasts, const std::vector<double>& levels,
                     Slice part) {
  const Forecast& first = forecasts.front().forecast;
  const auto of_first = part_of(first, part);
  std::vector<std::string> ids;
  std::vector<std::string> times;
  for (const SeriesForecast& series : of_first) {
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
    const auto own = part_of(forecast, part);
    if (!std::ranges::equal(own, of_first, {}, &SeriesForecast::id, &SeriesForecast::id)) {
      throw std::logic_error("forecasts of " + one.model + " are of other series");
    }
    for (const SeriesForecast& series : own) {
      for (Index step = 0; step < forecast.horizon; ++step) {
        columns.add(forecast_point(*series.distribution, step, levels));
      }
    }
    columns.move_into(table);
    if (one.demand) table.add(one.model + "-demand", means(*one.demand, part));
  }
  return table;
}

Table backtest_table(const Panel& panel, const std::vector<ModelBacktest>& results,
                     const std::vector<double>& levels) {
  return backtest_table(panel, results, levels, {0, results.front().rows.size()});
}

Table backtest_table(const Panel& panel, const std::vector<ModelBacktest>& results,
                     const std::vector<double>& levels, Slice part) {
  std::vector<std::string> ids;
  std::vector<std::string> times;
  std::vector<std::string> cutoffs;
  std::vector<double> actuals;
  for (const BacktestRow& row : part_of(results.front(), part)) {
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
    for (const BacktestRow& row : part_of(result, part)) columns.add(row.point);
    columns.move_into(table);
  }
  return table;
}

Table ledger_table(const std::vector<ModelBacktest>& results, Slice series) {
  struct Columns {
    std::vector<std::string> ids, demand, tried, best, chosen, trials, fallback, reason, intervals;
    std::vector<std::int64_t> rows, gaps;
    std::vector<double> milliseconds;
  } columns;
  for (std::size_t i = series.first; i < series.last; ++i) {
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

bool any_fallback(const std::vector<ModelBacktest>& results) {
  return std::any_of(results.begin(), results.end(), [](const ModelBacktest& result) {
    return std::any_of(result.ledger.begin(), result.ledger.end(),
                       [](const LedgerRow& row) { return !row.fallback.empty(); });
  });
}

}  // namespace forecart

#include "pipeline/forecast_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

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

json row_json(const Table& table, std::size_t row) {
  json object = json::object();
  for (const Column& column : table.columns()) object[column.name] = cell_json(column, row);
  return object;
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
    const bool same_series = std::equal(
        forecast.series.begin(), forecast.series.end(), first.series.begin(), first.series.end(),
        [](const SeriesForecast& a, const SeriesForecast& b) { return a.id == b.id; });
    if (!same_series) throw std::logic_error("forecasts of " + one.model + " are of other series");
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
  for (std::size_t row = 0; row < table.row_count(); ++row) rows.push_back(row_json(table, row));
  return rows;
}

std::string rows_text(const Table& table) {
  std::string text = "[";
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    if (row > 0) text += ',';
    text += row_json(table, row).dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return text + "]";
}

bool any_fallback(const std::vector<ModelBacktest>& results) {
  return std::any_of(results.begin(), results.end(), [](const ModelBacktest& result) {
    return std::any_of(result.ledger.begin(), result.ledger.end(),
                       [](const LedgerRow& row) { return !row.fallback.empty(); });
  });
}

}  // namespace forecart

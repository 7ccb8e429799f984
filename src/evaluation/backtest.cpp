#include "evaluation/backtest.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Beyond this a forecast says nothing any more and tables no longer fit in memory.
constexpr Index kMost = 100000;

void check_count(const char* name, Index value) {
  if (value < 1 || value > kMost) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{} is {}, but must be from 1 to {}", name, value, kMost));
  }
}

void check_history(const Panel& panel, const BacktestOptions& options) {
  Index longest = 0;
  for (Index i = 0; i < panel.size(); ++i) longest = std::max(longest, std::ssize(panel[i].values));
  const Index needed = options.steps_after(0);
  if (longest <= needed) {
    throw Error(ErrorCode::bad_data,
                fmt::format("the longest series has {} values, but {} windows of {} steps every {} "
                            "need more than {}; lower --n-windows, --step-size or --h",
                            longest, options.windows, options.horizon, options.step, needed));
  }
}

bool has_result(const std::vector<ModelBacktest>& results, const std::string& model) {
  return std::any_of(results.begin(), results.end(),
                     [&](const ModelBacktest& result) { return result.model == model; });
}

/// Value of a series in a bucket, NaN outside.
double value_at(const SeriesView& series, Bucket bucket) {
  if (bucket < series.first || bucket >= series.end()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return series.values[static_cast<std::size_t>(bucket - series.first)];
}

/// Adds the forecasts of one origin; series without history there are left out.
void add_window(const Forecast& forecast, const Panel& panel, const BacktestOptions& options,
                std::vector<BacktestRow>& rows) {
  for (std::size_t i = 0; i < forecast.series.size(); ++i) {
    const auto& [id, first, distribution] = forecast.series[i];
    const SeriesView series = panel[static_cast<Index>(i)];
    if (first <= series.first) continue;
    for (Index step = 0; step < options.horizon; ++step) {
      BacktestRow row{static_cast<Index>(i), first - 1, first + step,
                      forecast_point(*distribution, step, options.levels)};
      row.point.y = value_at(series, row.bucket);
      rows.push_back(std::move(row));
    }
  }
}

void score_series(const Panel& panel, const BacktestOptions& options, ModelBacktest& result) {
  std::vector<std::vector<ScoredPoint>> points(static_cast<std::size_t>(panel.size()));
  for (const BacktestRow& row : result.rows) {
    if (!std::isnan(row.point.y)) points[static_cast<std::size_t>(row.series)].push_back(row.point);
  }
  const Panel training = panel.before_end(Panel::kAll, options.steps_after(0));
  std::vector<Metrics> scored;
  for (Index i = 0; i < panel.size(); ++i) {
    const auto& own = points[static_cast<std::size_t>(i)];
    Metrics metrics;
    metrics.mae = std::numeric_limits<double>::quiet_NaN();
    if (!own.empty()) {
      metrics =
          score(own, options.levels, in_sample_scale(training[i].values, options.mase_season));
      scored.push_back(metrics);
    }
    result.series.push_back(std::move(metrics));
  }
  if (scored.empty()) {
    throw Error(ErrorCode::bad_data, "no value is known in any scored window");
  }
  result.mean = mean_over_series(scored);
}

}  // namespace

void check_horizon(Index horizon) {
  check_count("h", horizon);
}

void BacktestOptions::validate() const {
  check_horizon(horizon);
  check_count("n-windows", windows);
  check_count("step-size", step);
  check_count("season of MASE", mase_season);
  if (refit < 0) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("refit is {}, but must be 0 (once) or more", refit));
  }
  for (const double level : levels) interval_probabilities(level);
}

void record_fit(const Fitted& fitted, ModelBacktest& result) {
  result.ledger = fitted.ledger();
  for (const LedgerRow& row : result.ledger) {
    result.fit_seconds += row.milliseconds / 1000;
    for (const auto& [model, milliseconds] : row.members) {
      result.member_seconds[model] += milliseconds / 1000;
    }
  }
}

double fit_seconds_counted_once(const std::vector<ModelBacktest>& results) {
  double sum = 0;
  for (const ModelBacktest& result : results) {
    if (result.member_seconds.empty()) sum += result.fit_seconds;
    for (const auto& [model, seconds] : result.member_seconds) {
      if (!has_result(results, model)) sum += seconds;
    }
  }
  return sum;
}

double milliseconds_counted_once(const std::vector<ModelBacktest>& results, std::size_t series) {
  double sum = 0;
  for (const ModelBacktest& result : results) {
    const LedgerRow& row = result.ledger.at(series);
    if (row.members.empty()) sum += row.milliseconds;
    for (const auto& [model, milliseconds] : row.members) {
      if (!has_result(results, model)) sum += milliseconds;
    }
  }
  return sum;
}

ScoredPoint forecast_point(const Predictive& distribution, Index step,
                           const std::vector<double>& levels) {
  ScoredPoint point;
  point.mean = distribution.mean(step);
  for (const double level : levels) {
    const auto [low, high] = interval_probabilities(level);
    point.low.push_back(distribution.quantile(step, low));
    point.high.push_back(distribution.quantile(step, high));
  }
  return point;
}

ModelBacktest backtest(const Model& model, const Panel& panel, const BacktestOptions& options,
                       const Covariates& covariates) {
  options.validate();
  check_history(panel, options);
  ModelBacktest result;
  result.model = model.name();
  for (Index window = 0; window < options.windows; ++window) {
    const Index to_end = options.steps_after(window);
    const bool anew = window == 0 || (options.refit > 0 && window % options.refit == 0);
    if (anew) {
      FitOptions fit = options.fit;
      if (options.warm_start && result.fitted != nullptr) fit.earlier = result.fitted.get();
      result.fitted = model.fit(panel.before_end(Panel::kAll, to_end), covariates, fit);
      record_fit(*result.fitted, result);
    }
    const auto start = Clock::now();
    if (!anew) {
      result.fitted->update(panel.before_end(to_end + options.step, to_end), covariates);
    }
    add_window(result.fitted->forecast(options.horizon, covariates), panel, options, result.rows);
    result.forecast_seconds += seconds_since(start);
    options.fit.progress->report(
        result.model, static_cast<double>(window + 1) / static_cast<double>(options.windows),
        fmt::format("origin {} of {}", window + 1, options.windows));
  }
  result.ledger = result.fitted->ledger();  // updates tell of what has ended since the fit
  score_series(panel, options, result);
  return result;
}

}  // namespace forecart

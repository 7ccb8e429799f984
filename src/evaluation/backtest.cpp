#include "evaluation/backtest.h"

#include "base/error.h"
#include "base/parallel.h"
#include "evaluation/comparison.h"
#include "evaluation/origin_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
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
    throw Error(
        ErrorCode::bad_data,
        fmt::format("the longest series has {} values, but {} windows of {} steps every {}{} "
                    "need more than {}; lower --n-windows, --step-size or --h",
                    longest, options.windows, options.horizon, options.step,
                    options.gap > 0 ? fmt::format(" after a gap of {}", options.gap) : "", needed));
  }
}

bool has_result(const std::vector<ModelBacktest>& results, const std::string& model) {
  return std::any_of(results.begin(), results.end(),
                     [&](const ModelBacktest& result) { return result.model == model; });
}

/// Adds the forecasts of one origin; series without history there are left out.
void add_window(const Forecast& forecast, const Panel& panel, const BacktestOptions& options,
                std::vector<BacktestRow>& rows) {
  for (std::size_t i = 0; i < forecast.series.size(); ++i) {
    const auto& [id, first, distribution] = forecast.series[i];
    const SeriesView series = panel[static_cast<Index>(i)];
    if (first <= series.first) continue;
    for (Index step = options.gap; step < options.reach(); ++step) {
      BacktestRow row{static_cast<Index>(i), first - 1, first + step,
                      forecast_point(*distribution, step, options.levels)};
      row.point.y = value_in(series, row.bucket);
      rows.push_back(std::move(row));
    }
  }
}

/// Numbers of the rows of every series that can be scored.
std::vector<std::vector<std::size_t>> rows_by_series(const ModelBacktest& result, Index series) {
  std::vector<std::vector<std::size_t>> rows(static_cast<std::size_t>(series));
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const BacktestRow& row = result.rows[i];
    if (!std::isnan(row.point.y)) rows[static_cast<std::size_t>(row.series)].push_back(i);
  }
  return rows;
}

std::vector<ScoredPoint> points_of(const ModelBacktest& result,
                                   const std::vector<std::size_t>& rows) {
  std::vector<ScoredPoint> points;
  for (const std::size_t row : rows) points.push_back(result.rows[row].point);
  return points;
}

void score_series(const Panel& panel, const BacktestOptions& options, ModelBacktest& result) {
  const auto rows = rows_by_series(result, panel.size());
  const Panel training = panel.before_end(Panel::kAll, options.steps_after(0));
  std::vector<Metrics> scored;
  std::vector<double> rmsse;
  for (Index i = 0; i < panel.size(); ++i) {
    const std::vector<ScoredPoint> own = points_of(result, rows[static_cast<std::size_t>(i)]);
    const auto past = training[i].values;
    Metrics metrics;
    metrics.mae = metrics.rmsse = std::numeric_limits<double>::quiet_NaN();
    if (!own.empty()) {
      metrics = score(own, options.levels, in_sample_scale(past, options.mase_season));
      scored.push_back(metrics);
      if (std::isnan(metrics.mase) || std::isnan(metrics.rmsse)) ++result.unscaled;
    }
    rmsse.push_back(metrics.rmsse);
    result.volume.push_back(recent_volume(past, options.mase_season));
    result.series.push_back(std::move(metrics));
  }
  if (scored.empty()) {
    throw Error(ErrorCode::bad_data, "no value is known in any scored window");
  }
  result.mean = mean_over_series(scored);
  result.mean.wrmsse = weighted_mean(rmsse, result.volume);
}

/// Runs the origins of one group from a fit of its own.
class GroupRunner {
 public:
  GroupRunner(const Model& model, const Panel& panel, const BacktestOptions& options,
              const Covariates& covariates)
      : model_(model), panel_(panel), options_(options), covariates_(covariates) {}

  /// Rows, times and the fitted state at the last origin; no scores.
  ModelBacktest run(const OriginGroup& group, const FitOptions& fit, OriginCount& count) const {
    ModelBacktest part;
    part.fitted = model_.fit(history(group.first), covariates_, fit);
    record_fit(*part.fitted, part);
    part.rows.reserve(row_count(group));
    for (Index window = group.first; window < group.end; ++window) {
      if (window > group.first) go_to(window, fit, part);
      const auto start = Clock::now();
      add_window(part.fitted->forecast(options_.reach(), covariates_), panel_, options_, part.rows);
      part.forecast_seconds += seconds_since(start);
      count.one_more();
    }
    return part;
  }

 private:
  std::size_t row_count(const OriginGroup& group) const {
    return static_cast<std::size_t>((group.end - group.first) * panel_.size() * options_.horizon);
  }

  Panel history(Index window) const {
    return panel_.before_end(Panel::kAll, options_.steps_after(window));
  }

  /// From the origin before, with the refits that the policy asks for.
  void go_to(Index window, const FitOptions& fit, ModelBacktest& part) const {
    const auto start = Clock::now();
    const Index to_end = options_.steps_after(window);
    part.fitted->update(panel_.before_end(to_end + options_.step, to_end), covariates_);
    part.forecast_seconds += seconds_since(start);
    if (!options_.policy) return;
    const Panel known = history(window);
    Retrained retrained =
        retrain(model_, std::move(part.fitted), *options_.policy, {known, covariates_, fit});
    part.fitted = std::move(retrained.fitted);
    part.fit_seconds += retrained.report.seconds;
    part.retraining.add(retrained.report);
  }

  const Model& model_;
  const Panel& panel_;
  const BacktestOptions& options_;
  const Covariates& covariates_;
};

/// Adds the origins that follow; the state and the ledger are the latest.
void append(ModelBacktest part, ModelBacktest& whole) {
  if (whole.rows.empty()) {
    whole.rows = std::move(part.rows);  // most often there is one part
  } else {
    std::move(part.rows.begin(), part.rows.end(), std::back_inserter(whole.rows));
  }
  whole.fit_seconds += part.fit_seconds;
  whole.forecast_seconds += part.forecast_seconds;
  whole.retraining.add(part.retraining);
  for (const auto& [model, seconds] : part.member_seconds) whole.member_seconds[model] += seconds;
  if (part.fitted != nullptr) whole.fitted = std::move(part.fitted);
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
  if (gap < 0 || gap > kMost) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("gap is {}, but must be from 0 to {}", gap, kMost));
  }
  if (policy && refit > 0) {
    throw Error(ErrorCode::invalid_value, "refit is a number and a policy at once; take one");
  }
  if (refit < 0) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("refit is {}, but must be 0 (once) or more", refit));
  }
  for (const double level : levels) interval_probabilities(level);
}

void note_owa(const ModelBacktest& naive2, std::vector<ModelBacktest>& results) {
  const Metrics yardstick = naive2.mean;  // it may be one of the results
  for (ModelBacktest& result : results) {
    result.naive2 = yardstick;
    result.mean.owa = owa_against(yardstick, result.mean);
  }
}

void record_fit(const Fitted& fitted, ModelBacktest& result) {
  result.ledger = fitted.ledger_rows();
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
  const std::vector<OriginGroup> groups = origin_groups(options);
  const GroupThreads threads = group_threads(panel, options, groups.size());
  const GroupRunner runner(model, panel, options, covariates);
  OriginCount count(model.name(), options.windows, *options.fit.progress);
  std::vector<ModelBacktest> parts(groups.size());
  parallel_for(groups.size(), threads.beside, [&](std::size_t i) {
    FitOptions fit = options.fit;
    fit.threads = threads.each;
    if (options.warm_start && i > 0) fit.earlier = parts[i - 1].fitted.get();
    parts[i] = runner.run(groups[i], fit, count);
    if (options.warm_start && i > 0) parts[i - 1].fitted.reset();
    if (!options.warm_start && i + 1 < groups.size()) parts[i].fitted.reset();
  });
  ModelBacktest result;
  result.model = model.name();
  for (ModelBacktest& part : parts) append(std::move(part), result);
  result.ledger = result.fitted->ledger_rows();  // updates tell of what has ended since the fit
  score_series(panel, options, result);
  return result;
}

}  // namespace forecart

#include "evaluation/loss_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

std::string msis_name(double level) {
  return fmt::format("msis-{:g}", level);
}

template <typename Value>
ArrayXd over_series(const ModelBacktest& result, Value value) {
  ArrayXd values(std::ssize(result.series));
  for (std::size_t i = 0; i < result.series.size(); ++i) {
    values[static_cast<Index>(i)] = value(result.series[i]);
  }
  return values;
}

/// The same metric in other units: those in which its values are `target`.
SeriesMetric scaled_to(const ArrayXd& target, SeriesMetric metric) {
  for (Index i = 0; i < target.size(); ++i) {
    metric.influence.col(i) *= metric.value[i] == 0 ? 0 : target[i] / metric.value[i];
  }
  metric.value = metric.value.isNaN().select(metric.value, target);
  return metric;
}

/// The last bucket that each series knows at its last origin.
std::vector<Bucket> last_cutoffs(const ModelBacktest& result) {
  std::vector<Bucket> last(result.series.size(), std::numeric_limits<Bucket>::min());
  for (const BacktestRow& row : result.rows) {
    Bucket& own = last[static_cast<std::size_t>(row.series)];
    own = std::max(own, row.cutoff);
  }
  return last;
}

}  // namespace

LossCells::LossCells(const ModelBacktest& result, const BacktestOptions& options)
    : result_(result),
      options_(options),
      series_(std::ssize(result.series)),
      sums_(ArrayXXd::Zero(options.windows * series_, spread + std::ssize(options.levels))) {
  const std::vector<Bucket> last = last_cutoffs(result);
  for (const BacktestRow& row : result.rows) {
    if (std::isnan(row.point.y)) continue;
    const Bucket before = last[static_cast<std::size_t>(row.series)] - row.cutoff;
    const Index origin = options.windows - 1 - before / options.step;
    add(row.series * options.windows + origin, row.point);
  }
}

std::vector<std::string> LossCells::metric_names(const std::vector<double>& levels) {
  std::vector<std::string> names{"mae",   "mse",  "rmse",          "mape", "smape", "mase",
                                 "rmsse", "wape", "quantile_loss", "crps", "owa",   "wrmsse"};
  for (const double level : levels) names.push_back(msis_name(level));
  return names;
}

/// A point's losses are the metrics of a series of that point alone, in units of 1.
void LossCells::add(Index cell, const ScoredPoint& point) {
  const Metrics loss = score({&point, 1}, options_.levels, {1, 1});
  auto sums = sums_.row(cell);
  ++sums[count];
  sums[absolute] += loss.mae;
  sums[square] += loss.mse;
  if (point.y != 0) {
    sums[share] += loss.mape;
    ++sums[shares];
  }
  sums[symmetric] += loss.smape;
  if (!options_.levels.empty()) sums[quantile] += loss.quantile_loss;
  sums[size] += std::abs(point.y);
  for (std::size_t i = 0; i < loss.msis.size(); ++i) {
    sums[spread + static_cast<Index>(i)] += loss.msis[i];
  }
}

Eigen::Map<const ArrayXXd> LossCells::part(Index which) const {
  return {sums_.col(which).data(), options_.windows, series_};
}

/// Where N / D is the value, an origin that adds n and d to these moves it by (n - N / D d) / D.
SeriesMetric LossCells::ratio(Index numerator, Index denominator) const {
  const auto above = part(numerator);
  const auto below = part(denominator);
  SeriesMetric result;
  result.value = ArrayXd::Constant(series_, kUndefined);
  result.influence = ArrayXXd::Zero(options_.windows, series_);
  result.weight = ArrayXd::Ones(series_);
  for (Index i = 0; i < series_; ++i) {
    const double total = below.col(i).sum();
    if (!(total > 0)) continue;
    result.value[i] = above.col(i).sum() / total;
    result.influence.col(i) = (above.col(i) - result.value[i] * below.col(i)) / total;
  }
  return result;
}

SeriesMetric LossCells::root_mean_square() const {
  SeriesMetric result = ratio(square, count);
  for (Index i = 0; i < series_; ++i) {
    const double root = std::sqrt(result.value[i]);
    result.influence.col(i) *= root > 0 ? 1 / (2 * root) : 0;
    result.value[i] = root;
  }
  return result;
}

SeriesMetric LossCells::scaled_error(const std::string& name) const {
  if (name == "mase") {
    return scaled_to(over_series(result_, [](const Metrics& m) { return m.mase; }),
                     ratio(absolute, count));
  }
  if (name == "crps") {
    return scaled_to(over_series(result_, [](const Metrics& m) { return m.crps; }),
                     ratio(quantile, count));
  }
  SeriesMetric result =
      scaled_to(over_series(result_, [](const Metrics& m) { return m.rmsse; }), root_mean_square());
  if (name == "wrmsse") {
    result.weight = Eigen::Map<const ArrayXd>(result_.volume.data(), series_);
  }
  return result;
}

SeriesMetric LossCells::interval_score(const std::string& name) const {
  std::size_t i = 0;
  while (msis_name(options_.levels.at(i)) != name) ++i;
  return scaled_to(
      over_series(result_,
                  [i](const Metrics& m) { return i < m.msis.size() ? m.msis[i] : kUndefined; }),
      ratio(spread + static_cast<Index>(i), count));
}

/// Naive2's means are taken as given.
SeriesMetric LossCells::owa() const {
  SeriesMetric result = ratio(symmetric, count);
  const SeriesMetric mase = scaled_error("mase");
  const double a = 1 / (2 * result_.naive2.smape);
  const double b = 1 / (2 * result_.naive2.mase);
  result.value = a * result.value + b * mase.value;
  result.influence = a * result.influence + b * mase.influence;
  return result;
}

SeriesMetric LossCells::metric(const std::string& name) const {
  SeriesMetric result;
  if (name == "mae")
    result = ratio(absolute, count);
  else if (name == "mse")
    result = ratio(square, count);
  else if (name == "rmse")
    result = root_mean_square();
  else if (name == "mape")
    result = ratio(share, shares);
  else if (name == "smape")
    result = ratio(symmetric, count);
  else if (name == "wape")
    result = ratio(absolute, size);
  else if (name == "quantile_loss")
    result = ratio(quantile, count);
  else if (name == "owa")
    result = owa();
  else if (name.starts_with("msis"))
    result = interval_score(name);
  else
    result = scaled_error(name);
  result.name = name;
  return result;
}

}  // namespace forecart

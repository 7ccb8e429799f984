#include "evaluation/metrics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double ratio(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : kUndefined;
}

/// Mean of what a rule gives for each point.
template <typename Rule>
double mean_of(std::span<const ScoredPoint> points, Rule rule) {
  double sum = 0;
  for (const ScoredPoint& point : points) sum += rule(point);
  return sum / static_cast<double>(points.size());
}

double symmetric_percentage(const ScoredPoint& point) {
  const double size = std::abs(point.y) + std::abs(point.mean);
  return size > 0 ? 200 * std::abs(point.y - point.mean) / size : 0;
}

/// Pinball loss: p (y - q) above the quantile, (1 - p) (q - y) below [GneitingRaftery2007].
double quantile_loss(double y, double quantile, double probability) {
  const double error = y - quantile;
  return error >= 0 ? probability * error : (probability - 1) * error;
}

double mean_quantile_loss(const ScoredPoint& point, const std::vector<double>& levels) {
  double sum = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const auto [low, high] = interval_probabilities(levels[i]);
    sum += quantile_loss(point.y, point.low[i], low) + quantile_loss(point.y, point.high[i], high);
  }
  return sum / (2 * static_cast<double>(levels.size()));
}

/// Mean over the points whose y is not 0 of 100 |error| / |y|; undefined where there is none.
double mean_percentage(std::span<const ScoredPoint> points) {
  double sum = 0;
  double count = 0;
  for (const ScoredPoint& point : points) {
    if (point.y == 0) continue;
    sum += 100 * std::abs(point.y - point.mean) / std::abs(point.y);
    ++count;
  }
  return ratio(sum, count);
}

/// Width of the interval, and 2 / alpha times the distance of what came from it; alpha is the share
/// of points that the level leaves outside [GneitingRaftery2007 sec. 6.2].
double interval_score(const ScoredPoint& point, std::size_t level, double percent) {
  const double alpha = 1 - percent / 100;
  const double below = std::max(point.low[level] - point.y, 0.0);
  const double above = std::max(point.y - point.high[level], 0.0);
  return point.high[level] - point.low[level] + 2 / alpha * (below + above);
}

/// Mean over the pairs (t, t - lag) that are both known.
template <typename Rule>
double mean_difference(std::span<const double> y, std::size_t lag, Rule rule) {
  double sum = 0;
  double count = 0;
  for (std::size_t t = lag; t < y.size(); ++t) {
    const double difference = y[t] - y[t - lag];
    if (std::isnan(difference)) continue;
    sum += rule(difference);
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

std::span<const double> from_first_sale(std::span<const double> y) {
  while (!y.empty() && !(y.front() != 0)) y = y.subspan(1);
  return y;
}

}  // namespace

Scale in_sample_scale(std::span<const double> training, int season) {
  const auto absolute = [](double difference) { return std::abs(difference); };
  const auto square = [](double difference) { return difference * difference; };
  return {mean_difference(training, static_cast<std::size_t>(season), absolute),
          mean_difference(from_first_sale(training), 1, square)};
}

double recent_volume(std::span<const double> training, int season) {
  constexpr std::size_t kFewest = 28;
  const auto length = static_cast<std::size_t>(season);
  const std::size_t wanted = (kFewest + length - 1) / length * length;
  double sum = 0;
  for (const double y : training.last(std::min(wanted, training.size()))) {
    if (!std::isnan(y)) sum += std::abs(y);
  }
  return sum;
}

Metrics score(std::span<const ScoredPoint> points, const std::vector<double>& levels,
              const Scale& scale) {
  assert(!points.empty());
  Metrics m;
  m.mae = mean_of(points, [](const auto& p) { return std::abs(p.y - p.mean); });
  m.mse = mean_of(points, [](const auto& p) { return (p.y - p.mean) * (p.y - p.mean); });
  m.rmse = std::sqrt(m.mse);
  m.mape = mean_percentage(points);
  m.smape = mean_of(points, symmetric_percentage);
  m.mase = ratio(m.mae, scale.mae);
  m.rmsse = std::sqrt(ratio(m.mse, scale.mse));
  m.wape = ratio(m.mae, mean_of(points, [](const auto& p) { return std::abs(p.y); }));
  m.bias = mean_of(points, [](const auto& p) { return p.mean - p.y; });
  m.quantile_loss = levels.empty() ? kUndefined : mean_of(points, [&](const auto& p) {
    return mean_quantile_loss(p, levels);
  });
  m.crps = ratio(m.quantile_loss, scale.mae);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const double width =
        mean_of(points, [&](const auto& p) { return interval_score(p, i, levels[i]); });
    m.msis.push_back(ratio(width, scale.mae));
    m.coverage.push_back(mean_of(
        points, [i](const auto& p) { return p.low[i] <= p.y && p.y <= p.high[i] ? 1.0 : 0.0; }));
  }
  return m;
}

Metrics mean_over_series(std::span<const Metrics> series) {
  assert(!series.empty());
  const auto mean = [series](auto value) {
    double sum = 0;
    double count = 0;
    for (const Metrics& m : series) {
      if (std::isnan(value(m))) continue;
      sum += value(m);
      ++count;
    }
    return count > 0 ? sum / count : kUndefined;
  };
  Metrics result;
  for (double Metrics::*metric : {&Metrics::mae, &Metrics::mse, &Metrics::rmse, &Metrics::mape,
                                  &Metrics::smape, &Metrics::mase, &Metrics::rmsse, &Metrics::wape,
                                  &Metrics::bias, &Metrics::quantile_loss, &Metrics::crps}) {
    result.*metric = mean([metric](const Metrics& m) { return m.*metric; });
  }
  for (std::size_t i = 0; i < series.front().coverage.size(); ++i) {
    result.coverage.push_back(mean([i](const Metrics& m) { return m.coverage[i]; }));
    result.msis.push_back(mean([i](const Metrics& m) { return m.msis[i]; }));
  }
  return result;
}

double weighted_mean(std::span<const double> values, std::span<const double> weights) {
  assert(values.size() == weights.size());
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return ratio(sum, total);
}

double owa_against(const Metrics& naive2, const Metrics& own) {
  return (ratio(own.smape, naive2.smape) + ratio(own.mase, naive2.mase)) / 2;
}

}  // namespace forecart

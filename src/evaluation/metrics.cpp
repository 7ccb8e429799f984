#include "evaluation/metrics.h"

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

Metrics score(std::span<const ScoredPoint> points, const std::vector<double>& levels,
              const Scale& scale) {
  assert(!points.empty());
  Metrics m;
  m.mae = mean_of(points, [](const auto& p) { return std::abs(p.y - p.mean); });
  m.mse = mean_of(points, [](const auto& p) { return (p.y - p.mean) * (p.y - p.mean); });
  m.rmse = std::sqrt(m.mse);
  m.smape = mean_of(points, symmetric_percentage);
  m.mase = ratio(m.mae, scale.mae);
  m.rmsse = std::sqrt(ratio(m.mse, scale.mse));
  m.wape = ratio(m.mae, mean_of(points, [](const auto& p) { return std::abs(p.y); }));
  m.bias = mean_of(points, [](const auto& p) { return p.mean - p.y; });
  const double loss = mean_of(points, [&](const auto& p) { return mean_quantile_loss(p, levels); });
  m.crps = levels.empty() ? kUndefined : ratio(loss, scale.mae);
  for (std::size_t i = 0; i < levels.size(); ++i) {
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
  for (double Metrics::*metric :
       {&Metrics::mae, &Metrics::mse, &Metrics::rmse, &Metrics::smape, &Metrics::mase,
        &Metrics::rmsse, &Metrics::wape, &Metrics::bias, &Metrics::crps}) {
    result.*metric = mean([metric](const Metrics& m) { return m.*metric; });
  }
  for (std::size_t i = 0; i < series.front().coverage.size(); ++i) {
    result.coverage.push_back(mean([i](const Metrics& m) { return m.coverage[i]; }));
  }
  return result;
}

}  // namespace forecart

#include "series/seasonal_figure.h"

#include "series/interpolation.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Values = std::span<const double>;

/// Share of the variance below which a figure is dropped, and the width of the ramp above it.
constexpr double kLeastShare = .15;
constexpr double kRamp = .6;
/// Cycles at which a figure is trusted by half.
constexpr double kDoubt = 2;

/// Mean over one season around each value, both ends weighted by half where the season is even;
/// NaN within half a season of the ends.
VectorXd centred_mean(const std::vector<double>& y, Index season) {
  const Index n = std::ssize(y);
  const Index half = season / 2;
  const double end_weight = season % 2 == 0 ? .5 : 1;
  const Eigen::Map<const VectorXd> values(y.data(), n);
  VectorXd mean = VectorXd::Constant(n, std::numeric_limits<double>::quiet_NaN());
  for (Index t = half; t + half < n; ++t) {
    const double inner = values.segment(t - half + 1, 2 * half - 1).sum();
    mean[t] =
        (inner + end_weight * (values[t - half] + values[t + half])) / static_cast<double>(season);
  }
  return mean;
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

/// Median of the known deviations at each place, 0 where there is none.
VectorXd median_per_place(const VectorXd& deviations, Index from, Index season) {
  VectorXd figure = VectorXd::Zero(season);
  std::vector<double> own;
  for (Index place = 0; place < season; ++place) {
    own.clear();
    for (Index t = place; t < deviations.size(); t += season) {
      if (t >= from && !std::isnan(deviations[t])) own.push_back(deviations[t]);
    }
    if (!own.empty()) figure[place] = median(own);
  }
  return figure;
}

/// One round of (1, 2, 1) / 4 around the season.
VectorXd smoothed(const VectorXd& figure) {
  const Index season = figure.size();
  VectorXd result(season);
  for (Index i = 0; i < season; ++i) {
    result[i] = (figure[(i + season - 1) % season] + 2 * figure[i] + figure[(i + 1) % season]) / 4;
  }
  return result;
}

/// Sets how much of the deviations from `from` on the figure explains, and on how many cycles.
void judge(SeasonalFigure& figure, const VectorXd& deviations, Index from) {
  double total = 0;
  double rest = 0;
  double known = 0;
  for (Index t = from; t < deviations.size(); ++t) {
    if (std::isnan(deviations[t])) continue;
    ++known;
    total += deviations[t] * deviations[t];
    rest += std::pow(deviations[t] - figure.at(t), 2);
  }
  figure.cycles = known / static_cast<double>(figure.values.size());
  const bool varies = total > 0 && std::isfinite(total);
  figure.share = varies ? std::clamp(1 - rest / total, 0.0, 1.0) : 0;
  figure.shrinkage = std::clamp((figure.share - kLeastShare) / kRamp, 0.0, 1.0) * figure.cycles /
                     (figure.cycles + kDoubt);
}

/// Where the deviations of the latest cycles begin; they end half a season before the series.
Index latest_cycles(Index n, const FigureOptions& options) {
  const Index season = options.season;
  return std::max<Index>(0, n - season / 2 - options.cycles * season);
}

}  // namespace

double SeasonalFigure::at(Index step) const {
  const Index season = values.size();
  return values[(step % season + season) % season];
}

VectorXd SeasonalFigure::path(Index from, Index count) const {
  VectorXd result(count);
  for (Index k = 0; k < count; ++k) result[k] = at(from + k);
  return result;
}

SeasonalFigure seasonal_figure(Values y, const FigureOptions& options) {
  assert(options.season >= 2 && options.cycles >= 1);
  SeasonalFigure figure;
  const Index season = options.season;
  figure.values = VectorXd::Zero(season);
  const Index n = std::ssize(y);
  if (n < 2 * season + season / 6) return figure;
  const VectorXd deviations =
      Eigen::Map<const VectorXd>(y.data(), n) - centred_mean(linear_fill(y), season);
  const Index from = latest_cycles(n, options);
  figure.values = median_per_place(deviations, from, season);
  for (int round = 0; round < options.smoothing; ++round) figure.values = smoothed(figure.values);
  figure.values.array() -= figure.values.mean();
  judge(figure, deviations, from);
  if (figure.is_zero()) figure.values.setZero();
  figure.values *= figure.shrinkage;
  return figure;
}

std::vector<double> without_figure(Values values, const SeasonalFigure& figure, Index from) {
  std::vector<double> result(values.begin(), values.end());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] -= figure.at(from + static_cast<Index>(i));
  return result;
}

}  // namespace forecart

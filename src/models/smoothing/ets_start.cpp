#include "models/smoothing/ets_start.h"

#include <algorithm>
#include <cmath>

namespace forecart::ets {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// Seasons, or values where there is none, that the initial states are read from.
constexpr Index kSeasons = 4;
constexpr Index kValues = 10;
/// A place of a multiplicative season, and a step of a multiplicative trend, start within these.
constexpr double kLowestRatio = 0.05;
constexpr double kHighestRatio = 20;
constexpr double kFastest = 1.2;

struct Line {
  double intercept = 0;  ///< one step before the first value
  double slope = 0;
  double at(Index t) const { return intercept + slope * static_cast<double>(t + 1); }
};

/// Least squares through the known values; level where fewer than two are known.
Line line_through(std::span<const double> y) {
  double count = 0;
  double mean_t = 0;
  double mean_y = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (std::isnan(y[t])) continue;
    ++count;
    mean_t += (static_cast<double>(t + 1) - mean_t) / count;
    mean_y += (y[t] - mean_y) / count;
  }
  double products = 0;
  double squares = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (std::isnan(y[t])) continue;
    const double away = static_cast<double>(t + 1) - mean_t;
    products += away * (y[t] - mean_y);
    squares += away * away;
  }
  const double slope = squares > 0 ? products / squares : 0;
  return {mean_y - slope * mean_t, slope};
}

/// Through whole seasons, so that the season does not tilt it: means of the first and the last.
Line line_through_seasons(std::span<const double> y, Index length, Index seasons) {
  const auto mean_of = [&](Index season) {
    double sum = 0;
    double count = 0;
    for (Index t = season * length; t < (season + 1) * length; ++t) {
      const double value = y[static_cast<std::size_t>(t)];
      if (std::isnan(value)) continue;
      sum += value;
      ++count;
    }
    return count > 0 ? sum / count : NAN;
  };
  const double first = mean_of(0);
  const double last = mean_of(seasons - 1);
  const auto steps = static_cast<double>((seasons - 1) * length);
  const Line line{first, steps > 0 ? (last - first) / steps : 0};
  if (!std::isfinite(line.slope) || !std::isfinite(line.intercept)) return line_through(y);
  return {line.intercept - line.slope * 0.5 * static_cast<double>(length + 1), line.slope};
}

/// Mean deviations, or ratios, per place; places that no value is known of are neutral.
VectorXd season_figure(Part season, std::span<const double> y, const Line& line, Index length) {
  const bool adds = season == Part::additive;
  VectorXd sum = VectorXd::Zero(length);
  VectorXd count = VectorXd::Zero(length);
  for (Index t = 0; t < std::ssize(y); ++t) {
    const double value = y[static_cast<std::size_t>(t)];
    if (std::isnan(value)) continue;
    const double away = adds ? value - line.at(t) : value / line.at(t);
    sum[t % length] += adds ? away : std::clamp(away, kLowestRatio, kHighestRatio);
    ++count[t % length];
  }
  VectorXd figure(length);
  for (Index i = 0; i < length; ++i) figure[i] = count[i] > 0 ? sum[i] / count[i] : (adds ? 0 : 1);
  if (adds) return figure.array() - figure.mean();
  return figure / figure.mean();
}

}  // namespace

VectorXd starting_parameters(const Form& form, const Layout& layout, std::span<const double> y,
                             const Smoothing& smoothing) {
  const Index length = layout.season_length;
  const auto n = std::ssize(y);
  const Index seasons = std::clamp<Index>(n / length, 1, kSeasons);
  const bool seasonal = form.season != Part::none && n >= length;
  const auto head =
      y.first(static_cast<std::size_t>(seasonal ? seasons * length : std::min<Index>(n, kValues)));
  Line line = seasonal ? line_through_seasons(head, length, seasons) : line_through(head);
  const bool falls_below_zero =
      form.needs_positive() && std::min(line.at(-1), line.at(std::ssize(head))) <= 0;
  if (form.trend == Part::none || falls_below_zero) {
    line = {line.at(std::ssize(head) / 2), 0};
  }
  VectorXd p(layout.size);
  p[layout.alpha] = smoothing.alpha;
  if (layout.beta >= 0) p[layout.beta] = smoothing.beta;
  if (layout.gamma >= 0) p[layout.gamma] = smoothing.gamma;
  if (layout.phi >= 0) p[layout.phi] = smoothing.phi;
  p[layout.level] = line.intercept;
  if (form.trend == Part::additive) p[layout.trend] = line.slope;
  if (form.trend == Part::multiplicative) {
    p[layout.trend] = std::clamp(1 + line.slope / line.intercept, 1 / kFastest, kFastest);
  }
  if (layout.season >= 0) {
    p.segment(layout.season, length) = season_figure(form.season, head, line, length);
  }
  return p;
}

}  // namespace forecart::ets

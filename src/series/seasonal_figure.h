#pragma once

#include <Eigen/Core>

#include <span>
#include <vector>

namespace forecart {

/// How the figure of one season is estimated.
struct FigureOptions {
  int season = 52;    ///< steps, >= 2
  int cycles = 6;     ///< the latest cycles that enter
  int smoothing = 1;  ///< rounds of the weights (1, 2, 1) / 4 around the season
};

/// A season as one number per place, on an additive scale: give it logarithms where the season
/// multiplies. Value t of the series it was estimated from stands at place t mod season.
struct SeasonalFigure {
  Eigen::VectorXd values;  ///< (season), sums to 0; all 0 where the season is not worth removing
  double share = 0;        ///< of the variance around the moving mean that it explains unshrunk
  double cycles = 0;       ///< cycles of known deviations that entered
  double shrinkage = 0;    ///< what the figure was multiplied by, in [0, 1)

  /// Its value `step` steps after the first value it was estimated from; `step` may be negative.
  double at(Eigen::Index step) const;

  /// The values for steps [from, from + count).
  Eigen::VectorXd path(Eigen::Index from, Eigen::Index count) const;

  bool is_zero() const { return shrinkage == 0; }
};

/// The figure of a long season of which few cycles are there (52 weeks, 365 days): deviations from
/// the centred moving mean of one season (missing values drawn linearly there, but without a
/// deviation of their own), their median per place over the latest cycles, smoothed around the
/// season and centred, then shrunk by clamp((share - .15) / .6, 0, 1) c / (c + 2) for c cycles, so
/// that a season which explains little or was seen once changes little. Two and a sixth seasons of
/// values are the least; with fewer the figure is zero.
SeasonalFigure seasonal_figure(std::span<const double> y, const FigureOptions& options);

/// The values less the figure; the first of them lies `from` steps after the first value that the
/// figure was estimated from. Missing stays missing.
std::vector<double> without_figure(std::span<const double> values, const SeasonalFigure& figure,
                                   Eigen::Index from = 0);

}  // namespace forecart

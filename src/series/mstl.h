#pragma once

#include <Eigen/Core>

#include <span>
#include <vector>

namespace forecart {

/// y = sum of seasonal[i] + trend + remainder, each (n).
struct Decomposition {
  std::vector<int> seasons;  ///< ascending; those given that are shorter than half the series
  std::vector<Eigen::VectorXd> seasonal;
  Eigen::VectorXd trend;
  Eigen::VectorXd remainder;
};

/// Decomposition with several seasons: STL of each in turn on what the others leave, two rounds,
/// one where there is a single season; windows of 11, 15, 19, ... cycles [Bandara2021]. Equal to
/// forecast::mstl for values without gaps; missing ones are filled (see seasonal_fill). Seasons of
/// which the series holds no more than two are dropped; with none left the trend is a loess over
/// half the series (R takes Friedman's smoother there).
Decomposition mstl(std::span<const double> y, std::vector<int> seasons);

/// Share of the variance that a season explains once the trend is away [Wang2006]:
/// max(0, 1 - var(remainder) / var(remainder + seasonal)), in [0, 1]; 0 where nothing varies.
double seasonal_strength(const Eigen::VectorXd& seasonal, const Eigen::VectorXd& remainder);

}  // namespace forecart

#pragma once

#include <Eigen/Core>

#include <span>
#include <vector>

namespace forecart {

/// One loess of STL: each local fit sees the `window` nearest points (odd, >= 3) under tricube
/// weights and is a polynomial of `degree` 0 or 1; it is made at every `jump`-th point and drawn
/// linearly between them.
struct Loess {
  Eigen::Index window = 3;
  int degree = 1;
  Eigen::Index jump = 1;
};

/// The loess curve of `y`, at least one value and none missing, at its own points 0..n-1.
Eigen::VectorXd loess_curve(std::span<const double> y, const Loess& loess);

/// The nearest whole number, or the one after it where that is even: windows of loess are odd.
Eigen::Index odd_window(double span);

/// What STL does; the two makers give the defaults of R's stats::stl.
struct StlOptions {
  Loess seasonal;  ///< over the values of one phase
  Loess trend;
  Loess low_pass;
  bool periodic = false;  ///< the season is the mean of each phase at the end, the same every cycle
  int inner = 2;          ///< passes over season and trend
  int outer = 0;          ///< rounds of robustness weights

  /// A season that changes from cycle to cycle as a loess over `window` cycles; `robust` makes one
  /// inner pass and fifteen outer rounds.
  static StlOptions changing(int season, Eigen::Index window, bool robust = false);

  /// A season that is the same in every cycle of the `n` values.
  static StlOptions constant(int season, Eigen::Index n, bool robust = false);
};

/// y = seasonal + trend + remainder, each (n).
struct Stl {
  Eigen::VectorXd seasonal;
  Eigen::VectorXd trend;
  Eigen::VectorXd remainder;
  Eigen::VectorXd robustness;  ///< weights in [0, 1]; all one where no outer round was asked
};

/// Decomposition by loess [Cleveland1990], the same to rounding as R's stats::stl: its windows,
/// jumps, loops and its treatment of the ends; robustness weights differ a little because R's
/// partial sort misses the median at times. `y` has no missing values.
/// Throws Error invalid_value unless season >= 2 and y holds more than two of it.
Stl stl(std::span<const double> y, int season, const StlOptions& options);

}  // namespace forecart

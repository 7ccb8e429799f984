#pragma once

#include "models/smoothing/ets_form.h"

#include <Eigen/Core>

#include <functional>
#include <span>
#include <vector>

namespace forecart::ets {

/// Where each number of a form stands in the vector of its natural parameters: smoothing
/// parameters, then initial level, trend and season (the place of the first value first). -1: the
/// form has none.
struct Layout {
  Layout(const Form& form, int season_length);

  Eigen::Index alpha = 0;
  Eigen::Index beta = -1;
  Eigen::Index gamma = -1;
  Eigen::Index phi = -1;
  Eigen::Index level = 0;
  Eigen::Index trend = -1;
  Eigen::Index season = -1;        ///< of the first of season_length
  Eigen::Index season_length = 1;  ///< 1 where there is no season
  Eigen::Index size = 0;
};

/// Smoothing parameters; 0, and 1 for phi, where the form has none.
struct Smoothing {
  double alpha = 0;
  double beta = 0;
  double gamma = 0;
  double phi = 1;

  static Smoothing of(const Layout& layout, const Eigen::VectorXd& parameters);
};

/// The states before each value, and what was expected of it.
struct Path {
  std::vector<double> level;     // (n + 1)
  std::vector<double> trend;     // (n + 1); 0 where the form has none
  std::vector<double> season;    // (n + season_length); place t is the one of value t
  std::vector<double> expected;  // (n) one-step means
};

/// The recursions of one form over one series [Hyndman2008 tab. 2.2, 2.3], written in the error of
/// the mean, y - f, so that additive and multiplicative errors share them. A missing value (NaN)
/// moves the states on by what they expect: its error counts as 0. Keeps a view of `y`.
class Recursion {
 public:
  Recursion(const Form& form, int season_length, std::span<const double> y);

  const Layout& layout() const { return layout_; }

  /// Filters the series; `path` is resized as needed.
  void run(const Eigen::VectorXd& parameters, Path& path) const;

  /// Chain rule backwards through `path` (of run at the same parameters): slope (n) is the
  /// derivative of a function by each expected value, the result (size) by each parameter.
  Eigen::VectorXd pull_back(const Eigen::VectorXd& parameters, const Path& path,
                            std::span<const double> slope) const;

  /// Takes some columns of the tangents; `first` is the value that the first of them belongs to.
  using TangentBlock = std::function<void(Eigen::Index first, const Eigen::MatrixXd& block)>;

  /// Derivatives of every expected value by every parameter, a column (size) per value, zero where
  /// y is missing; handed to `take` in blocks that stay in the processor's cache.
  void tangents(const Eigen::VectorXd& parameters, const Path& path,
                const TangentBlock& take) const;

 private:
  Form form_;
  Layout layout_;
  std::span<const double> y_;
};

}  // namespace forecart::ets

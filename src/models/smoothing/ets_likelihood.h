#pragma once

#include "models/smoothing/ets_coordinates.h"
#include "models/smoothing/ets_recursion.h"

#include <Eigen/Core>

#include <span>

namespace forecart::ets {

/// Log-likelihood of one form on one series, without the constants that R drops too:
/// -(n / 2) log sum e^2, less sum log |f| where errors are relative [Hyndman2008 sec. 5.1].
/// Missing values do not count. Not for several threads: it keeps the path of its last call.
class Likelihood {
 public:
  Likelihood(const Form& form, int season_length, std::span<const double> y);

  const Layout& layout() const { return recursion_.layout(); }

  /// Minus the log-likelihood; +infinity where a form that multiplies expects a value, or a place
  /// of the season, not above zero. `gradient` (size of the layout), where asked for.
  double negative(const Eigen::VectorXd& parameters, Eigen::VectorXd* gradient = nullptr);

  /// The Gauss-Newton approximation of the second derivatives of `negative` by x:
  /// n / sum e^2 times sum of f' f'^T, f'/f for relative errors.
  Eigen::MatrixXd curvature(const Coordinates& coordinates, const Eigen::VectorXd& x);

  /// Sum of squared errors at the last point; relative ones where the form has them.
  double sum_of_squares() const { return sum_of_squares_; }
  Eigen::Index used() const { return used_; }
  const Path& path() const { return path_; }

 private:
  double additive();
  double relative();
  bool is_allowed() const;

  Form form_;
  Recursion recursion_;
  std::span<const double> y_;
  Eigen::Index used_ = 0;
  double floor_ = 0;  ///< sum of squares below which a fit counts as exact
  double sum_of_squares_ = 0;
  Path path_;
  std::vector<double> slope_;
};

}  // namespace forecart::ets

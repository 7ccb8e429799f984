#pragma once

#include <Eigen/Core>

#include <limits>
#include <span>
#include <vector>

namespace forecart {

/// What a value is regressed on.
struct LagRegressionOptions {
  std::vector<int> lags;  ///< ascending, each >= 1
  int places = 1;         ///< of the profile, a number per place of a season; 1: a constant
  double half_life = std::numeric_limits<double>::infinity();  ///< steps in which weights halve
  double profile_ridge = 1;  ///< penalty on the profile, in observations
};

/// z_t = mean + profile[place t] + sum_i weights[i] (z_{t - lags[i]} - mean) + e, Var e = sigma2.
struct LagRegression {
  std::vector<int> lags;    ///< ascending
  Eigen::VectorXd weights;  ///< (lags)
  Eigen::VectorXd profile;  ///< (places)
  double mean = 0;
  double sigma2 = 0;

  /// The value expected after `past`, which holds at least lags.back() values, the latest last.
  double next(std::span<const double> past, int place) const;

  /// Weights of past errors in the value `step` steps later, psi_0 = 1: (count)
  /// [BrockwellDavis1991 sec. 9.5].
  Eigen::VectorXd psi(Eigen::Index count) const;

  bool is_finite() const;
};

/// Values to fit to, and where they stand. Nothing in `z` is missing: where `is_known` is false a
/// value only stands in for lags and is not fitted to.
struct LagSample {
  std::span<const double> z;
  std::span<const int> places;  ///< as z, each in [0, options.places)
  std::vector<bool> is_known;   ///< as z
};

/// Ridge regression [HoerlKennard1970] by weighted least squares: weights halve every half_life
/// steps into the past. The profile shrinks to 0 as if profile_ridge more values of each place had
/// been at the mean; the lag weights by p s2 / |w|^2 for p lags, with residual variance s2 and
/// weights w of a pilot fit that is hardly penalised [HoerlKennardBaldwin1975]. sigma2 is
/// the weighted residual variance, with as many degrees of freedom taken off as the regression
/// uses. Where z is constant all is 0 but the mean. Needs more values than the greatest lag; what
/// overflows comes out as not finite.
LagRegression fit_lag_regression(const LagSample& sample, const LagRegressionOptions& options);

}  // namespace forecart

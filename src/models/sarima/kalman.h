#pragma once

#include "models/sarima/arma.h"

#include <Eigen/Core>

#include <span>

namespace forecart::sarima {

/// What a Kalman filter says about a series, for innovations of variance sigma^2.
struct KalmanResult {
  double sum_squares = 0;      ///< sum v_t^2 / F_t
  double log_determinant = 0;  ///< sum log F_t
  Eigen::Index used = 0;       ///< observations counted
  Eigen::VectorXd state;       // (M) predicted state after the last value
  Eigen::MatrixXd covariance;  // (M, M) its covariance in units of sigma^2

  /// With sigma^2 = sum_squares / used.
  double log_likelihood() const;
};

/// The textbook filter of an ARIMA model in innovations form on the original scale, NaN allowed:
/// dense matrices, one line per equation [DurbinKoopman2012 sec. 4.3]. It shares no step with the
/// fast recursion and proves it. State: m prediction states of the ARMA, then the last d + sD
/// values. The first d + sD values only start it; missing ones among them are given a variance of
/// 1e10, and observations that resolve them are not counted.
KalmanResult kalman_filter(const SarimaOrder& order, const SeasonalArma<double>& arma,
                           std::span<const double> y);

}  // namespace forecart::sarima

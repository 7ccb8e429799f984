#pragma once

#include "models/smoothing/theta_state.h"

#include <Eigen/Core>

#include <span>

namespace forecart::theta {

/// A theta method fitted to one series without season.
struct Estimate {
  Method method = Method::classic;
  Parameters parameters{};
  double sigma2 = 0;       ///< of the one-step errors
  double mean_square = 0;  ///< of them, over the values they were counted on
  Eigen::Index used = 0;   ///< values that are not missing
};

/// The least-squares line through the known values.
Line line_through(std::span<const double> y);

/// Least squares of the one-step errors. Classic: simple exponential smoothing by maximum
/// likelihood plus half the slope of the line [HyndmanBillah2003]. Simple: without the line. Naive:
/// the last value, with the mean square of the differences. The others: for a given alpha
/// the errors are linear in initial level and weight, which are solved for (the weight within
/// [0, 1], 1/2 where it is not optimised), so that one search over alpha in [lowest_alpha, .99]
/// finds the global optimum. Needs four known values.
Estimate estimate(Method method, std::span<const double> y, double lowest_alpha);

}  // namespace forecart::theta

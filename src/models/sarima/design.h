#pragma once

#include "models/sarima/gaps.h"
#include "models/sarima/regression.h"
#include "models/series_model.h"

#include <string>
#include <vector>

namespace forecart::sarima {

/// What stands beside the regressors of the input in a regression with SARIMA errors.
struct RegressionTerms {
  bool mean = false;
  bool drift = false;
  std::vector<Wave> waves;
};

/// A series made ready for estimation: the regression's columns are scaled to differences of
/// variance about one, regressors centred where a mean or a difference takes the constant up.
struct Design {
  Regression regression;             ///< without coefficients
  std::vector<std::string> dropped;  ///< "price (does not vary)", .. what was left out, and why
  std::string left_out;              ///< what was left out with an unknown regressor; "" if nothing
  Stretch at;                        ///< the values used, from the first to the last that counts
  double unit = 1;                   ///< power of two that y is counted in, so that no square of
                                     ///< huge or tiny values leaves the range of double
  std::vector<double> y;             ///< (n) NaN where missing or where a regressor is unknown
  Eigen::MatrixXd x;                 ///< (n, k) scaled; rows of missing values filled
  Eigen::VectorXd scale;             ///< (k) of the columns: x = (value - centre) / scale
  Sample sample;                     ///< differences of y, its gaps filled, and of x
  bool has_gaps = false;
  double unexplained = 0;  ///< largest difference of y that least squares on the columns leaves
};

/// Columns are taken in the order mean, drift, regressors, waves; one that has no value in the
/// history, does not vary, vanishes with differencing or follows from those before it is dropped.
/// So is the regressor that is unknown beside the most values, as long as what is unknown would
/// take more than half of the values with it.
Design make_design(const SeriesInput& input, const SarimaOrder& order,
                   const RegressionTerms& terms);

/// Exact maximum likelihood of the regression with SARIMA errors.
Estimate estimate_design(const SarimaOrder& order, const Design& design,
                         const EstimateOptions& options = {});

/// The regression with its coefficients on the original scale of the regressors, in units of y,
/// and, if asked, their standard errors given the ARMA coefficients: the inverse of X' Sigma^-1 X.
Regression estimated_regression(const Design& design, const Estimate& estimate,
                                bool standard_errors);

}  // namespace forecart::sarima

#pragma once

#include "models/sarima/order.h"
#include "models/sarima/regression.h"
#include "models/series_model.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace forecart::sarima {

/// What was estimated; everything about a fit that does not move with the state.
struct ArimaParameters {
  SarimaOrder order;
  std::vector<double> coefficients;     ///< ar, ma, sar, sma
  std::vector<double> standard_errors;  ///< of them, or empty
  Regression regression;
  std::vector<std::string> dropped;  ///< regression terms left out, and why
  nlohmann::json search;             ///< how the order was found; null if it was given
  nlohmann::json residuals;          ///< tests of them at the fit, for explain(); or null
  double unit = 1;                   ///< all numbers here are of y / unit; see Design
  /// Nothing was left to estimate, and sigma2 is only a bound of rounding errors: it grows with
  /// what the model does not foresee later.
  bool exact = false;
  double sigma2 = 0;  ///< maximum likelihood: squares over used
  double log_likelihood = 0;
  Eigen::Index used = 0;  ///< values that count in the likelihood

  /// Estimated numbers, sigma^2 among them.
  Eigen::Index count() const { return order.parameters() + regression.size() + 1; }
};

/// The model with its state after the history `at` of values y in `unit` (NaN missing) beside
/// regressors x (count, regression.needs()). Sets `used` from the filter. Throws Error bad_data if
/// the coefficients are not stationary.
std::unique_ptr<FittedSeries> begin_arima(ArimaParameters parameters, const Stretch& at,
                                          std::span<const double> y, const Eigen::MatrixXd& x);

/// What `fitted`, made by begin_arima or load_arima, was made of.
const ArimaParameters& parameters_of(const FittedSeries& fitted);

/// Reads what the fitted model's save() wrote (docs/formats/arima-state.md). Throws Error
/// newer_version for a format that this version does not know, bad_data or nlohmann's exception for
/// a state that is damaged.
std::unique_ptr<FittedSeries> load_arima(const nlohmann::json& state);

}  // namespace forecart::sarima

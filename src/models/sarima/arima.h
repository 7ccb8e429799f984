#pragma once

#include "models/sarima/design.h"
#include "models/sarima/order.h"
#include "models/series_model.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace forecart {

/// A seasonal ARIMA model with given orders.
struct ArimaOptions {
  SarimaOrder order;
  bool mean = true;                      ///< estimate a mean; used only where d + D = 0
  bool drift = false;                    ///< a linear trend; used only where d + D = 1
  bool standard_errors = true;           ///< have explain() tell them; about a third more time
  std::vector<FourierPeriod> fourier{};  ///< harmonics, beside the regressors of the input
  nlohmann::json search{};               ///< how the order was found, for explain(); or null
  bool trial = false;                    ///< see FitOptions
  std::vector<double> near{};  ///< coefficients ar, ma, sar, sma close to which the optimum lies

  /// Throws Error invalid_value.
  void validate() const;
};

/// ARIMA by exact maximum likelihood (docs/models/sarima.md), named "ARIMA": a regression on mean
/// or drift, the regressors that come with a series and Fourier terms, with SARIMA errors. Fits
/// with missing values too. Regression terms that a series cannot tell apart are dropped, and the
/// reason says so; so it does where the series leaves nothing to estimate and is continued exactly
/// (exact_fit). A series that is too short gives a SeriesFit without `fitted`. Throws Error
/// invalid_value if the options are not valid.
SeriesModelPtr make_arima(ArimaOptions options);

namespace sarima {

/// The regression terms that these options mean for their order.
RegressionTerms regression_terms(const ArimaOptions& options);

/// Why a series cannot be fitted with this order; "" if it can.
std::string obstacle(const SarimaOrder& order, const Design& design);

/// Whether nothing varies after differencing, or the regression explains all of it.
bool leaves_nothing(const Design& design);

/// The model that continues exactly a series that leaves_nothing: only the differences of
/// options.order, the regression, and a mean or drift where the series needs one, asked for or not
/// (a constant, a straight line, a repeated season). Its interval is as wide as rounding errors,
/// and grows with later values that are not as they should be. Needs three values, and a whole
/// season, beyond those that the differences take.
SeriesFit exact_fit(const SeriesInput& input, const ArimaOptions& options);

/// From an estimate of options.order on `design`, made of `input`, to a model at the end of the
/// series: what a search over orders calls last.
SeriesFit finish_fit(const SeriesInput& input, const ArimaOptions& options, const Design& design,
                     const Estimate& estimate);

/// Fits the given order with the given regression terms: make_arima(options)->fit without the
/// checks of the options.
SeriesFit fit_arima(const SeriesInput& input, const ArimaOptions& options);

}  // namespace sarima
}  // namespace forecart

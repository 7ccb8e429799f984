#pragma once

#include "models/sarima/order.h"
#include "models/series_model.h"

namespace forecart {

/// A seasonal ARIMA model with given orders.
struct ArimaOptions {
  SarimaOrder order;
  bool mean = true;             ///< estimate a mean; used only where d + D = 0
  bool drift = false;           ///< a linear trend; used only where d + D <= 1
  bool standard_errors = true;  ///< have explain() tell them; about a third more time

  /// Throws Error invalid_value.
  void validate() const { order.validate(); }
};

/// ARIMA by exact maximum likelihood (docs/models/sarima.md), named "ARIMA". Fits with missing
/// values too. A series that is too short or does not vary after differencing gives a SeriesFit
/// without `fitted`. Throws Error invalid_value if the options are not valid.
SeriesModelPtr make_arima(ArimaOptions options);

}  // namespace forecart

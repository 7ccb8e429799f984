#pragma once

#include "models/sarima/fourier.h"
#include "models/sarima/order_search.h"
#include "models/series_model.h"

#include <optional>
#include <vector>

namespace forecart {

/// A season that find_seasons must find among itself and shorter ones.
struct SeasonTest {
  int season = 1;
  std::vector<int> shorter{};
};

/// What an automatic ARIMA may choose from.
struct AutoArimaOptions {
  int season = 1;                        ///< of the seasonal part, in steps; 1: none
  std::optional<SeasonTest> evidence{};  ///< that a series must show to be fitted
  std::vector<FourierPeriod> fourier{};  ///< harmonics, beside the regressors of the input
  int max_d = 2;                         ///< regular differences at most
  sarima::SearchOptions search{};
  bool standard_errors = true;  ///< have explain() tell them

  /// Throws Error invalid_value.
  void validate() const;
};

/// Seasonal ARIMA with orders chosen per series, named "AutoARIMA": D by the strength of the
/// season, d by the KPSS test [Kwiatkowski1992] on what the regression leaves, the rest with mean
/// or drift by AICc (see sarima::search_orders). Gaps are filled for the search; the chosen model
/// is fitted to the series as it is. A series too short or without variation gives a SeriesFit
/// without `fitted`. Throws Error invalid_value if the options are not valid.
SeriesModelPtr make_auto_arima(AutoArimaOptions options);

}  // namespace forecart

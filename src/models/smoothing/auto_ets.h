#pragma once

#include "models/series_model.h"
#include "models/smoothing/ets_form.h"

#include <optional>

namespace forecart {

/// What exponential smoothing may choose from.
struct AutoEtsOptions {
  int season_length = 1;              ///< 1: none
  bool multiplicative_trend = false;  ///< offers these forms too; R's ets does not either
  bool undamped_trend = true;         ///< without: safer far ahead, see docs/models/smoothing.md
  bool relative_errors = true;        ///< as above
  std::optional<ets::Form> form{};    ///< this one and no other

  /// Throws Error invalid_value.
  void validate() const;
};

/// Exponential smoothing in state-space form, named "AutoETS": the stable forms of [Hyndman2008]
/// fitted by maximum likelihood, chosen by AICc. Forms with a multiplicative part need values above
/// zero; seasons may be of any length of which two are seen. A missing value moves the states on by
/// what they expect and does not count in the likelihood. A series too short or without variation
/// gives a SeriesFit without `fitted`. Throws Error invalid_value if the options are not valid.
SeriesModelPtr make_auto_ets(AutoEtsOptions options);

}  // namespace forecart

#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace forecart::ets {

enum class Part { none, additive, multiplicative };

/// One of the 30 forms of exponential smoothing: ETS(error, trend, season) [Hyndman2008 tab. 2.1].
struct Form {
  bool multiplicative_error = false;
  Part trend = Part::none;
  bool damped = false;  ///< of the trend
  Part season = Part::none;

  auto operator<=>(const Form&) const = default;

  /// E.g. "ETS(M,Ad,N)".
  std::string name() const;
  /// Reads "ETS(M,Ad,N)" or "MAdN". Throws Error invalid_value for anything else.
  static Form parse(std::string_view text);

  /// Additive error beside a multiplicative part, or a multiplicative trend beside an additive
  /// season: forecasts without bounded variance, which R's ets refuses as well
  /// [Hyndman2008 ch. 15].
  bool is_unstable() const;
  /// Whether it can only be fitted to values above zero.
  bool needs_positive() const;
  /// Smoothing parameters alpha, beta, gamma, phi that it has.
  int smoothing_parameters() const;
  /// Everything that is estimated over a season of `season_length`: smoothing parameters, initial
  /// states and the variance, as R counts.
  int parameters(int season_length) const;
};

/// Which of the stable forms may be tried.
struct Candidates {
  bool season = true;
  bool positive = true;  ///< the data are above zero: forms that multiply can be fitted
  bool multiplicative_trend = false;
  bool undamped_trend = true;
  bool relative_errors = true;
};

/// Simple forms first.
std::vector<Form> stable_forms(const Candidates& candidates);

}  // namespace forecart::ets

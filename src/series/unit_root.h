#pragma once

#include <span>
#include <vector>

namespace forecart {

/// Statistic of the test of Kwiatkowski et al. that a series is stationary around a level
/// [Kwiatkowski1992], with Bartlett weights up to lag trunc(3 sqrt(n) / 13) as urca::ur.kpss takes
/// it for forecast::ndiffs. Needs values without gaps; 0 for a constant series or fewer than two.
double kpss_statistic(std::span<const double> values);

/// Its p-value, drawn linearly between the critical values .347, .463, .574 and .739 at 10, 5, 2.5
/// and 1 % [Kwiatkowski1992 table 1], and cut off at .1 and .01.
double kpss_p_value(double statistic);

/// How often to difference until the test no longer speaks against a constant level at 5 %, or the
/// differences are constant, at most `max_d` times: forecast::ndiffs with test "kpss". Missing
/// values are filled linearly first (R leaves them out, which joins what they separate).
int differences_by_kpss(std::span<const double> values, int max_d = 2);

/// How often to difference over `season` steps: while the seasonal strength of mstl is above .64,
/// at most `max_seasonal_d` times: forecast::nsdiffs with test "seas". 0 without two whole seasons,
/// for season < 2 and for constant series; missing values are filled seasonally.
int seasonal_differences(std::span<const double> values, int season, int max_seasonal_d = 1);

/// Both orders as forecast::auto.arima takes them: first the seasonal one, then the other on the
/// seasonally differenced series, at most `max_d` times.
struct Differences {
  int d = 0;
  int seasonal_d = 0;
  friend bool operator==(const Differences&, const Differences&) = default;
};
Differences choose_differences(std::span<const double> values, int season, int max_d = 2);

/// values[lag..] - values[..n - lag]; empty if there are no more than `lag`.
std::vector<double> differenced(std::span<const double> values, int lag);

}  // namespace forecart

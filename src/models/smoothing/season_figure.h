#pragma once

#include <span>
#include <vector>

namespace forecart {

/// A fixed seasonal figure: what to take off, or divide by, at each place of the season; the place
/// of the first value of the series first. Empty: no season.
struct SeasonFigure {
  bool multiplies = true;
  std::vector<double> places{};

  bool empty() const { return places.empty(); }
  double adjusted(double y, std::size_t place) const;
  double restored(double y, std::size_t place) const;
  /// What a unit of the adjusted series stands for at a place.
  double unit(std::size_t place) const { return empty() || !multiplies ? 1 : places[place]; }
  std::size_t length() const { return empty() ? 1 : places.size(); }
};

/// Whether the autocorrelation at the season's lag is significant at 10 % (two-sided), given those
/// before it [AssimakopoulosNikolopoulos2000; FiorucciEtAl2016 sec. 2]; no for series without two
/// whole seasons and a value.
bool has_seasonal_autocorrelation(std::span<const double> y, int season);

/// The figure of a season that the series has by that test, by classical decomposition: the mean
/// ratio to the centred moving average of a season, which sums to the season's length, as R's
/// decompose. Differences that sum to 0 instead, where a value is not above zero or a ratio comes
/// below 1 %. Missing values are filled for the moving average only.
SeasonFigure season_figure(std::span<const double> y, int season);

}  // namespace forecart

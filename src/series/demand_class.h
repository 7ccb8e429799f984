#pragma once

#include <span>
#include <string>
#include <string_view>

namespace forecart {

/// How regularly a series sells and how much its sizes vary [SyntetosBoylanCroston2005]: the mean
/// interval between sales against 1.32, the squared coefficient of variation of what is sold
/// against .49. Brief is a series with too little known to say, silent one without any sale.
enum class DemandClass { smooth, erratic, intermittent, lumpy, brief, silent };

std::string_view name_of(DemandClass demand);

/// What a series is like, as far as its model depends on it.
struct SeriesTraits {
  DemandClass demand = DemandClass::brief;
  double interval = 1;   ///< mean steps between values that are not zero
  double variation = 0;  ///< squared coefficient of variation of the values that are not zero
  double trend = 0;      ///< strength of the trend, in [0, 1] [Wang2006]
  double season = 0;     ///< strength of the season, in [0, 1]
};

/// Known values below which a series is brief.
inline constexpr int kFewValues = 12;

/// Traits of a series (NaN missing) beside a season of so many steps (1: none), whose strength is
/// measured where two of them are there. A series with values below zero is no demand and counts
/// as smooth.
SeriesTraits traits_of(std::span<const double> values, int season);

/// "smooth, trend .91, season .70".
std::string describe(const SeriesTraits& traits);

}  // namespace forecart

#pragma once

#include "series/panel.h"

#include <vector>

namespace forecart {

/// A value far from what its series led one to expect, after which the series went on as before.
struct Outlier {
  Bucket bucket = 0;
  Bucket known_from = 0;  ///< the bucket whose value showed that the series went on
  double value = 0;
  double expected = 0;
};

/// Looks through a series from its beginning, each value judged by what came before it, by robust
/// exponential smoothing of level and season on roots [GelperFriedCroux2010]: one pass, and what is
/// found up to a bucket never depends on later ones. Season 1 is none. An outlier
/// - is beyond five of the smoothed scales, which are no smaller than those of Poisson counts in
///   units of the least amount and the least change seen;
/// - is half as far again as all but one of the departures before it to the same side: a promotion
///   that has come twice is no outlier when it comes again;
/// - belongs to a run of no more than three departures that ended: what stays is a new level;
/// - has four seasons, and 40 values, before it, which sold more often than every 1.32 steps:
/// sparse
///   demand has no outliers.
/// Missing values (NaN) are passed over. Multiplying a series by a number changes nothing.
std::vector<Outlier> find_outliers(const SeriesView& series, int season);

/// Mean steps between values that are not zero, above which demand is sparse
/// [SyntetosBoylanCroston2005].
inline constexpr double kSparseInterval = 1.32;

/// The root of a value, with its sign: the noise of counts does not grow with them there.
double signed_root(double value);
/// Its inverse.
double signed_square(double root);

}  // namespace forecart

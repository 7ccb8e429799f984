#pragma once

#include "models/profile/axis.h"
#include "models/profile/scaled_series.h"

#include <Eigen/Core>

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What a value is expected to be, in units of its series' level: a factor per axis and place.
using Factors = std::vector<Eigen::ArrayXd>;

/// Product of the factors of a bucket.
double factor_at(const Factors& factors, const PlaceTable& places, Bucket bucket);

/// Which series are alike: for every dimension of the ids ("city=Boston/product=Cable") the number
/// of the value that a series has, or -1. Dimensions with a single value, or with as many as there
/// are series, say nothing and are left out.
struct LikeSeries {
  std::vector<std::string> names;                ///< of the dimensions
  std::vector<std::vector<int>> groups;          ///< (dimensions, series)
  std::vector<std::vector<std::string>> values;  ///< (dimensions, groups)

  static LikeSeries of(const std::vector<std::string>& ids);
  /// (dimensions): the groups that an id belongs to, -1 where to none.
  std::vector<int> groups_of(std::string_view id) const;
};

/// What a panel says about its cycles.
struct PanelFactors {
  std::vector<Factors> own;                  ///< per series, shrunk to what is alike
  Factors pooled;                            ///< of all series
  std::vector<std::vector<Factors>> beside;  ///< (dimensions, groups): ratio to pooled
  /// What is expected of a series of these groups (-1: of none) that is not known itself.
  Factors expected_of(const std::vector<int>& groups) const;
};

/// Factors by iterated ratios, shrunk by empirical Bayes: see docs/models/level_profile.md.
PanelFactors estimate_factors(const std::vector<ScaledSeries>& series,
                              const std::vector<Axis>& axes, const PlaceTable& places,
                              const LikeSeries& alike, unsigned threads);

}  // namespace forecart

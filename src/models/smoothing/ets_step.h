#pragma once

#include "models/smoothing/ets_form.h"

#include <cmath>
#include <utility>

namespace forecart::ets {

/// Trend by which the recursions differ: without damping phi is 1, and b^phi is b.
enum class Growth { none, additive, multiplicative, damped_multiplicative };

inline Growth growth_of(const Form& form) {
  if (form.trend == Part::none) return Growth::none;
  if (form.trend == Part::additive) return Growth::additive;
  return form.damped ? Growth::damped_multiplicative : Growth::multiplicative;
}

/// What the trend carries over a step: phi b, or b^phi.
template <Growth kGrowth>
double carried(double b, double phi) {
  if constexpr (kGrowth == Growth::none) return 0;
  if constexpr (kGrowth == Growth::additive) return phi * b;
  if constexpr (kGrowth == Growth::multiplicative) return b;
  return std::pow(b, phi);
}

/// The level expected after a step, from the level and what the trend carries.
template <Growth kGrowth>
double grown(double level, double carry) {
  if constexpr (kGrowth == Growth::none) return level;
  if constexpr (kGrowth == Growth::additive) return level + carry;
  return level * carry;
}

/// The value expected: the grown level with its season.
template <Part kSeason>
double seasoned(double grown_level, double season) {
  if constexpr (kSeason == Part::none) return grown_level;
  if constexpr (kSeason == Part::additive) return grown_level + season;
  return grown_level * season;
}

/// Calls `body.template operator()<Growth, Part>()` for the form.
template <class Body>
decltype(auto) dispatch(const Form& form, Body&& body) {
  const auto with_season = [&]<Growth kGrowth>() -> decltype(auto) {
    if (form.season == Part::none) return body.template operator()<kGrowth, Part::none>();
    if (form.season == Part::additive) return body.template operator()<kGrowth, Part::additive>();
    return body.template operator()<kGrowth, Part::multiplicative>();
  };
  switch (growth_of(form)) {
    case Growth::none:
      return with_season.template operator()<Growth::none>();
    case Growth::additive:
      return with_season.template operator()<Growth::additive>();
    case Growth::multiplicative:
      return with_season.template operator()<Growth::multiplicative>();
    default:
      return with_season.template operator()<Growth::damped_multiplicative>();
  }
}

}  // namespace forecart::ets

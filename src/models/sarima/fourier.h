#pragma once

#include "base/calendar.h"

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// The first `pairs` harmonics of a period in steps, which need not be whole, e.g. 3 of 168 hours
/// or 2 of 365.25 days: terms of a dynamic harmonic regression [HyndmanAthanasopoulos2021].
struct FourierPeriod {
  double period = 0;
  int pairs = 0;

  /// Reads "168:3". Throws Error invalid_value unless the period is from 2 to 1e9, and
  /// there are from 1 to period / 2 pairs.
  static FourierPeriod parse(std::string_view text);

  /// As parse() does.
  void validate() const;

  /// "168:3".
  std::string format() const;

  friend bool operator==(const FourierPeriod&, const FourierPeriod&) = default;
};

namespace sarima {

/// cos or sin of 2 pi harmonic bucket / period. Buckets are counted from 1970, so that the phase
/// does not depend on where a series begins.
struct Wave {
  double period = 0;
  int harmonic = 0;
  bool sine = false;

  double at(Bucket bucket) const;

  /// "S2-168" and "C2-168", as R's forecast::fourier names them.
  std::string name() const;

  friend bool operator==(const Wave&, const Wave&) = default;
};

/// All waves of some periods, in their order. The sine at half a cycle a step, which is zero, is
/// left out, and so is a pair whose frequency an earlier one has (the seventh of 168 is the first
/// of 24).
std::vector<Wave> waves_of(const std::vector<FourierPeriod>& periods);

}  // namespace sarima
}  // namespace forecart

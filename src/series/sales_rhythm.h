#pragma once

#include "base/calendar.h"
#include "series/panel.h"
#include "series/predictive.h"

#include <Eigen/Core>

#include <cstddef>
#include <optional>
#include <vector>

namespace forecart {

/// A value that is not zero, and how many steps with a known value it came after the one before.
struct Sale {
  Eigen::Index interval = 1;
  double amount = 0;
};

/// How a series has been selling of late, and for how long it has not. Missing values are no
/// silence: they are passed over.
struct SalesRhythm {
  static constexpr std::size_t kRemembered = 12;

  std::vector<Sale> latest;   ///< the last kRemembered sales, oldest first, but the very first
  bool has_sold = false;      ///< ever
  Bucket last = 0;            ///< bucket of the last sale
  std::optional<Bucket> end;  ///< the bucket after the last one seen; nothing before the first
  Eigen::Index silent = 0;    ///< known zeros since the last sale
  Eigen::Index longest = 0;   ///< such zeros between any two sales

  /// Takes in the values from `end` on; those before are known.
  void move_on(const SeriesView& series);

  /// Share of steps with a sale over the latest sales; 0 where fewer than two are remembered.
  double rate() const;

  /// The chance of a silence at least as long as the present one if sales went on as the latest
  /// did: their intervals are geometric at a rate that is as uncertain as so many of them leave it
  /// (Jeffreys' prior of inverse sampling), all the more where they vary more than geometric ones.
  /// 1 where fewer than two sales are remembered; exact down to 1e-12.
  double chance_of_silence() const;

  /// Whether the silence is one that the series' own selling does not explain: at least `horizon`
  /// steps long, half as long again as any before, and with a chance below one in a thousand.
  /// An item of one season whose year has been seen keeps its off-season.
  bool has_ended(Eigen::Index horizon) const;
};

/// What becomes of a series that has_ended. Of the rate of its return nothing is known but that it
/// did not happen for `silent` steps; a flat prior leaves the chance k / (silent + k) that it does
/// within k more. Then it sells as it last did. Means are the middle of what may happen: zero for
/// `silent` steps at least. Quantiles and draws tell the return.
PredictivePtr after_the_end(const SalesRhythm& rhythm, Eigen::Index horizon);

}  // namespace forecart

#pragma once

#include "series/availability.h"
#include "series/panel.h"

#include <string>
#include <vector>

namespace forecart {

/// When a whole shop is found to be closed, from its sales alone; for days and parts of a day.
struct ClosedTimes {
  OpenShares regular;             ///< weekdays and hours that never sell: 0, known ahead
  OpenShares sudden;              ///< whole days without a sale where chance would not have it: 0
  std::vector<std::string> told;  ///< "Saturday", "Sunday 22:00", "14 single days"; for people
};

/// Buckets of a search: closures are looked for in the sales before `known` and laid over
/// [first, end).
struct ClosedTimesRange {
  Bucket known = 0;
  Bucket first = 0;
  Bucket end = 0;
};

/// A weekday, an hour or an hour of one weekday is closed if it never sold anything, at least six
/// times, and as many zeros in a row have a chance below 1e-6 at the rate of zeros that the times
/// with sales have. A single day is closed if the last eight days of its weekday that sold
/// something before it (at least six), the largest of them left out, vary by less than c = sd /
/// mean = .32, which is .38 for all of them: totals of a compound Poisson process have exp(-1 /
/// c^2) or less for the chance of zero, then below 1e-3, as long as no more than a tenth of the
/// other days until then sold nothing. It is judged by earlier days only, in the whole panel. Finds
/// nothing where ds is a counter, nor for weeks and longer.
ClosedTimes find_closed_times(const Panel& sales, const ClosedTimesRange& range);

}  // namespace forecart

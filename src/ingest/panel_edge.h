#pragma once

#include "base/calendar.h"

#include <vector>

namespace forecart {

/// Where in its bucket the first and the last sale of a bucket lie.
struct BucketExtent {
  Bucket bucket = 0;
  Instant first;
  Instant last;
  std::int64_t sales = 0;
};

/// Coarsest unit that all sales lie on: a sale at 00:00 of data that know only days covers the day.
std::chrono::microseconds time_resolution(const std::vector<BucketExtent>& extents,
                                          const Calendar& calendar);

/// True when the last bucket of the data looks cut off, by the rule of build_panel. `extents` are
/// the buckets with sales in ascending order, at least one.
bool is_last_truncated(const std::vector<BucketExtent>& extents, const Calendar& calendar);

/// The same for the first bucket.
bool is_first_truncated(const std::vector<BucketExtent>& extents, const Calendar& calendar);

}  // namespace forecart

#include "ingest/panel_edge.h"

#include <algorithm>
#include <array>

namespace forecart {

namespace {

using std::chrono::microseconds;

constexpr std::size_t kFewBuckets = 8;
constexpr double kFewBucketsShare = 0.1;
constexpr double kUsualShare = 0.05;
constexpr double kNegligibleShare = 0.05;

double share(microseconds part, microseconds whole) {
  return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

microseconds length(const Calendar& calendar, Bucket bucket) {
  return calendar.start(bucket + 1) - calendar.start(bucket);
}

/// Share of its bucket that lies behind the last sale.
double uncovered_end(const BucketExtent& extent, const Calendar& calendar,
                     microseconds resolution) {
  const auto rest = calendar.start(extent.bucket + 1) - (extent.last + resolution);
  return std::max(0.0, share(rest, length(calendar, extent.bucket)));
}

/// Share of its bucket that lies before the first sale.
double uncovered_start(const BucketExtent& extent, const Calendar& calendar) {
  return share(extent.first - calendar.start(extent.bucket), length(calendar, extent.bucket));
}

/// True when `edge` is more than a trifle and less than one of twenty others leaves as much
/// uncovered.
bool is_unusual(double edge, std::vector<double> others) {
  if (edge <= kNegligibleShare) return false;
  if (others.size() < kFewBuckets) return edge > kFewBucketsShare;
  const auto as_much =
      std::count_if(others.begin(), others.end(), [edge](double other) { return other >= edge; });
  return static_cast<double>(as_much) < kUsualShare * static_cast<double>(others.size());
}

}  // namespace

microseconds time_resolution(const std::vector<BucketExtent>& extents, const Calendar& calendar) {
  constexpr std::array<microseconds, 4> kUnits{std::chrono::days(1), std::chrono::hours(1),
                                               std::chrono::minutes(1), std::chrono::seconds(1)};
  for (const microseconds unit : kUnits) {
    const auto on_grid = [&](Instant instant) {
      return calendar.zone().civil(instant).time_since_epoch() % unit == microseconds(0);
    };
    if (std::all_of(extents.begin(), extents.end(), [&](const BucketExtent& extent) {
          return on_grid(extent.first) && on_grid(extent.last);
        })) {
      return unit;
    }
  }
  return microseconds(1);
}

bool is_last_truncated(const std::vector<BucketExtent>& extents, const Calendar& calendar) {
  const microseconds resolution = time_resolution(extents, calendar);
  std::vector<double> others;
  for (auto at = extents.begin(); at + 1 != extents.end(); ++at) {
    others.push_back(uncovered_end(*at, calendar, resolution));
  }
  return is_unusual(uncovered_end(extents.back(), calendar, resolution), std::move(others));
}

bool is_first_truncated(const std::vector<BucketExtent>& extents, const Calendar& calendar) {
  std::vector<double> others;
  for (auto at = extents.begin() + 1; at != extents.end(); ++at) {
    others.push_back(uncovered_start(*at, calendar));
  }
  return is_unusual(uncovered_start(extents.front(), calendar), std::move(others));
}

}  // namespace forecart

#pragma once

#include "base/calendar.h"

#include <Eigen/Core>

#include <cstdint>
#include <string>
#include <vector>

namespace forecart {

/// One cycle that demand follows: every bucket has a place in it, and lies in a block over which
/// the level counts as constant while the factors of the places are estimated.
class Axis {
 public:
  enum class Kind {
    season,   ///< so many steps, by the civil clock where it has one; blocks of whole cycles
    weekday,  ///< seven days; blocks of whole weeks
    month,    ///< twelve months; blocks of a calendar year
  };

  /// Blocks are at most half of a history of so many steps, and at least a cycle, so that
  /// noise shows as what differs between them.
  Axis(const Calendar& calendar, Kind kind, int season, Eigen::Index history);

  Kind kind() const { return kind_; }
  int season() const { return season_; }
  /// "season_24": the length of the cycle in steps.
  std::string name() const;
  int places() const;
  int place(Bucket bucket) const;
  std::int64_t block(Bucket bucket) const;

 private:
  Calendar calendar_;
  Kind kind_;
  int season_;         // steps of the cycle
  int steps_per_day_;  // 0: the frequency has no whole number of steps a day
  int days_per_block_;
  int cycles_per_block_;
};

/// The cycles of a calendar whose models have this season: the season itself (none for 1), the
/// weekday and the month for days and for steps that divide a day. What takes longer than the
/// history, or does not exist in it, is for the estimates to find out. `history` is the number of
/// steps of the longest series; places do not depend on it.
std::vector<Axis> axes_of(const Calendar& calendar, int season, Eigen::Index history);

/// Place and block of every bucket of a stretch, computed once for all series: (buckets, axes).
class PlaceTable {
 public:
  /// Of buckets [first, end).
  PlaceTable(const std::vector<Axis>& axes, Bucket first, Bucket end);

  Bucket first() const { return first_; }
  int place(Bucket bucket, std::size_t axis) const { return places_[index(bucket, axis)]; }
  /// Numbered from 0 at the first bucket of the stretch.
  int block(Bucket bucket, std::size_t axis) const { return blocks_[index(bucket, axis)]; }

 private:
  std::size_t index(Bucket bucket, std::size_t axis) const {
    return static_cast<std::size_t>(bucket - first_) * axes_ + axis;
  }

  Bucket first_;
  std::size_t axes_;
  std::vector<int> places_;
  std::vector<int> blocks_;
};

}  // namespace forecart

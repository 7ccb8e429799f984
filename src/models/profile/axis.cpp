#include "models/profile/axis.h"

#include "series/components.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace forecart {

namespace {

constexpr int kDaysPerBlock = 28;
/// A block of short cycles holds at least so many values, so that it tells a level, if there are
/// kBlocks of them.
constexpr int kLeastBlock = 24;
constexpr int kBlocks = 2;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// Steps in a day; 0 where they are no whole number, 1 for days.
int steps_per_day(const Frequency& frequency) {
  if (frequency.unit == FrequencyUnit::day) return frequency.multiple == 1 ? 1 : 0;
  if (!frequency.is_sub_daily()) return 0;
  const std::int64_t step = frequency.step().count();
  return 86400 % step == 0 ? static_cast<int>(86400 / step) : 0;
}

std::int64_t civil_day(const Calendar& calendar, Bucket bucket) {
  const auto civil = calendar.zone().civil(calendar.start(bucket));
  return std::chrono::floor<std::chrono::days>(civil).time_since_epoch().count();
}

std::chrono::year_month_day date_of(const Calendar& calendar, Bucket bucket) {
  const auto civil = calendar.zone().civil(calendar.start(bucket));
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(civil));
}

/// Cycles of a block: those of a kBlocks-th of the history, from 1 to `most`.
int whole_cycles(Eigen::Index history, int cycle, int most) {
  const Eigen::Index cycles = history / (Eigen::Index{kBlocks} * cycle);
  return static_cast<int>(std::clamp<Eigen::Index>(cycles, 1, std::max(most, 1)));
}

}  // namespace

Axis::Axis(const Calendar& calendar, Kind kind, int season, Eigen::Index history)
    : calendar_(calendar),
      kind_(kind),
      season_(season),
      steps_per_day_(steps_per_day(calendar.frequency())),
      days_per_block_(kDaysPerBlock),
      cycles_per_block_(whole_cycles(history, season, (kLeastBlock + season - 1) / season)) {
  if (steps_per_day_ == 0) return;
  const int days = std::max(1, season / steps_per_day_);
  days_per_block_ = days * whole_cycles(history, days * steps_per_day_, kDaysPerBlock / days);
}

std::string Axis::name() const {
  return season_part(season_);
}

int Axis::places() const {
  switch (kind_) {
    case Kind::weekday:
      return 7;
    case Kind::month:
      return 12;
    default:
      return season_;
  }
}

int Axis::place(Bucket bucket) const {
  switch (kind_) {
    case Kind::weekday:
      return calendar_.season_position(bucket, season_) / steps_per_day_;
    case Kind::month:
      return static_cast<int>(static_cast<unsigned>(date_of(calendar_, bucket).month())) - 1;
    default:
      return calendar_.season_position(bucket, season_);
  }
}

std::int64_t Axis::block(Bucket bucket) const {
  if (kind_ == Kind::month) return static_cast<int>(date_of(calendar_, bucket).year());
  if (steps_per_day_ > 0 && season_ <= kDaysPerBlock * steps_per_day_) {
    return floor_div(civil_day(calendar_, bucket), days_per_block_);
  }
  return floor_div(bucket, std::int64_t{season_} * cycles_per_block_);
}

std::vector<Axis> axes_of(const Calendar& calendar, int season, Eigen::Index history) {
  std::vector<Axis> axes;
  if (season <= 1) return axes;
  const int day = steps_per_day(calendar.frequency());
  if (day > 1 && season > day && season % day == 0) {
    axes.emplace_back(calendar, Axis::Kind::season, day, history);
  }
  if (day != 1 || season != 7) axes.emplace_back(calendar, Axis::Kind::season, season, history);
  if (day == 0) return axes;
  axes.emplace_back(calendar, Axis::Kind::weekday, 7 * day, history);
  axes.emplace_back(calendar, Axis::Kind::month, static_cast<int>(std::lround(365.25 * day)),
                    history);
  return axes;
}

PlaceTable::PlaceTable(const std::vector<Axis>& axes, Bucket first, Bucket end)
    : first_(first), axes_(axes.size()) {
  places_.reserve(axes_ * static_cast<std::size_t>(end - first));
  blocks_.reserve(places_.capacity());
  std::vector<std::int64_t> begin;
  for (const Axis& axis : axes) begin.push_back(axis.block(first));
  for (Bucket bucket = first; bucket < end; ++bucket) {
    for (std::size_t i = 0; i < axes_; ++i) {
      places_.push_back(axes[i].place(bucket));
      blocks_.push_back(static_cast<int>(axes[i].block(bucket) - begin[i]));
    }
  }
}

}  // namespace forecart

#include "series/closed_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using std::chrono::days;
using std::chrono::local_days;

constexpr int kWeekdays = 7;
constexpr int kHours = 24;
constexpr std::int64_t kFewest = 6;
constexpr double kChance = 1e-6;
/// Earlier days of a weekday that judge a day without sales, and the log of the chance to beat.
constexpr std::size_t kJudges = 8;
constexpr double kLogChanceOfDay = -6.9078;  // log 1e-3
/// The coefficient of variation of six to eight normal values over that of all but the largest.
constexpr double kWithoutLargest = 1.2;
/// Where more than one day in so many sold nothing, a day without sales is nothing special.
constexpr std::int64_t kRare = 10;
constexpr std::array kNames{"Sunday",   "Monday", "Tuesday", "Wednesday",
                            "Thursday", "Friday", "Saturday"};

/// Where a bucket lies by the civil clock.
struct Place {
  local_days day;
  int weekday = 0;  // 0 is Sunday
  int hour = 0;
};

Place place_of(const Calendar& calendar, Bucket bucket) {
  const CivilTime civil = calendar.zone().civil(calendar.start(bucket));
  const auto day = std::chrono::floor<days>(civil);
  const auto hour = std::chrono::duration_cast<std::chrono::hours>(civil - day).count();
  return {day, static_cast<int>(std::chrono::weekday(day).c_encoding()), static_cast<int>(hour)};
}

/// How often something was seen, and how often it was nothing.
struct Zeros {
  std::int64_t seen = 0;
  std::int64_t zero = 0;

  void add(double total) {
    ++seen;
    zero += total == 0 ? 1 : 0;
  }
  Zeros& operator+=(const Zeros& other) {
    seen += other.seen;
    zero += other.zero;
    return *this;
  }
  bool never_sold() const { return seen > 0 && zero == seen; }

  /// Whether so many zeros in a row are beyond chance where `others` tell the rate of zeros.
  bool is_closed(const Zeros& others) const {
    if (seen < kFewest || !never_sold() || others.seen == 0) return false;
    const double rate =
        (static_cast<double>(others.zero) + 0.5) / (static_cast<double>(others.seen) + 1);
    return static_cast<double>(seen) * std::log(rate) < std::log(kChance);
  }
};

/// Sum over all series by bucket.
struct Totals {
  Bucket first = 0;
  VectorXd sums;
};

Totals totals_of(const Panel& sales) {
  Totals totals;
  std::optional<Bucket> end;
  for (Index i = 0; i < sales.size(); ++i) {
    const SeriesView series = sales[i];
    if (series.values.empty()) continue;
    totals.first = end ? std::min(totals.first, series.first) : series.first;
    end = end ? std::max(*end, series.end()) : series.end();
  }
  totals.sums = VectorXd::Zero(end ? *end - totals.first : 0);
  for (Index i = 0; i < sales.size(); ++i) {
    const SeriesView series = sales[i];
    for (std::size_t t = 0; t < series.values.size(); ++t) {
      const double y = series.values[t];
      if (!std::isnan(y)) totals.sums[series.first - totals.first + static_cast<Bucket>(t)] += y;
    }
  }
  return totals;
}

class ClosureFinder {
 public:
  ClosureFinder(const Panel& sales, const ClosedTimesRange& range)
      : calendar_(sales.calendar()),
        range_(range),
        totals_(totals_of(sales)),
        hourly_(sales.calendar().frequency().is_sub_daily()) {
    for (Index t = 0; t < totals_.sums.size(); ++t) {
      places_.push_back(place_of(calendar_, totals_.first + t));
      days_[places_.back().day] += totals_.sums[t];
    }
    if (hourly_ && !days_.empty()) {  // the first and the last may be whole or not
      days_.erase(days_.begin());
      if (!days_.empty()) days_.erase(std::prev(days_.end()));
    }
  }

  ClosedTimes find() {
    find_weekdays();
    if (hourly_) find_hours();
    ClosedTimes result{shares_of_week(), {}, std::move(told_)};
    result.sudden = single_days(result.told);
    return result;
  }

 private:
  bool is_known(Bucket bucket) const { return bucket < range_.known; }

  void find_weekdays() {
    std::array<Zeros, kWeekdays> zeros;
    const local_days end = place_of(calendar_, range_.known).day;
    for (const auto& [day, total] : days_) {
      if (day >= end) continue;
      zeros[std::chrono::weekday(day).c_encoding()].add(total);
    }
    Zeros others;
    for (const Zeros& own : zeros) {
      if (!own.never_sold()) others += own;
    }
    for (std::size_t w = 0; w < kWeekdays; ++w) {
      if (!zeros[w].is_closed(others)) continue;
      for (int hour = 0; hour < kHours; ++hour) closed_[w][static_cast<std::size_t>(hour)] = true;
      told_.emplace_back(kNames[w]);
    }
  }

  bool weekday_is_closed(std::size_t w) const {
    return std::all_of(closed_[w].begin(), closed_[w].end(), [](bool closed) { return closed; });
  }

  /// Days with no sale at all say nothing of the hours.
  void find_hours() {
    std::array<std::array<Zeros, kHours>, kWeekdays> zeros;
    for (std::size_t t = 0; t < places_.size(); ++t) {
      const auto day = days_.find(places_[t].day);
      if (!is_known(totals_.first + static_cast<Bucket>(t)) || day == days_.end() ||
          day->second == 0) {
        continue;
      }
      zeros[static_cast<std::size_t>(places_[t].weekday)][static_cast<std::size_t>(places_[t].hour)]
          .add(totals_.sums[static_cast<Index>(t)]);
    }
    std::array<Zeros, kHours> of_hour;
    Zeros selling;
    for (std::size_t hour = 0; hour < kHours; ++hour) {
      for (const auto& weekday : zeros) of_hour[hour] += weekday[hour];
      if (!of_hour[hour].never_sold()) selling += of_hour[hour];
    }
    for (std::size_t hour = 0; hour < kHours; ++hour) {
      if (of_hour[hour].is_closed(selling)) {
        close_hour(hour);
      } else {
        find_hours_of_weekdays(hour, zeros, of_hour[hour]);
      }
    }
  }

  void close_hour(std::size_t hour) {
    for (auto& weekday : closed_) weekday[hour] = true;
    told_.push_back(fmt::format("{:02}:00", hour));
  }

  void find_hours_of_weekdays(std::size_t hour,
                              const std::array<std::array<Zeros, kHours>, kWeekdays>& zeros,
                              const Zeros& all) {
    for (std::size_t w = 0; w < kWeekdays; ++w) {
      const Zeros& own = zeros[w][hour];
      const Zeros others{all.seen - own.seen, all.zero - own.zero};
      if (weekday_is_closed(w) || !own.is_closed(others)) continue;
      closed_[w][hour] = true;
      told_.push_back(fmt::format("{} {:02}:00", kNames[w], hour));
    }
  }

  OpenShares shares_of_week() const {
    if (told_.empty()) return {};
    OpenShares shares{range_.first, VectorXd::Ones(range_.end - range_.first)};
    for (Bucket bucket = range_.first; bucket < range_.end; ++bucket) {
      const Place place = place_of(calendar_, bucket);
      const auto& weekday = closed_[static_cast<std::size_t>(place.weekday)];
      if (weekday[static_cast<std::size_t>(place.hour)]) shares.shares[bucket - range_.first] = 0;
    }
    return shares;
  }

  /// log of a bound of the chance that such a day sells nothing. The largest total is left out, as
  /// a day of unusual sales says nothing of one without; that makes the others' deviation smaller.
  static double log_chance_of_zero(std::deque<double> earlier) {
    earlier.erase(std::max_element(earlier.begin(), earlier.end()));
    double mean = 0;
    double squares = 0;
    for (const double total : earlier) mean += total / static_cast<double>(earlier.size());
    for (const double total : earlier) squares += (total - mean) * (total - mean);
    const double variance =
        kWithoutLargest * kWithoutLargest * squares / static_cast<double>(earlier.size() - 1);
    return variance > 0 ? -mean * mean / variance : -std::numeric_limits<double>::infinity();
  }

  OpenShares single_days(std::vector<std::string>& told) const {
    std::array<std::deque<double>, kWeekdays> earlier;
    std::vector<local_days> closed;
    Zeros open;
    for (const auto& [day, total] : days_) {
      const std::size_t weekday = std::chrono::weekday(day).c_encoding();
      if (weekday_is_closed(weekday)) continue;
      auto& own = earlier[weekday];
      if (total == 0) {
        const bool judged = std::ssize(own) >= kFewest && open.zero * kRare <= open.seen;
        if (judged && log_chance_of_zero(own) < kLogChanceOfDay) {
          closed.push_back(day);
        } else {
          open.add(total);
        }
        continue;
      }
      open.add(total);
      own.push_back(total);
      if (own.size() > kJudges) own.pop_front();
    }
    if (closed.empty()) return {};
    told.push_back(fmt::format("{} single day{}", closed.size(), closed.size() > 1 ? "s" : ""));
    OpenShares shares{totals_.first, VectorXd::Ones(totals_.sums.size())};
    for (std::size_t t = 0; t < places_.size(); ++t) {
      if (std::binary_search(closed.begin(), closed.end(), places_[t].day)) {
        shares.shares[static_cast<Index>(t)] = 0;
      }
    }
    return shares;
  }

  const Calendar& calendar_;
  const ClosedTimesRange& range_;
  Totals totals_;
  bool hourly_;
  std::vector<Place> places_;          // as totals_
  std::map<local_days, double> days_;  // totals of whole civil days
  std::array<std::array<bool, kHours>, kWeekdays> closed_{};
  std::vector<std::string> told_;
};

}  // namespace

ClosedTimes find_closed_times(const Panel& sales, const ClosedTimesRange& range) {
  const Frequency& frequency = sales.calendar().frequency();
  const bool daily = frequency.unit == FrequencyUnit::day && frequency.multiple == 1;
  const bool within_a_day =
      frequency.is_sub_daily() && frequency.longest_step() <= std::chrono::hours(1);
  if (!daily && !within_a_day) return {};
  return ClosureFinder(sales, range).find();
}

}  // namespace forecart

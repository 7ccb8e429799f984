#pragma once

#include "base/calendar.h"

#include <Eigen/Core>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace forecart {

/// One series of a panel, without copying: value i lies in bucket `first + i`; NaN is missing.
struct SeriesView {
  std::string_view id;
  Bucket first = 0;
  std::span<const double> values;

  Bucket end() const { return first + static_cast<Bucket>(values.size()); }
};

/// The series without missing values at either end.
SeriesView trimmed(SeriesView series);

/// Regular series over one calendar: all values in one flat array, offsets say where each begins.
/// Ids are unique and kept in the order they were added.
class Panel {
 public:
  explicit Panel(Calendar calendar) : calendar_(calendar) {}

  /// Throws Error bad_data if the id is already there.
  void add(std::string id, Bucket first, std::span<const double> values);

  Eigen::Index size() const { return static_cast<Eigen::Index>(ids_.size()); }
  SeriesView operator[](Eigen::Index series) const;
  const Calendar& calendar() const { return calendar_; }
  const std::vector<std::string>& ids() const { return ids_; }

  /// The bucket after the last value of any series; 0 if there are no values.
  Bucket end() const;

  /// The part of every series in buckets [from, to). Series with nothing there are kept, empty.
  Panel between(Bucket from, Bucket to) const;

  /// The part of every series that lies `from_end` to `to_end` values before its own end, e.g.
  /// (48, 24) for the day before the last of an hourly panel; all before with `from_end` = kAll.
  static constexpr Eigen::Index kAll = INT64_MAX;
  Panel before_end(Eigen::Index from_end, Eigen::Index to_end) const;

  /// The series at these places, each at most once, in this order.
  Panel only(const std::vector<Eigen::Index>& places) const;

  /// Index of an id, or -1.
  Eigen::Index find(std::string_view id) const;

 private:
  Calendar calendar_;
  std::vector<std::string> ids_;
  std::vector<Bucket> firsts_;
  std::vector<double> values_;
  std::vector<std::size_t> offsets_{0};  // (size + 1)
  std::unordered_map<std::string, Eigen::Index> index_;
};

}  // namespace forecart

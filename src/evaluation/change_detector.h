#pragma once

#include <nlohmann/json_fwd.hpp>

namespace forecart {

/// Page-Hinkley test [Page1954; Hinkley1971] for a change of the mean of a statistic, both ways:
/// the sums of what lies beyond the usual by more than half a standard deviation, counted from
/// their lowest. What is usual is learnt from the values themselves, beside a first guess that
/// counts as eight of them. Single values count at most as four standard deviations.
class ChangeDetector {
 public:
  /// What is expected of the statistic before any value; spread > 0.
  explicit ChangeDetector(double mean = 0, double spread = 1);

  void add(double value);

  /// Shares of what counts as a change: 1 and above is one. Without a change 1 is reached about
  /// once in 900 values on each side.
  double rise() const { return up_ / kLimit; }
  double fall() const { return down_ / kLimit; }

  nlohmann::json save() const;
  /// Reads what save() wrote. Throws Error or nlohmann's exception.
  static ChangeDetector load(const nlohmann::json& state);

 private:
  static constexpr double kLimit = 5;

  double count_;
  double mean_;
  double squares_;  // sum of squared distances from the mean, as of `count_` values
  double up_ = 0;
  double down_ = 0;
};

}  // namespace forecart

#pragma once

#include "base/calendar.h"

#include <Eigen/Core>

#include <optional>
#include <span>
#include <vector>

namespace forecart::trees {

/// Values of one series with running sums, so that a window of any width costs the same. NaN is
/// missing. A position counts values from the first on; "at end e" means that the values before
/// position e are known.
class History {
 public:
  /// `born` is the position of the first value that is not 0, which may lie before the first one
  /// kept (negative); nothing: find it.
  explicit History(std::span<const double> values, std::optional<Bucket> born = {});

  void append(double value);

  Eigen::Index size() const { return static_cast<Eigen::Index>(values_.size()); }
  double operator[](Eigen::Index at) const { return values_[static_cast<std::size_t>(at)]; }
  /// Position of the first value that is not 0; nothing if there is none.
  std::optional<Bucket> born() const { return born_; }

  /// Mean of the known values at [end - width, end), cut at the first; NaN if none is known.
  double mean(Eigen::Index end, Eigen::Index width) const;

  /// Root mean square distance of those values from `centre`; NaN if none is known.
  double distance(Eigen::Index end, Eigen::Index width, double centre) const;

  /// Mean of their absolute values; NaN if none is known.
  double magnitude(Eigen::Index end, Eigen::Index width) const;

  /// Share of zeros among them; NaN if none is known.
  double zero_share(Eigen::Index end, Eigen::Index width) const;

  /// Steps since the last value before `end` that is not 0, at most `limit`.
  Eigen::Index since_sale(Eigen::Index end, Eigen::Index limit) const;

 private:
  struct Sums {
    double value = 0;
    double square = 0;
    double magnitude = 0;
    std::int64_t known = 0;
    std::int64_t zeros = 0;
    std::int64_t last_sale = -1;  ///< position of the last value that is not 0
  };
  const Sums& until(Eigen::Index end) const { return sums_[static_cast<std::size_t>(end)]; }
  const Sums& before(Eigen::Index end, Eigen::Index width) const {
    return until(std::max<Eigen::Index>(end - width, 0));
  }

  std::vector<double> values_;
  std::vector<Sums> sums_;  ///< of the values before each position; (size + 1)
  std::optional<Bucket> born_;
};

}  // namespace forecart::trees

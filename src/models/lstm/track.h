#pragma once

#include "models/lstm/measure.h"

#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

namespace forecart::lstm {

/// Means of a phase of a season: of the values there, and of the levels that they lay at.
struct PhaseMean {
  double value = 0;
  double level = 0;
  Eigen::Index count = 0;  ///< seasons that were averaged; 0: none is known
};

/// One series in working units, without gaps, with running sums: any mean over a window or over the
/// same phase of past seasons costs the same. A position counts values from the first on; "at end
/// e" means that the values before position e are known, and nothing here looks at later ones.
class Track {
 public:
  /// `seasons` ascending, at least one, each at least 1.
  Track(const Measure& measure, std::vector<int> seasons);

  /// NaN is missing: such a value is read as the one a season (the shortest) before, else as the
  /// last known one. Values before the first known one are read as it.
  void append(std::span<const double> values);

  Eigen::Index size() const { return static_cast<Eigen::Index>(values_.size()); }
  const Measure& measure() const { return measure_; }
  const std::vector<int>& seasons() const { return seasons_; }

  /// As given: NaN where missing.
  double value(Eigen::Index at) const { return values_[static_cast<std::size_t>(at)]; }
  /// In working units, never missing; before the first value the first.
  double working(Eigen::Index at) const {
    return working_[static_cast<std::size_t>(at < 0 ? 0 : at)];
  }

  /// Mean of the working values at [end - width, end), cut at the first one; needs end >= 1.
  double mean(Eigen::Index end, Eigen::Index width) const;
  /// Their standard deviation.
  double deviation(Eigen::Index end, Eigen::Index width) const;
  /// Mean size of the steps between neighbours there.
  double step_size(Eigen::Index end, Eigen::Index width) const;

  /// Over the last `count` seasons (the `season`-th length) before `end`, at the phase of `target`.
  PhaseMean phase(std::size_t season, Eigen::Index target, Eigen::Index end,
                  Eigen::Index count) const;

 private:
  /// Sums of the values at a phase up to each position, and of their trailing means.
  struct PhaseSums {
    std::vector<double> value;
    std::vector<double> level;
  };
  void add(double working);
  /// Median in working units; needs a known value.
  double usual(std::span<const double> values) const;
  double filled(double y) const;

  Measure measure_;
  std::vector<int> seasons_;
  std::vector<double> values_;
  std::vector<double> working_;
  double origin_ = 0;  // a usual value; sums are of distances from it, so that little is lost
  std::vector<double> sum_{0};     // (size + 1)
  std::vector<double> square_{0};  // (size + 1)
  std::vector<double> steps_{0};   // (size + 1)
  std::vector<PhaseSums> phases_;  // per season
};

}  // namespace forecart::lstm

#pragma once

#include <Eigen/Core>

#include <cstdint>

namespace forecart {

/// What is drawn again and again: parts of an average that move it one by one.
struct ResamplingPlan {
  Eigen::Index units = 0;
  Eigen::Index block = 1;  ///< neighbours that are drawn together, as they depend on each other
  std::uint64_t seed = 1;

  Eigen::Index blocks() const { return units / block; }
};

/// sqrt(n / (n - 1)) t_{n-1} / z at 97.5 %: an average of few parts varies by so much more than
/// their spread, or draws of them, tell [Hesterberg2015]. 1 for a single one.
double few_units_widening(Eigen::Index units);

/// Draws units with replacement, blocks of neighbours on a circle at a time
/// [Kunsch1989; PolitisRomano1992], and says how often each came, scaled so that every draw counts
/// `units` of them. The same plan gives the same draws.
class Resampling {
 public:
  explicit Resampling(const ResamplingPlan& plan);

  /// Where there are fewer blocks nothing can be said of how they vary.
  static constexpr Eigen::Index kFewestBlocks = 4;

  /// How an average moves from draw to draw, (draws, columns), given by how much each unit moves
  /// it, (units, columns), columns that sum to zero. Widened as the number of blocks asks for.
  Eigen::MatrixXd deviations(const Eigen::MatrixXd& influence) const;

 private:
  Eigen::MatrixXd counts_;  // (draws, units)
  double widening_;
};

/// Units that parts are put together to, at most: neighbours stay together.
Eigen::Index units_for(Eigen::Index parts);

/// Sums of the rows of each unit: (parts, columns) to (units, columns).
Eigen::MatrixXd into_units(const Eigen::MatrixXd& influence, Eigen::Index units);

/// Where 95 % of the draws lie, around the average itself.
struct Interval95 {
  double low = 0;
  double high = 0;
  double p_value = 1;  ///< of the average being zero: share of draws that stray as far
};

/// Of an average whose draws stray from it by `deviations`.
Interval95 interval_of(double average, const Eigen::VectorXd& deviations);

}  // namespace forecart

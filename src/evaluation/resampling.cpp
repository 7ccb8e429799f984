#include "evaluation/resampling.h"

#include "base/random.h"
#include "math/student_t.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index kDraws = 2000;
constexpr Index kMostUnits = 512;
constexpr double kTail = .025;
constexpr double kNormal975 = 1.959963984540054;  // the normal quantile at 1 - kTail

/// Type-7 sample quantile [HyndmanFan1996] of sorted values.
double quantile_of(const std::vector<double>& sorted, double probability) {
  const double at = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

double few_units_widening(Index units) {
  if (units < 2) return 1;
  const auto n = static_cast<double>(units);
  return std::sqrt(n / (n - 1)) * student_quantile(1 - kTail, n - 1) / kNormal975;
}

Resampling::Resampling(const ResamplingPlan& plan)
    : counts_(MatrixXd::Zero(kDraws, plan.units)), widening_(few_units_widening(plan.blocks())) {
  const Index drawn = (plan.units + plan.block - 1) / plan.block;
  const double scale = static_cast<double>(plan.units) / static_cast<double>(drawn * plan.block);
  Generator generator(plan.seed);
  for (Index draw = 0; draw < kDraws; ++draw) {
    for (Index i = 0; i < drawn; ++i) {
      const auto first =
          static_cast<Index>(generator.below(static_cast<std::uint64_t>(plan.units)));
      for (Index k = 0; k < plan.block; ++k) counts_(draw, (first + k) % plan.units) += scale;
    }
  }
}

MatrixXd Resampling::deviations(const MatrixXd& influence) const {
  return widening_ * (counts_ * influence);
}

Index units_for(Index parts) {
  return std::min(parts, kMostUnits);
}

MatrixXd into_units(const MatrixXd& influence, Index units) {
  MatrixXd result = MatrixXd::Zero(units, influence.cols());
  for (Index i = 0; i < influence.rows(); ++i) {
    result.row(i * units / influence.rows()) += influence.row(i);
  }
  return result;
}

Interval95 interval_of(double average, const VectorXd& deviations) {
  std::vector<double> sorted(deviations.begin(), deviations.end());
  std::sort(sorted.begin(), sorted.end());
  const auto as_far = static_cast<double>((deviations.array().abs() >= std::abs(average)).count());
  const auto draws = static_cast<double>(sorted.size());
  return {average + quantile_of(sorted, kTail), average + quantile_of(sorted, 1 - kTail),
          (1 + as_far) / (1 + draws)};
}

}  // namespace forecart

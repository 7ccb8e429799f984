#include "evaluation/stacking.h"

#include "math/median.h"

#include <algorithm>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Moments beyond so many typical ones count as much: one absurd series shall not rule its group.
constexpr double kMostMoment = 50;

/// Share of the squared steps of the history in the unit of a series: what was silent at the
/// origins tells little, and would else praise whoever forecasts nothing as loudly as the others.
constexpr double kShareOfSteps = .25;

/// Second moments of the errors of one series' usable candidates in units of the median candidate's
/// and of what the series moves by.
struct Moments {
  explicit Moments(const SeriesTrial& trial) : origins(trial.effective_origins()) {
    if (trial.losses.cols() == 0) return;
    for (Index m = 0; m < trial.products.rows(); ++m) {
      if (trial.losses.row(m).allFinite()) usable.push_back(m);
    }
    if (usable.empty()) return;
    const MatrixXd own = trial.products(usable, usable);
    const double unit = median({own.diagonal().begin(), own.diagonal().end()}) +
                        kShareOfSteps * trial.squared_step + std::numeric_limits<double>::min();
    values = (own / unit).cwiseMin(kMostMoment).cwiseMax(-kMostMoment);
  }

  std::vector<Index> usable;
  MatrixXd values;  // (usable, usable)
  double origins;
};

/// What the series of a group have in common.
struct GroupMoments {
  GroupMoments(const std::vector<Moments>& series, Index candidates)
      : sum(MatrixXd::Zero(candidates, candidates)), count(sum) {
    for (const Moments& own : series) {
      if (own.usable.empty() || !own.values.allFinite()) continue;
      sum(own.usable, own.usable) += own.values;
      count(own.usable, own.usable).array() += 1;
      origins += own.origins;
    }
  }

  /// Those of a series with what the group adds.
  MatrixXd beside(const Moments& own) const {
    const MatrixXd mean =
        (sum(own.usable, own.usable).array() / count(own.usable, own.usable).array().max(1.0));
    MatrixXd c = (own.origins * own.values + kGroupOrigins * mean) / (own.origins + kGroupOrigins);
    c.diagonal().array() += c.diagonal().minCoeff() / std::max(origins, 1.0);
    return c;
  }

  MatrixXd sum;
  MatrixXd count;
  double origins = 0;
};

}  // namespace

std::vector<VectorXd> stack(const std::vector<const SeriesTrial*>& group,
                            const MomentSolver& solver) {
  std::vector<Moments> moments;
  for (const SeriesTrial* trial : group) moments.emplace_back(*trial);
  const Index candidates = group.empty() ? 0 : group.front()->losses.rows();
  const GroupMoments common(moments, candidates);
  std::vector<VectorXd> result;
  for (const Moments& own : moments) {
    result.emplace_back();
    if (own.usable.empty() || !own.values.allFinite()) continue;
    result.back() = VectorXd::Zero(candidates);
    result.back()(own.usable) = solver(common.beside(own));
  }
  return result;
}

}  // namespace forecart

#include "evaluation/selection.h"

#include "evaluation/stacking.h"
#include "math/median.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Share of the typical loss below which losses hardly differ: there is nothing left to win.
constexpr double kLeastLoss = .02;
/// Of log ratios: what loses more than twice the typical loss is no use, however much more.
constexpr double kMostRatio = .7;
/// Combined are at most so many, none whose score is further behind the best.
constexpr std::size_t kMostLeaders = 6;
constexpr double kFarthestLeader = .3;
constexpr double kWeightPower = 8;
/// Weights of least squares that are worth a fit.
constexpr double kLeastWeight = .02;
/// Standard deviation of log ratios where no other series tells it.
constexpr double kUsualSpread = .25;

/// Log ratio of a candidate on a series, the variance of one origin's, and of how many origins
/// without overlap the mean has the variance.
struct Evidence {
  double ratio = kNaN;
  double variance = kNaN;
  double origins = 0;
};

/// The losses of one series beside what is typical of it.
class TypicalLoss {
 public:
  explicit TypicalLoss(const SeriesTrial& trial) : trial_(trial), at_(trial.losses.cols()) {
    std::vector<Index> usable;
    for (Index m = 0; m < trial.losses.rows(); ++m) {
      if (trial.losses.row(m).allFinite()) usable.push_back(m);
    }
    if (usable.empty() || at_.size() == 0) return;
    const MatrixXd losses = trial.losses(usable, Eigen::all);
    for (Index w = 0; w < at_.size(); ++w) at_[w] = median_of(losses.col(w));
    mean_ = median_of(losses.rowwise().mean());
    least_ = kLeastLoss * mean_ + std::numeric_limits<double>::min();
  }

  /// Of candidate `m`; see rank_candidates.
  Evidence evidence(Index m) const {
    Evidence result;
    const auto own = trial_.losses.row(m);
    if (!own.allFinite() || own.size() == 0) return result;
    result.ratio = log_ratio(own.mean(), mean_);
    result.origins = trial_.effective_origins();
    if (own.size() < 2) return result;
    const auto count = static_cast<double>(own.size());
    VectorXd ratios(own.size());
    for (Index w = 0; w < own.size(); ++w) ratios[w] = log_ratio(own[w], at_[w]);
    const double spread = (ratios.array() - ratios.mean()).square().sum() / (count - 1);
    result.variance = spread / (1 - trial_.overlap);
    return result;
  }

 private:
  static double median_of(const auto& values) {
    return median(std::vector<double>(values.begin(), values.end()));
  }

  double log_ratio(double loss, double typical) const {
    const double power = trial_.squared ? 0.5 : 1.0;
    return std::min(power * std::log((loss + least_) / (typical + least_)), kMostRatio);
  }

  const SeriesTrial& trial_;
  VectorXd at_;  // each origin
  double mean_ = 0;
  double least_ = 0;
};

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// What the series of a group say about one candidate.
struct GroupView {
  double mean = 0;                               // of the ratios
  double between = kUsualSpread * kUsualSpread;  // variance of the true ratios
  double origin = between;  // variance of one origin's ratio, pooled; as usual where nobody has two

  explicit GroupView(const std::vector<Evidence>& series) {
    std::vector<double> ratios;
    std::vector<double> variances;
    std::vector<double> origins;
    for (const Evidence& own : series) {
      if (std::isnan(own.ratio)) continue;
      ratios.push_back(own.ratio);
      origins.push_back(1 / own.origins);
      if (!std::isnan(own.variance)) variances.push_back(own.variance);
    }
    if (!variances.empty()) origin = mean_of(variances);
    if (ratios.size() < 2 || variances.empty()) return;
    mean = mean_of(ratios);
    double squares = 0;
    for (const double ratio : ratios) squares += (ratio - mean) * (ratio - mean);
    const double total = squares / static_cast<double>(ratios.size() - 1);
    between = std::max(0.0, total - origin * mean_of(origins));
  }

  /// The ratio of a series, drawn to the mean.
  double shrunk(const Evidence& own) const {
    if (std::isnan(own.ratio)) return own.ratio;
    const double noise = origin / own.origins;
    if (!(between + noise > 0)) return mean;
    const double lambda = between / (between + noise);
    return lambda * own.ratio + (1 - lambda) * mean;
  }
};

Ranking rank(const VectorXd& ratios, const VectorXd& costs) {
  Ranking result;
  result.scores = ratios.array() + kPriceOfCost * (costs.array() / costs.minCoeff()).log10();
  for (Index m = 0; m < ratios.size(); ++m) {
    if (!std::isnan(ratios[m])) result.order.push_back(m);
  }
  std::stable_sort(result.order.begin(), result.order.end(),
                   [&](Index a, Index b) { return result.scores[a] < result.scores[b]; });
  for (const Index m : result.order) {
    const double behind = result.scores[m] - result.scores[result.order.front()];
    result.weights.push_back(std::exp(-kWeightPower * behind));
    if (behind <= kFarthestLeader && result.leaders < kMostLeaders) ++result.leaders;
  }
  return result;
}

/// Puts the candidates that least squares weighs (candidates) first, the heaviest before.
void lead_with(const VectorXd& weights, Ranking& ranking) {
  const auto heavier = [&](Index a, Index b) { return weights[a] > weights[b]; };
  std::stable_sort(ranking.order.begin(), ranking.order.end(), heavier);
  ranking.leaders = 0;
  for (const Index m : ranking.order) {
    if (weights[m] >= kLeastWeight && ranking.leaders < kMostLeaders) ++ranking.leaders;
  }
  const double last = weights[ranking.order[ranking.leaders - 1]];
  for (std::size_t k = 0; k < ranking.order.size(); ++k) {
    ranking.weights[k] = k < ranking.leaders ? weights[ranking.order[k]] : last;
  }
}

/// Weighs the series of one group by least squares, where their errors are known.
void stack_group(const std::vector<SeriesTrial>& trials, const std::vector<std::size_t>& members,
                 std::vector<Ranking>& rankings) {
  std::vector<const SeriesTrial*> group;
  for (const std::size_t i : members) group.push_back(&trials[i]);
  const std::vector<VectorXd> weights = stack(group);
  for (std::size_t k = 0; k < members.size(); ++k) {
    Ranking& own = rankings[members[k]];
    if (weights[k].size() > 0 && !own.order.empty()) lead_with(weights[k], own);
  }
}

}  // namespace

std::vector<Ranking> rank_candidates(const std::vector<SeriesTrial>& trials,
                                     const VectorXd& costs) {
  std::map<int, std::vector<std::size_t>> groups;
  std::vector<TypicalLoss> typical;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    groups[trials[i].group].push_back(i);
    typical.emplace_back(trials[i]);
  }
  MatrixXd ratios = MatrixXd::Constant(costs.size(), std::ssize(trials), kNaN);
  for (const auto& [group, members] : groups) {
    for (Index m = 0; m < costs.size(); ++m) {
      std::vector<Evidence> own;
      for (const std::size_t i : members) own.push_back(typical[i].evidence(m));
      const GroupView view(own);
      for (std::size_t k = 0; k < members.size(); ++k) {
        ratios(m, static_cast<Index>(members[k])) = view.shrunk(own[k]);
      }
    }
  }
  std::vector<Ranking> result;
  for (Index i = 0; i < ratios.cols(); ++i) result.push_back(rank(ratios.col(i), costs));
  for (const auto& [group, members] : groups) {
    if (trials[members.front()].squared) stack_group(trials, members, result);
  }
  return result;
}

}  // namespace forecart

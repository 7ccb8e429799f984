#include "evaluation/selection.h"

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
/// Losses below this share of candidate 0's are equal: there is nothing left to win.
constexpr double kLeastLoss = 1e-3;
/// Of log ratios, so that one absurd forecast does not rule a group.
constexpr double kMostRatio = 5;

/// Log ratio of a candidate on a series, the variance of one origin's, and of how many origins
/// without overlap the mean has the variance.
struct Evidence {
  double ratio = kNaN;
  double variance = kNaN;
  double origins = 0;
};

double log_ratio(double loss, double reference, double least) {
  return std::clamp(std::log((loss + least) / (reference + least)), -kMostRatio, kMostRatio);
}

/// Of candidate `m` on one series; see rank_candidates.
Evidence evidence(const SeriesTrial& trial, Index m) {
  Evidence result;
  const auto own = trial.losses.row(m);
  const auto first = trial.losses.row(0);
  if (!own.allFinite() || own.size() == 0) return result;
  const double least = kLeastLoss * first.mean() + std::numeric_limits<double>::min();
  const double power = trial.squared ? 0.5 : 1.0;
  result.ratio = power * log_ratio(own.mean(), first.mean(), least);
  const auto count = static_cast<double>(own.size());
  result.origins = count / (1 + (count - 1) * trial.overlap);
  if (own.size() < 2) return result;
  VectorXd ratios(own.size());
  for (Index w = 0; w < own.size(); ++w) ratios[w] = power * log_ratio(own[w], first[w], least);
  const double spread = (ratios.array() - ratios.mean()).square().sum() / (count - 1);
  result.variance = spread / (1 - trial.overlap);
  return result;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// What the series of a group say about one candidate.
struct GroupView {
  double mean = 0;       // of the ratios
  double between = 0;    // variance of the true ratios
  double origin = kNaN;  // variance of one origin's ratio, pooled; NaN where nobody has two

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
    if (ratios.size() < 2 || variances.empty()) return;
    mean = mean_of(ratios);
    origin = mean_of(variances);
    double squares = 0;
    for (const double ratio : ratios) squares += (ratio - mean) * (ratio - mean);
    const double total = squares / static_cast<double>(ratios.size() - 1);
    between = std::max(0.0, total - origin * mean_of(origins));
  }

  /// The ratio of a series, drawn to the mean; as it stands where the group says nothing.
  double shrunk(const Evidence& own) const {
    if (std::isnan(origin) || std::isnan(own.ratio)) return own.ratio;
    const double noise = origin / own.origins;
    if (!(between + noise > 0)) return mean;
    const double lambda = between / (between + noise);
    return lambda * own.ratio + (1 - lambda) * mean;
  }
};

Ranking rank(const VectorXd& scores, const VectorXd& costs) {
  Ranking result;
  result.scores = scores;
  const VectorXd priced =
      scores.array() + kPriceOfCost * (costs.array() / costs.minCoeff()).log10();
  for (Index m = 0; m < scores.size(); ++m) {
    if (!std::isnan(scores[m])) result.order.push_back(m);
  }
  std::stable_sort(result.order.begin(), result.order.end(),
                   [&](Index a, Index b) { return priced[a] < priced[b]; });
  return result;
}

}  // namespace

std::vector<Ranking> rank_candidates(const std::vector<SeriesTrial>& trials,
                                     const VectorXd& costs) {
  std::map<int, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < trials.size(); ++i) groups[trials[i].group].push_back(i);
  MatrixXd scores = MatrixXd::Constant(costs.size(), std::ssize(trials), kNaN);
  for (const auto& [group, members] : groups) {
    for (Index m = 0; m < costs.size(); ++m) {
      std::vector<Evidence> own;
      for (const std::size_t i : members) own.push_back(evidence(trials[i], m));
      const GroupView view(own);
      for (std::size_t k = 0; k < members.size(); ++k) {
        scores(m, static_cast<Index>(members[k])) = view.shrunk(own[k]);
      }
    }
  }
  std::vector<Ranking> result;
  for (Index i = 0; i < scores.cols(); ++i) result.push_back(rank(scores.col(i), costs));
  return result;
}

}  // namespace forecart

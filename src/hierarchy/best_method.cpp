#include "hierarchy/reconcile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Those that usually do best come first.
constexpr Reconciliation kCandidates[]{
    Reconciliation::shrinkage, Reconciliation::variance,  Reconciliation::structural,
    Reconciliation::ols,       Reconciliation::bottom_up, Reconciliation::top_down_forecasts};

/// Nodes times origins that are judged in seconds; fewer origins, but two, of very many nodes.
constexpr Index kJudgedNodes = 200'000;

/// What an origin forecast and how it erred, and the errors of all others.
struct Fold {
  MatrixXd means;
  MatrixXd errors;
  MatrixXd others;
};

MatrixXd known_or_zero(const MatrixXd& values) {
  return values.unaryExpr([](double value) { return std::isfinite(value) ? value : 0.0; });
}

Fold fold_of(const BaseForecasts& base, Index origin) {
  std::vector<Index> own;
  std::vector<Index> rest;
  for (Index point = 0; point < base.errors.cols(); ++point) {
    (base.origins[static_cast<std::size_t>(point)] == origin ? own : rest).push_back(point);
  }
  return {known_or_zero(base.past_means(Eigen::all, own)), base.errors(Eigen::all, own),
          base.errors(Eigen::all, rest)};
}

/// Errors of the fold had its forecasts been reconciled: (y - y^) + (y^ - y~), NaN where not known.
MatrixXd errors_of(const Hierarchy& hierarchy, const Fold& fold, Reconciliation method) {
  return fold.errors + fold.means -
         reconcile(hierarchy, {fold.means, fold.others, {}}, {method, false});
}

VectorXd squares_of(const MatrixXd& errors) {
  return errors.unaryExpr([](double e) { return std::isfinite(e) ? e * e : 0.0; }).rowwise().sum();
}

/// Geometric mean over the levels of squares over those of the base forecasts.
double relative_loss(const Hierarchy& hierarchy, const VectorXd& own, const VectorXd& base) {
  VectorXd above = VectorXd::Zero(std::ssize(hierarchy.levels));
  VectorXd below = above;
  for (Index node = 0; node < hierarchy.nodes(); ++node) {
    const Index level = hierarchy.level_of[static_cast<std::size_t>(node)];
    above[level] += own[node];
    below[level] += base[node];
  }
  double sum = 0;
  for (Index level = 0; level < above.size(); ++level) {
    if (above[level] > 0 && below[level] > 0) sum += std::log(above[level] / below[level]);
  }
  return sum;
}

}  // namespace

Reconciliation best_method(const Hierarchy& hierarchy, const BaseForecasts& base) {
  const std::set<Index> all(base.origins.begin(), base.origins.end());
  if (all.size() < 2) return Reconciliation::structural;
  const Index possible = std::clamp(kJudgedNodes / hierarchy.nodes(), Index{2}, kJudged);
  const std::vector<Index> latest(std::prev(all.end(), std::min(possible, std::ssize(all))),
                                  all.end());
  std::vector<VectorXd> squares(std::size(kCandidates), VectorXd::Zero(hierarchy.nodes()));
  VectorXd before = VectorXd::Zero(hierarchy.nodes());
  for (const Index origin : latest) {
    const Fold fold = fold_of(base, origin);
    before += squares_of(fold.errors);
    for (std::size_t i = 0; i < squares.size(); ++i) {
      squares[i] += squares_of(errors_of(hierarchy, fold, kCandidates[i]));
    }
  }
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < squares.size(); ++i) {
    const double loss = relative_loss(hierarchy, squares[i], before);
    if (loss < least) best = i;
    least = std::min(least, loss);
  }
  return kCandidates[best];
}

}  // namespace forecart

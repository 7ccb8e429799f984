#include "models/sarima/order_search.h"

#include "math/roots.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Log-likelihood that a fit of the search may be short of its optimum.
constexpr double kSearchTolerance = 1e-2;
/// The best models, and how near to the best they are, that are fitted again from all starts.
constexpr double kClose = 10;
constexpr int kSeasonalFinalists = 3;
constexpr double kSeasonalClose = 2;
constexpr double kFinalTolerance = 1e-6;
/// AICc behind the best at which a fit is given up.
constexpr double kHopeless = 6;
constexpr int kMostIterations = 60;
/// Values up to which every model is fitted from all starts at once.
constexpr Index kShort = 200;
/// Where a coefficient starts that its neighbour lacks.
constexpr double kNewParameter = 0.1;
/// R refuses models with a root nearer to the unit circle.
constexpr double kNearUnitRoot = 1.01;

using Key = std::tuple<int, int, int, int, bool>;

Key key_of(const SarimaOrder& o, bool constant) {
  return {o.p, o.q, o.P, o.Q, constant};
}

/// Unconstrained parameters of `from` as a start for `order`: blocks ar, ma, sar, sma are cut off
/// or grow by small values.
VectorXd carried_over(const Estimate& from, const SarimaOrder& order) {
  const std::array old_counts{from.order.p, from.order.q, from.order.P, from.order.Q};
  const std::array new_counts{order.p, order.q, order.P, order.Q};
  VectorXd u = VectorXd::Constant(order.parameters(), kNewParameter);
  Index read = 0;
  Index write = 0;
  for (std::size_t block = 0; block < old_counts.size(); ++block) {
    const int kept = std::min(old_counts[block], new_counts[block]);
    u.segment(write, kept) = from.u.segment(read, kept).cwiseMax(-3).cwiseMin(3);
    read += old_counts[block];
    write += new_counts[block];
  }
  return u;
}

/// Changes of (p, q, P, Q) that make a neighbour, as in the stepwise search.
constexpr std::array<std::array<int, 4>, 16> kMoves = {{{0, 0, 1, 0},
                                                        {0, 0, -1, 0},
                                                        {0, 0, 0, 1},
                                                        {0, 0, 0, -1},
                                                        {0, 0, 1, 1},
                                                        {0, 0, -1, -1},
                                                        {0, 0, 1, -1},
                                                        {0, 0, -1, 1},
                                                        {1, 0, 0, 0},
                                                        {-1, 0, 0, 0},
                                                        {0, 1, 0, 0},
                                                        {0, -1, 0, 0},
                                                        {1, 1, 0, 0},
                                                        {-1, -1, 0, 0},
                                                        {1, -1, 0, 0},
                                                        {-1, 1, 0, 0}}};

class OrderSearch {
 public:
  OrderSearch(const SearchProblem& problem, const SearchOptions& options)
      : problem_(problem), options_(options) {}

  std::vector<Candidate> run() {
    begin();
    do {
      expand_best();
    } while (refine_best());
    polish();
    return ranked();
  }

 private:
  void begin() {
    const bool constant = problem_.constant.has_value();
    const auto start = [&](int p, int q, int P, int Q) { try_first(p, q, P, Q, constant); };
    start(2, 2, 1, 1);
    start(0, 0, 0, 0);
    start(1, 0, 1, 0);
    start(0, 1, 0, 1);
    if (constant) try_first(0, 0, 0, 0, false);
  }

  void try_first(int p, int q, int P, int Q, bool constant) {
    SarimaOrder order = problem_.order;
    order.p = std::min(p, options_.max_p);
    order.q = std::min(q, options_.max_q);
    order.P = std::min(P, options_.max_P);
    order.Q = std::min(Q, options_.max_Q);
    attempt(order, constant, nullptr);
  }

  bool is_allowed(const SarimaOrder& o) const {
    return o.p >= 0 && o.q >= 0 && o.P >= 0 && o.Q >= 0 && o.p <= options_.max_p &&
           o.q <= options_.max_q && o.P <= options_.max_P && o.Q <= options_.max_Q;
  }

  /// Brings the best model to its optimum.
  void polish() {
    const std::vector<Key> first = best(1);
    if (first.empty()) return;
    Candidate& winner = tried_.at(first.front()).candidate;
    EstimateOptions options;
    options.starts.push_back(winner.estimate.u);
    options.fixed_starts = 0;
    Candidate again = fit(winner.order, winner.constant, options);
    if (again.aicc <= winner.aicc) winner = std::move(again);
  }

  /// Keys of the usable models in ascending order of AICc, at most `count`.
  std::vector<Key> best(int count) const {
    std::vector<std::pair<double, Key>> all;
    for (const auto& [key, tried] : tried_) {
      if (std::isfinite(tried.candidate.aicc)) all.emplace_back(tried.candidate.aicc, key);
    }
    const std::size_t kept = std::min(all.size(), static_cast<std::size_t>(count));
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end());
    std::vector<Key> keys;
    for (std::size_t i = 0; i < kept; ++i) keys.push_back(all[i].second);
    return keys;
  }

  bool is_short() const { return problem_.plain.y.size() <= kShort; }

  bool has_room() const { return static_cast<int>(tried_.size()) < options_.most_fits; }

  /// Tries neighbours until those of the best `width` models are all known.
  void expand_best() {
    for (bool found = true; found && has_room();) {
      found = false;
      for (const Key& key : best(options_.width)) {
        if (tried_.at(key).expanded) continue;
        expand(key);
        found = true;
        break;
      }
    }
  }

  /// Fits the models near the best from further starts, since the optimum next to the neighbour's
  /// need not be the highest; short series had them all. True if that changed any of the best.
  bool refine_best() {
    bool changed = false;
    const bool seasonal = problem_.order.s > 1;
    const std::vector<Key> keys =
        best(seasonal ? std::min(options_.finalists, kSeasonalFinalists) : options_.finalists);
    const double close = seasonal ? kSeasonalClose : kClose;
    const double limit = keys.empty() ? 0 : tried_.at(keys.front()).candidate.aicc + close;
    for (const Key& key : keys) {
      Tried& tried = tried_.at(key);
      if (tried.refined || tried.candidate.aicc > limit) continue;
      tried.refined = true;
      EstimateOptions options;
      options.tolerance = kFinalTolerance;
      options.max_iterations = kMostIterations;
      options.starts.push_back(tried.candidate.estimate.u);
      options.fixed_starts = is_short() ? 0 : options_.last_starts;
      Candidate again = fit(tried.candidate.order, tried.candidate.constant, options);
      changed = changed || again.aicc < tried.candidate.aicc - kSearchTolerance;
      if (again.aicc < tried.candidate.aicc) tried.candidate = std::move(again);
    }
    return changed && has_room();
  }

  void expand(const Key& key) {
    tried_.at(key).expanded = true;
    const Candidate base = tried_.at(key).candidate;
    for (const auto& move : kMoves) {
      SarimaOrder order = base.order;
      order.p += move[0];
      order.q += move[1];
      order.P += move[2];
      order.Q += move[3];
      if (is_allowed(order)) attempt(order, base.constant, &base.estimate);
    }
    if (problem_.constant) attempt(base.order, !base.constant, &base.estimate);
  }

  void attempt(const SarimaOrder& order, bool constant, const Estimate* neighbour) {
    const Key key = key_of(order, constant);
    if (tried_.contains(key) || !has_room()) return;
    EstimateOptions options;
    options.tolerance = kSearchTolerance;
    options.max_iterations = kMostIterations;
    options.wanted = wanted(order, constant);
    if (neighbour != nullptr) options.starts.push_back(carried_over(*neighbour, order));
    options.fixed_starts = neighbour == nullptr ? options_.first_starts : 0;
    if (is_short()) options.fixed_starts = 3;
    tried_.emplace(key, Tried{fit(order, constant, options)});
  }

  /// Log-likelihood that a model must have to come near the best one known.
  double wanted(const SarimaOrder& order, bool constant) const {
    const std::vector<Key> first = best(1);
    if (first.empty()) return -kInfinity;
    const Sample& sample = constant ? *problem_.constant : problem_.plain;
    const Index estimated = order.parameters() + sample.x.cols() + 1;
    const double limit = tried_.at(first.front()).candidate.aicc + kHopeless;
    return 0.5 * (aicc(0, estimated, sample.y.size()) - limit);
  }

  Candidate fit(const SarimaOrder& order, bool constant, const EstimateOptions& options) const {
    const Sample& sample = constant ? *problem_.constant : problem_.plain;
    Candidate c{order, constant, {}, kInfinity};
    const Index estimated = order.parameters() + sample.x.cols() + 1;
    if (!std::isfinite(aicc(0, estimated, sample.y.size()))) return c;
    c.estimate = estimate(order, sample, options);
    if (!std::isfinite(c.estimate.log_likelihood)) return c;
    if (options_.refuse_near_unit_roots && smallest_root(c.estimate.arma) < kNearUnitRoot) return c;
    c.aicc = aicc(c.estimate.log_likelihood, estimated, sample.y.size());
    return c;
  }

  std::vector<Candidate> ranked() const {
    std::vector<Candidate> candidates;
    for (const Key& key : best(options_.most_fits)) candidates.push_back(tried_.at(key).candidate);
    return candidates;
  }

  struct Tried {
    Candidate candidate;
    bool expanded = false;
    bool refined = false;
  };

  const SearchProblem& problem_;
  const SearchOptions& options_;
  std::map<Key, Tried> tried_;
};

}  // namespace

double aicc(double log_likelihood, Index estimated, Index n) {
  if (n <= estimated + 1) return kInfinity;
  const auto k = static_cast<double>(estimated);
  return 2 * k - 2 * log_likelihood + 2 * k * (k + 1) / (static_cast<double>(n) - k - 1);
}

double smallest_root(const SeasonalArma<double>& arma) {
  double smallest = kInfinity;
  const auto look_at = [&](const std::vector<double>& coefficients, double sign, std::size_t unit) {
    LagPolynomial<double> polynomial{1};
    for (const double c : coefficients) polynomial.push_back(sign * c);
    const auto zeros = roots(polynomial);
    if (zeros.empty()) return;
    smallest = std::min(smallest, std::pow(std::abs(zeros[0]), 1 / static_cast<double>(unit)));
  };
  look_at(arma.regular.ar, -1, 1);
  look_at(arma.regular.ma, 1, 1);
  look_at(arma.seasonal.ar, -1, arma.s);
  look_at(arma.seasonal.ma, 1, arma.s);
  return smallest;
}

std::vector<Candidate> search_orders(const SearchProblem& problem, const SearchOptions& options) {
  return OrderSearch(problem, options).run();
}

}  // namespace forecart::sarima

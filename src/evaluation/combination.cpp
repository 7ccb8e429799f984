#include "evaluation/combination.h"

#include "base/error.h"
#include "evaluation/stacking.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::array<std::string_view, 7> kNames{
    "auto", "mean", "median", "trimmed", "inverse-error", "least-squares", "greedy"};

/// Members that a greedy bag takes, some of them several times [Caruana2004 sec. 2.2].
constexpr int kBag = 50;

/// The bag whose mean error has the smallest second moment, grown one member at a time.
VectorXd greedy_bag(const MatrixXd& c) {
  VectorXd bag = VectorXd::Zero(c.rows());
  VectorXd product = bag;  // C bag
  for (int round = 0; round < kBag; ++round) {
    // (b + e_m)' C (b + e_m) = b'Cb + 2 (Cb)_m + C_mm; the first term is the same for all
    Index best = 0;
    (2 * product + c.diagonal()).minCoeff(&best);
    bag[best] += 1;
    product += c.col(best);
  }
  return bag / kBag;
}

VectorXd equal_weights(Index members) {
  return VectorXd::Constant(members, 1 / static_cast<double>(members));
}

VectorXd weights_of(const Ranking& ranking, Index members) {
  if (ranking.leaders == 0) return equal_weights(members);
  VectorXd weights = VectorXd::Zero(members);
  for (std::size_t k = 0; k < ranking.leaders; ++k) {
    weights[ranking.order[k]] = ranking.weights[k];
  }
  return weights / weights.sum();
}

std::vector<VectorXd> ranked_weights(const std::vector<SeriesTrial>& trials) {
  const Index members = trials.front().losses.rows();
  std::vector<VectorXd> result;
  for (const Ranking& ranking : rank_candidates(trials, VectorXd::Ones(members))) {
    result.push_back(weights_of(ranking, members));
  }
  return result;
}

/// Weights that a solver finds for the second moments of each series' errors.
std::vector<VectorXd> solved_weights(const std::vector<SeriesTrial>& trials,
                                     const MomentSolver& solver) {
  std::map<int, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < trials.size(); ++i) groups[trials[i].group].push_back(i);
  std::vector<VectorXd> result(trials.size());
  for (const auto& [group, series] : groups) {
    std::vector<const SeriesTrial*> own;
    for (const std::size_t i : series) own.push_back(&trials[i]);
    const std::vector<VectorXd> weights = stack(own, solver);
    for (std::size_t k = 0; k < series.size(); ++k) {
      result[series[k]] =
          weights[k].size() > 0 ? weights[k] : equal_weights(trials[series[k]].losses.rows());
    }
  }
  return result;
}

std::vector<VectorXd> inverse_error_weights(std::vector<SeriesTrial> trials) {
  for (SeriesTrial& own : trials) own.products = {};
  return ranked_weights(trials);
}

}  // namespace

std::string_view name_of(Combination rule) {
  return kNames.at(static_cast<std::size_t>(rule));
}

Combination parse_combination(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    throw Error(ErrorCode::unknown_name,
                fmt::format("there is no rule of combination '{}'; there are {}", name,
                            fmt::join(kNames, ", ")));
  }
  return static_cast<Combination>(found - kNames.begin());
}

bool needs_products(Combination rule) {
  return rule == Combination::least_squares || rule == Combination::greedy;
}

double trimmed_share(Combination rule) {
  return rule == Combination::median ? .5 : rule == Combination::trimmed ? .2 : 0;
}

std::vector<VectorXd> combination_weights(Combination rule,
                                          const std::vector<SeriesTrial>& trials) {
  if (trials.empty()) return {};
  switch (rule) {
    case Combination::automatic:
      return ranked_weights(trials);
    case Combination::inverse_error:
      return inverse_error_weights(trials);
    case Combination::least_squares:
      return solved_weights(trials, simplex_minimum);
    case Combination::greedy:
      return solved_weights(trials, greedy_bag);
    default:
      return std::vector<VectorXd>(trials.size(), equal_weights(trials.front().losses.rows()));
  }
}

}  // namespace forecart

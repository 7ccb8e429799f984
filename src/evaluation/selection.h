#pragma once

#include <Eigen/Core>

#include <vector>

namespace forecart {

/// What candidates lost on the rolling origins of one series.
struct SeriesTrial {
  int group = 0;           ///< series of one group are alike and lend each other evidence
  Eigen::MatrixXd losses;  ///< (candidates, origins) mean loss of each; a row of NaN: not usable
  bool squared = false;    ///< losses are squared errors
  double overlap = 0;      ///< mean share of its steps that an origin has in common with another
  /// (candidates, candidates) mean products of their errors; empty where they are not needed.
  Eigen::MatrixXd products{};
  /// Mean squared step from value to value of the history; 0 where unknown.
  double squared_step = 0;

  /// Origins without overlap that would say as much: W / (1 + (W - 1) overlap).
  double effective_origins() const {
    const auto count = static_cast<double>(losses.cols());
    return count / (1 + (count - 1) * overlap);
  }
};

/// Candidates of one series from the best to the worst, those that cannot be used left out.
struct Ranking {
  std::vector<Eigen::Index> order;
  /// (candidates) log of the loss beside the typical one of the series, shrunk to the group's and
  /// with the price of the cost; NaN where unusable.
  Eigen::VectorXd scores;
  std::vector<double> weights;  ///< as order, > 0, of any sum
  std::size_t leaders = 0;      ///< so many of the order are worth combining
};

/// What a candidate must be better by, as a share of the loss, for each tenfold of cost.
inline constexpr double kPriceOfCost = .005;

/// Ranks the candidates of each series by r = log(loss / median loss of the candidates). A few
/// origins tell little of a series: r is drawn towards the mean of its group by
/// lambda = t / (t + v), t the variance of the true r between series, v that of an estimate from
/// its spread over the origins, which overlap (empirical Bayes, moments [EfronMorris1973]); that of
/// a series without others towards 0, as if r varied by kUsualSpread.
/// A candidate pays kPriceOfCost for every tenfold of `costs` (candidates, any unit, > 0). Equal
/// ones stand in their own order. Worth combining are the first few that lie near the best, with
/// weights (loss / loss of the best)^-8; where losses are squared and products known, those that
/// least squares weighs (see stack).
std::vector<Ranking> rank_candidates(const std::vector<SeriesTrial>& trials,
                                     const Eigen::VectorXd& costs);

}  // namespace forecart

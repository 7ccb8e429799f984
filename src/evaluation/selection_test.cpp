#include "evaluation/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

SeriesTrial trial(MatrixXd losses, int group = 0) {
  return {group, std::move(losses), false};
}

MatrixXd two_rows(std::initializer_list<double> first, std::initializer_list<double> second) {
  MatrixXd losses(2, static_cast<Index>(first.size()));
  losses.row(0) = Eigen::Map<const Eigen::RowVectorXd>(first.begin(), losses.cols());
  losses.row(1) = Eigen::Map<const Eigen::RowVectorXd>(second.begin(), losses.cols());
  return losses;
}

const VectorXd kSameCosts = VectorXd::Ones(2);

/// Log ratio of the second candidate's loss to the first's.
double between(const Ranking& ranking) {
  return ranking.scores[1] - ranking.scores[0];
}
/// What the floor under small losses may take off a log ratio.
constexpr double kFloor = 0.03;

TEST(Selection, TheSmallerLossWins) {
  const auto rankings = rank_candidates({trial(two_rows({2, 2}, {1, 1}))}, kSameCosts);
  EXPECT_EQ(rankings[0].order, (std::vector<Index>{1, 0}));
  EXPECT_NEAR(between(rankings[0]), std::log(0.5), kFloor);
}

TEST(Selection, WhatCannotBeUsedIsLeftOut) {
  const auto rankings = rank_candidates({trial(two_rows({2, 2}, {kNaN, 1}))}, kSameCosts);
  EXPECT_EQ(rankings[0].order, (std::vector<Index>{0}));
}

TEST(Selection, WithoutOriginsNothingIsRanked) {
  const auto rankings = rank_candidates({trial(MatrixXd(2, 0))}, kSameCosts);
  EXPECT_TRUE(rankings[0].order.empty());
}

TEST(Selection, ADearModelMustBeBetter) {
  const SeriesTrial nearly = trial(two_rows({1, 1}, {.997, .997}));
  const SeriesTrial clearly = trial(two_rows({1, 1}, {.98, .98}));
  const Eigen::Vector2d costs{1, 10};  // the second must be better by .5 %
  EXPECT_EQ(rank_candidates({nearly}, costs)[0].order[0], 0);
  EXPECT_EQ(rank_candidates({clearly}, costs)[0].order[0], 1);
  EXPECT_EQ(rank_candidates({nearly}, kSameCosts)[0].order[0], 1);
}

TEST(Selection, EqualCandidatesStandInTheirOrder) {
  EXPECT_EQ(rank_candidates({trial(two_rows({1, 2}, {1, 2}))}, kSameCosts)[0].order,
            (std::vector<Index>{0, 1}));
}

/// Many series where the second candidate is 20 % better but for noise that hides it in one.
TEST(Selection, NoisySeriesAreDrawnToTheirGroup) {
  std::vector<SeriesTrial> trials;
  for (int i = 0; i < 40; ++i) {
    const double up = 0.8 * std::exp(0.5);
    const double down = 0.8 * std::exp(-0.5);
    trials.push_back(
        trial(i % 2 == 0 ? two_rows({1, 1}, {up, down}) : two_rows({1, 1}, {down, up})));
  }
  trials.push_back(trial(two_rows({1, 1}, {1.6, 0.7})));  // looks worse, by its noise
  const auto rankings = rank_candidates(trials, kSameCosts);
  EXPECT_EQ(rankings.back().order[0], 1);
  EXPECT_LT(between(rankings.back()), std::log(0.95));
  trials.back().group = 1;  // on its own it is taken at its word
  EXPECT_EQ(rank_candidates(trials, kSameCosts).back().order[0], 0);
}

TEST(Selection, ASeriesAloneIsDrawnToEqualWeightsByItsNoise) {
  const SeriesTrial steady = trial(two_rows({1, 1}, {.7, .7}));
  const SeriesTrial noisy = trial(two_rows({1, 1}, {1.2, .2}));
  EXPECT_LT(between(rank_candidates({steady}, kSameCosts)[0]),
            between(rank_candidates({noisy}, kSameCosts)[0]));
}

/// Squared losses of rare demand: what errs otherwise than the best helps although it is worse.
TEST(Selection, LeastSquaresLeadWhereLossesAreSquared) {
  SeriesTrial own = trial(MatrixXd{{1.0, 1.0}, {1.05, 1.05}, {1.1, 1.1}});
  own.squared = true;
  own.products = MatrixXd{{1.0, 1.03, 0.0}, {1.03, 1.1, 0.0}, {0.0, 0.0, 1.1}};
  const std::vector<SeriesTrial> alike(40, own);
  const Ranking ranking = rank_candidates(alike, VectorXd::Ones(3))[0];
  EXPECT_EQ(ranking.order, (std::vector<Index>{0, 2, 1}));
  EXPECT_EQ(ranking.leaders, 2U);
  EXPECT_NEAR(ranking.weights[0] / ranking.weights[1], 1.1, .02);
}

TEST(Selection, SeriesThatTrulyDifferKeepTheirOwnChoice) {
  std::vector<SeriesTrial> trials;
  for (int i = 0; i < 20; ++i) {
    const double loss = i % 2 == 0 ? .5 : 2;
    trials.push_back(trial(two_rows({1, 1}, {loss * 1.01, loss * .99})));
  }
  const auto rankings = rank_candidates(trials, kSameCosts);
  for (std::size_t i = 0; i < rankings.size(); ++i) {
    EXPECT_EQ(rankings[i].order[0], i % 2 == 0 ? 1 : 0) << i;
  }
}

TEST(Selection, OverlappingOriginsSayLess) {
  std::vector<SeriesTrial> trials;
  for (int i = 0; i < 20; ++i) {
    const double loss = i % 2 == 0 ? .7 : 1.3;
    trials.push_back(trial(two_rows({1, 1}, {loss * 1.2, loss / 1.2})));
  }
  const double apart = between(rank_candidates(trials, kSameCosts)[0]);
  for (SeriesTrial& own : trials) own.overlap = .5;
  const double together = between(rank_candidates(trials, kSameCosts)[0]);
  EXPECT_GT(together, apart);  // nearer to the mean of all, which is close to equal
}

TEST(Selection, SquaredLossesCountByTheirRoot) {
  SeriesTrial squared = trial(two_rows({4, 4}, {1, 1}));
  squared.squared = true;
  EXPECT_NEAR(between(rank_candidates({squared}, kSameCosts)[0]), std::log(0.5), kFloor);
}

TEST(Selection, TheFewNearTheBestAreWorthCombining) {
  VectorXd losses(7);
  losses << 1.3, 1.0, 1.1, 2.0, 1.2, 1.25, 1.5;
  const MatrixXd twice = losses.replicate(1, 2);
  const Ranking ranking = rank_candidates({trial(twice)}, VectorXd::Ones(7))[0];
  EXPECT_EQ(ranking.order, (std::vector<Index>{1, 2, 4, 5, 0, 6, 3}));
  EXPECT_EQ(ranking.leaders, 5U);  // the sixth lies too far behind
  EXPECT_DOUBLE_EQ(ranking.weights[0], 1);
  EXPECT_NEAR(ranking.weights[1], std::pow(1.1, -8), kFloor);
  EXPECT_NEAR(ranking.weights[6], std::pow(2.0, -8), kFloor);
}

TEST(Selection, WhatLiesFarBehindIsNotWorthCombining) {
  const auto rankings = rank_candidates({trial(two_rows({2, 2}, {1, 1}))}, kSameCosts);
  EXPECT_EQ(rankings[0].leaders, 1U);
}

/// A forecast of nothing for an item that sold nothing is perfect, and says little of the others.
TEST(Selection, SilentSeriesDoNotRuleTheirGroup) {
  std::vector<SeriesTrial> trials(10, trial(two_rows({1, 1.1}, {.8, .9})));
  trials.push_back(trial(two_rows({0, 0}, {.2, .1})));
  trials.push_back(trial(two_rows({0, 0}, {.1, .2})));
  const auto rankings = rank_candidates(trials, kSameCosts);
  EXPECT_EQ(rankings[0].order[0], 1);
}

/// Likewise where least squares weighs: of items that move by 1 a step, twelve were silent.
TEST(Selection, SilenceTellsLittleOfSquaredErrors) {
  SeriesTrial sold = trial(two_rows({2, 2}, {1, 1}));
  SeriesTrial silent = trial(two_rows({0, 0}, {.01, .01}));
  sold.products = MatrixXd{{2, .9}, {.9, 1}};
  silent.products = MatrixXd{{0, 0}, {0, .01}};
  std::vector<SeriesTrial> trials(4, sold);
  trials.insert(trials.end(), 12, silent);
  for (SeriesTrial& own : trials) own.squared = true;
  const auto weight_of_zero = [&](double step) {
    for (SeriesTrial& own : trials) own.squared_step = step;
    const Ranking ranking = rank_candidates(trials, kSameCosts)[0];
    const auto at = std::find(ranking.order.begin(), ranking.order.end(), 0);
    return ranking.weights[static_cast<std::size_t>(at - ranking.order.begin())];
  };
  EXPECT_LT(weight_of_zero(1), .3);
  EXPECT_GT(weight_of_zero(0), .6);
}

TEST(Selection, AnAbsurdOrPerfectForecastStaysFinite) {
  const auto rankings =
      rank_candidates({trial(two_rows({0, 0}, {0, 1e300})), trial(two_rows({0, 0}, {0, 0})),
                       trial(two_rows({1e-300, 0}, {1, 1}))},
                      kSameCosts);
  for (const Ranking& ranking : rankings) {
    ASSERT_EQ(ranking.order.size(), 2U);
    EXPECT_TRUE(ranking.scores.allFinite());
    EXPECT_EQ(ranking.order[0], 0);
  }
}

}  // namespace
}  // namespace forecart

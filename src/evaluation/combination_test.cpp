#include "evaluation/combination.h"

#include "base/error.h"
#include "evaluation/stacking.h"
#include "evaluation/track_record.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::array kLearning{Combination::automatic, Combination::inverse_error,
                               Combination::least_squares, Combination::greedy};

/// Errors (steps, 2) of two members: the first's are `share` of the second's, and independent.
MatrixXd errors(Index steps, double share, int shift = 0) {
  MatrixXd result(steps, 2);
  for (Index t = 0; t < steps; ++t) {
    const double at = static_cast<double>(t + shift);
    result(t, 0) = share * std::sin(at * 2.4);
    result(t, 1) = std::cos(at * 5.1);
  }
  return result;
}

/// A series that has seen so many origins of 20 steps.
SeriesTrial seen(Index origins, double share) {
  TrackRecord record(2, 20);
  if (origins > 0) record.add(errors(20 * origins, share));
  return record.trial();
}

TEST(Combination, EveryRuleHasANameThatItIsReadBy) {
  for (int i = 0; i < 7; ++i) {
    const auto rule = static_cast<Combination>(i);
    EXPECT_EQ(parse_combination(name_of(rule)), rule);
  }
  try {
    parse_combination("best");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unknown_name);
    EXPECT_NE(std::string(error.what()).find("least-squares"), std::string::npos);
  }
}

TEST(Combination, TheBetterMemberCountsMore) {
  for (const Combination rule : kLearning) {
    const VectorXd weights = combination_weights(rule, {seen(8, .5)})[0];
    EXPECT_GT(weights[0], .6) << name_of(rule);
    EXPECT_NEAR(weights.sum(), 1, 1e-12);
    EXPECT_GE(weights.minCoeff(), 0);
  }
}

TEST(Combination, WithoutEvidenceWeightsAreEqualAndALittleMovesThemALittle) {
  for (const Combination rule : kLearning) {
    EXPECT_EQ(combination_weights(rule, {seen(0, .5)})[0], VectorXd::Constant(2, .5));
    const double one = combination_weights(rule, {seen(1, .6)})[0][0];
    const double many = combination_weights(rule, {seen(40, .6)})[0][0];
    EXPECT_LT(one, many) << name_of(rule);
    EXPECT_GT(one, .5) << name_of(rule);
  }
  EXPECT_EQ(combination_weights(Combination::mean, {seen(40, .1)})[0], VectorXd::Constant(2, .5));
}

TEST(Combination, SeriesOfOneGroupLendEachOtherEvidence) {
  std::vector<SeriesTrial> trials(30, seen(4, .5));
  trials.push_back(seen(1, 1.3));  // looks the other way, by its few origins
  for (const Combination rule : {Combination::least_squares, Combination::greedy}) {
    EXPECT_GT(combination_weights(rule, trials).back()[0], .5) << name_of(rule);
    EXPECT_LT(combination_weights(rule, {trials.back()})[0][0], .5) << name_of(rule);
  }
}

TEST(Combination, WhatCannotBeUsedGetsNoWeight) {
  SeriesTrial trial = seen(4, .5);
  trial.losses.row(0).setConstant(kNaN);
  trial.products.row(0).setConstant(kNaN);
  trial.products.col(0).setConstant(kNaN);
  for (const Combination rule : kLearning) {
    EXPECT_EQ(combination_weights(rule, {trial})[0], (VectorXd{{0.0, 1.0}})) << name_of(rule);
  }
}

TEST(TrackRecord, PartsMakeTheOriginsThatWholesMake) {
  TrackRecord whole(2, 20);
  TrackRecord parts(2, 20);
  for (int origin = 0; origin < 3; ++origin) {
    const MatrixXd own = errors(20, .5, 20 * origin);
    whole.add(own);
    for (Index t = 0; t < 20; ++t) parts.add(own.row(t));
  }
  EXPECT_EQ(whole.trial().losses, parts.trial().losses);
  EXPECT_EQ(whole.trial().products, parts.trial().products);
  EXPECT_EQ(whole.trial().losses.cols(), 3);
}

TEST(TrackRecord, WhatIsNotKnownCountsNothing) {
  TrackRecord record(2, 2);
  MatrixXd own{{1, 2}, {kNaN, 3}, {3, 4}};
  record.add(own);
  EXPECT_EQ(record.trial().losses, (MatrixXd{{2}, {3}}));
}

TEST(TrackRecord, GoesOnFromItsSavedState) {
  TrackRecord record(2, 20);
  record.add(errors(50, .5));
  TrackRecord loaded = TrackRecord::load(record.save(), 2);
  EXPECT_EQ(loaded.save(), record.save());
  record.add(errors(50, .7));
  loaded.add(errors(50, .7));
  EXPECT_EQ(loaded.save(), record.save());
  EXPECT_THROW(TrackRecord::load(record.save(), 3), Error);
}

TEST(TrackRecord, ForgetsWhatIsLongAgo) {
  TrackRecord record(2, 1);
  record.add(errors(500, .5));
  EXPECT_EQ(record.trial().losses.cols(), 64);
}

}  // namespace
}  // namespace forecart

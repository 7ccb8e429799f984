#include "evaluation/retraining_policy.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

LedgerRow row(const std::string& id, Watch watch) {
  LedgerRow result;
  result.unique_id = id;
  result.watch = watch;
  result.milliseconds = 3000;
  result.search_milliseconds = 2000;
  return result;
}

Watch watch(Eigen::Index history, Eigen::Index age, Eigen::Index selected) {
  Watch result;
  result.history = history;
  result.age = age;
  result.selected = selected;
  result.loss = 1;
  return result;
}

Retraining decision_of(const LedgerRow& row) {
  return decide_retraining({row}, {}).front().decision;
}

TEST(RetrainingPolicy, YoungStatesMoveOn) {
  EXPECT_EQ(decision_of(row("a", watch(1000, 99, 99))), Retraining::move_on);
  EXPECT_EQ(decide_retraining({row("a", watch(1000, 99, 99))}, {}).front().reason, "");
}

TEST(RetrainingPolicy, OldEstimatesAndSelectionsAreMadeAgain) {
  EXPECT_EQ(decision_of(row("a", watch(1000, 100, 100))), Retraining::re_estimate);
  EXPECT_EQ(decision_of(row("a", watch(1380, 20, 400))), Retraining::select_anew);
}

TEST(RetrainingPolicy, AlarmsReEstimateAndWhatThatDidNotCureIsSelectedAnew) {
  for (double Watch::*alarm : {&Watch::error, &Watch::bias, &Watch::coverage}) {
    Watch own = watch(1000, 3, 3);
    own.*alarm = .99;
    EXPECT_EQ(decision_of(row("a", own)), Retraining::move_on);
    own.*alarm = 1;
    EXPECT_EQ(decision_of(row("a", own)), Retraining::re_estimate);
    own.uncured = true;
    EXPECT_EQ(decision_of(row("a", own)), Retraining::select_anew);
  }
}

TEST(RetrainingPolicy, NothingIsDoneWhereNothingCame) {
  Watch own = watch(1000, 0, 900);
  own.error = 2;
  EXPECT_EQ(decision_of(row("a", own)), Retraining::move_on);
}

TEST(RetrainingPolicy, WhatNobodyWatchesMovesOn) {
  LedgerRow ended;
  ended.unique_id = "ended";
  EXPECT_EQ(decision_of(ended), Retraining::move_on);
}

TEST(RetrainingPolicy, ABudgetGoesWhereMostIsToBeLost) {
  std::vector<LedgerRow> ledger;
  for (const double loss : {1.0, 5.0, 3.0, 0.5}) {
    Watch own = watch(1000, 100, 100);
    own.loss = loss;
    ledger.push_back(row("s" + std::to_string(ledger.size()), own));
  }
  const auto decisions = decide_retraining(ledger, {2.5});  // an estimate takes a second
  EXPECT_EQ(decisions[0].decision, Retraining::move_on);
  EXPECT_EQ(decisions[1].decision, Retraining::re_estimate);
  EXPECT_EQ(decisions[2].decision, Retraining::re_estimate);
  EXPECT_EQ(decisions[3].decision, Retraining::move_on);
  EXPECT_NE(decisions[0].reason.find("put off"), std::string::npos);
  EXPECT_EQ(decisions[1].seconds, 1);
}

TEST(RetrainingPolicy, ADearRefitLeavesItsShareToCheaperOnes) {
  Watch urgent = watch(1000, 3, 3);
  urgent.error = 4;
  urgent.uncured = true;  // a selection: 3 seconds
  urgent.loss = 100;
  const auto decisions =
      decide_retraining({row("dear", urgent), row("cheap", watch(1000, 100, 100))}, {1.5});
  EXPECT_EQ(decisions[0].decision, Retraining::move_on);
  EXPECT_EQ(decisions[1].decision, Retraining::re_estimate);
}

}  // namespace
}  // namespace forecart

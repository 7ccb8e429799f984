#include "models/lstm/pace.h"

#include <gtest/gtest.h>

#include <limits>

namespace forecart::lstm {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();

/// Makes updates of a given time, with looks, until the pace is over; the seconds that took.
double run(Pace& pace, double budget, double update, double look) {
  double spent = look;
  pace.look_took(look);
  int looked = 0;
  while (!pace.over()) {
    pace.advance(update);
    spent += update;
    pace.plan(budget - spent);
    if (pace.done() - looked < pace.check_every() && !pace.over()) continue;
    spent += look;
    looked = pace.done();
    pace.look_took(look);
    pace.plan(budget - spent);
  }
  return spent;
}

TEST(Pace, WithoutABudgetKeepsToThePlan) {
  Pace pace({.steps = 200, .check_every = 50});
  for (int i = 0; i < 200; ++i) {
    EXPECT_FALSE(pace.over());
    EXPECT_EQ(pace.share(), static_cast<double>(i) / 200);
    pace.advance(3);
    pace.plan(kForever);
  }
  EXPECT_TRUE(pace.over());
  EXPECT_FALSE(pace.bound());
  EXPECT_EQ(pace.warm_up(), 50);
}

TEST(Pace, EnoughTimeChangesNothing) {
  Pace pace({.steps = 300, .check_every = 50, .afterwards = 0.25});
  run(pace, 1000, 1, 2);
  EXPECT_EQ(pace.done(), 300);
  EXPECT_FALSE(pace.bound());
  EXPECT_EQ(pace.share(), 1);
}

TEST(Pace, FitsUpdatesLooksAndTheLastTrainingIntoTheTime) {
  for (const double budget : {30.0, 100.0, 500.0, 900.0}) {
    Pace pace({.steps = 1500, .check_every = 50, .afterwards = 0.25});
    const double spent = run(pace, budget, 1, 3);
    const double all = spent + 3 + 0.25 * pace.done();  // calibration and last training
    EXPECT_LE(all, budget) << budget;
    EXPECT_GE(all, 0.75 * budget) << budget;
    EXPECT_TRUE(pace.bound());
    EXPECT_NEAR(pace.share(), 1, 1e-9) << budget;
  }
}

TEST(Pace, FollowsAMachineThatSlowsDown) {
  Pace pace({.steps = 10'000, .check_every = 50});
  double spent = 0;
  double share = 0;
  while (!pace.over()) {
    const double update = spent < 300 ? 1 : 4;
    pace.advance(update);
    spent += update;
    pace.plan(1000 - spent);
    EXPECT_GE(pace.share(), share);
    EXPECT_LE(pace.share(), 1);
    share = pace.share();
  }
  EXPECT_LE(spent, 1000);
  EXPECT_GE(spent, 900);
  EXPECT_NEAR(share, 1, 1e-9);
}

TEST(Pace, OfAShortTrainingIsLookedAtOften) {
  Pace pace({.steps = 1500, .check_every = 50});
  for (int i = 0; i < 10; ++i) pace.advance(1);
  pace.plan(30);
  EXPECT_TRUE(pace.bound());
  EXPECT_LE(pace.planned(), 40);
  EXPECT_LE(pace.check_every(), 8);
  EXPECT_LE(pace.warm_up(), 8);
}

TEST(Pace, EndsWhenTheTimeIsOver) {
  Pace pace({.steps = 1500, .check_every = 50});
  pace.advance(10);
  pace.plan(-2);
  EXPECT_TRUE(pace.over());
  EXPECT_TRUE(pace.bound());
}

TEST(Pace, GoesOnFromItsState) {
  Pace one({.steps = 100, .check_every = 10});
  for (int i = 0; i < 30; ++i) one.advance(1);
  one.plan(40);
  Pace other({.steps = 100, .check_every = 10});
  other.restore(one.state());
  other.plan(40);
  EXPECT_EQ(other.planned(), one.planned());
  one.advance(1);
  other.advance(1);
  EXPECT_EQ(other.share(), one.share());
}

}  // namespace
}  // namespace forecart::lstm

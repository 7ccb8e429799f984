#include "models/stability.h"

#include "models/baseline/naive.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

std::unique_ptr<FittedSeries> naive(const std::vector<double>& y) {
  const Calendar calendar;
  return make_naive()->fit({calendar, 0, y}, {}).fitted;
}

TEST(Stability, AnOrdinaryForecastMayBeUsed) {
  const std::vector<double> y{1, 4, 2, 5, 3};
  EXPECT_EQ(instability(*naive(y), y, 100), "");
}

TEST(Stability, IntervalsMayNotBeWiderThanTheDataAllow) {
  const std::vector<double> wild{0, 1e6, 0, 1e6, 0};
  const std::vector<double> calm{1, 4, 2, 5, 3, NAN, 2};
  EXPECT_EQ(instability(*naive(wild), calm, 2),
            "the 95 % interval 1 steps ahead is wider than 1000 ranges of the data");
}

TEST(Stability, WidthGrowsWithTheHorizon) {
  const std::vector<double> wild{0, 600, 0, 600, 0};  // sd of a step 600, range 1
  const std::vector<double> calm{0, 1, 0};
  EXPECT_EQ(instability(*naive(wild), {calm.data(), 3}, 1).substr(0, 17), "the 95 % interval");
  const std::vector<double> wider{0, 5, 0};
  EXPECT_EQ(instability(*naive(wild), wider, 1), "");
  EXPECT_NE(instability(*naive(wild), wider, 20), "");
}

TEST(Stability, WhatIsNotFiniteMayNotBeUsed) {
  const std::vector<double> y{1e300, -1e300, 1e300};
  EXPECT_EQ(instability(*naive(y), y, 1), "the forecast 1 steps ahead is not finite");
}

TEST(Stability, ConstantDataAreMeasuredByTheirLevel) {
  const std::vector<double> y{7, 7, 7};
  EXPECT_EQ(instability(*naive(y), y, 10), "");
}

}  // namespace
}  // namespace forecart

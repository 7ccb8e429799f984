#include "pipeline/data_quality.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace forecart {
namespace {

SeriesGaps gaps_in(const std::vector<double>& values) {
  return gaps_of({.id = "total", .first = 100, .values = values});
}

TEST(DataQuality, FindsTheLongestGapAndCountsAll) {
  const SeriesGaps gaps = gaps_in({1, 0, 2, 0, 0, 0, 3, 0, 0});
  EXPECT_EQ(gaps.longest.first, 103);
  EXPECT_EQ(gaps.longest.size(), 3);
  EXPECT_EQ(gaps.count, 3U);
  EXPECT_EQ(gaps.empty, 6);
}

TEST(DataQuality, OfEqualGapsTheFirstIsTold) {
  EXPECT_EQ(gaps_in({0, 1, 0}).longest.first, 100);
}

TEST(DataQuality, WhatIsMissingIsNotEmpty) {
  const SeriesGaps gaps = gaps_in({1, std::numeric_limits<double>::quiet_NaN(), 2});
  EXPECT_EQ(gaps.count, 0U);
  EXPECT_EQ(gaps.empty, 0);
  EXPECT_EQ(gaps_in({}).count, 0U);
}

}  // namespace
}  // namespace forecart

#include "series/components.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

VectorXd line_and_season(Index steps) {
  const std::vector<double> figure{3, -1, 0, -2};
  VectorXd path(steps);
  for (Index t = 0; t < steps; ++t) {
    path[t] = 10 + 0.5 * static_cast<double>(t) + figure[static_cast<std::size_t>(t % 4)];
  }
  return path;
}

TEST(Components, StandInOrderAndAddUp) {
  Components parts;
  parts.add(kRemainder, VectorXd::Constant(2, 1));
  parts.add("price", VectorXd::Constant(2, 2));
  parts.add("season_24", VectorXd::Constant(2, 3));
  parts.add(kLevel, VectorXd::Constant(2, 4));
  parts.add("price", VectorXd::Constant(2, 5));
  EXPECT_EQ(parts.names, (std::vector<std::string>{"level", "season_24", "price", "remainder"}));
  EXPECT_EQ(parts.values.row(1).transpose(), (Eigen::Vector4d{4, 3, 7, 1}));
  EXPECT_DOUBLE_EQ(parts.total()[0], 15);
}

TEST(Components, AreCompletedOnlyWhereSomethingIsMissing) {
  Components parts;
  parts.add(kLevel, VectorXd::Constant(3, 0.1));
  parts.add(kTrend, VectorXd::Constant(3, 0.2));
  parts.complete(kFloor, VectorXd::Constant(3, 0.3));  // differs from the sum by rounding
  EXPECT_EQ(parts.names.size(), 2U);
  parts.complete(kFloor, VectorXd::Constant(3, 0.5));
  ASSERT_EQ(parts.names.back(), kFloor);
  EXPECT_NEAR(parts.values(0, 2), 0.2, 1e-15);
}

TEST(Components, WeightedSumKeepsPartsOfAllTerms) {
  Components first;
  first.add(kLevel, VectorXd::Constant(1, 10));
  Components second;
  second.add(kLevel, VectorXd::Constant(1, 20));
  second.add(kTrend, VectorXd::Constant(1, 4));
  const Components sum = Components::weighted_sum({first, second}, Eigen::Vector2d{.25, .75});
  EXPECT_EQ(sum.names, (std::vector<std::string>{"level", "trend"}));
  EXPECT_DOUBLE_EQ(sum.values(0, 0), 17.5);
  EXPECT_DOUBLE_EQ(sum.values(0, 1), 3);
}

TEST(Components, OfALineWithASeasonAreThatLineAndSeason) {
  const Components parts = path_components(line_and_season(10 + 8), 10, 4);
  ASSERT_EQ(parts.names, (std::vector<std::string>{"level", "trend", "season_4"}));
  for (Index t = 0; t < 10; ++t) {
    EXPECT_NEAR(parts.values(t, 0), 10.75, 1e-12);
    EXPECT_NEAR(parts.values(t, 1), 0.5 * static_cast<double>(t) - 0.75, 1e-12) << t;
    EXPECT_NEAR(parts.values(t, 2), line_and_season(10)[t] - 10 - 0.5 * static_cast<double>(t),
                1e-12);
  }
}

TEST(Components, WithoutASeasonTheFirstStepIsTheLevel) {
  const Components parts = path_components(Eigen::Vector3d{5, 4, 2}, 2, 1);
  EXPECT_EQ(parts.values.row(0).transpose(), (Eigen::Vector2d{5, 0}));
  EXPECT_EQ(parts.values.row(1).transpose(), (Eigen::Vector2d{5, -1}));
}

}  // namespace
}  // namespace forecart

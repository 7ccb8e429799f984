#include "series/availability.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

Panel sales() {
  Panel panel{Calendar()};
  panel.add("a", 10, std::vector<double>{4, 0, 6, 0});
  panel.add("b", 11, std::vector<double>{1, 2, 3});
  return panel;
}

/// Bucket 11 is closed and bucket 12 half open for all; b is out of stock in bucket 13.
Availability shop() {
  Availability shop;
  shop.ahead = {11, Eigen::Vector2d(0, .5)};
  shop.own_past["b"] = {13, Eigen::VectorXd::Zero(1)};
  return shop;
}

TEST(Availability, ClosedIsMissingDemandAndPartlyOpenIsMore) {
  const Panel demand = demand_of(sales(), shop());
  EXPECT_EQ(demand[0].values[0], 4);
  EXPECT_TRUE(std::isnan(demand[0].values[1]));
  EXPECT_EQ(demand[0].values[2], 12);
  EXPECT_EQ(demand[0].values[3], 0) << "open, and nobody came";
  EXPECT_TRUE(std::isnan(demand[1].values[0]));
  EXPECT_TRUE(std::isnan(demand[1].values[2]));
  EXPECT_EQ(demand.ids(), sales().ids());
  EXPECT_EQ(demand[1].first, 11);
}

TEST(Availability, AFitFindsTheFirstWeekFilledWhereItIsClosedAhead) {
  Panel panel(Calendar(Frequency::parse("D"), TimeZone()));
  panel.add("a", 0, std::vector<double>{1, 2, 0, 4, 5, 6, 7, 1, 2, 0, 4});
  Availability shop;
  shop.ahead = {0, Eigen::VectorXd::Ones(20)};
  shop.ahead.shares[2] = shop.ahead.shares[9] = 0;
  shop.past = {4, Eigen::VectorXd::Zero(1)};
  const Panel demand = demand_to_fit(panel, shop);
  EXPECT_EQ(demand[0].values[2], 3);
  EXPECT_TRUE(std::isnan(demand[0].values[9]));
  EXPECT_TRUE(std::isnan(demand[0].values[4])) << "nobody knew of it";
}

TEST(Availability, OnlyWhatIsKnownAheadLimitsAForecast) {
  EXPECT_EQ(shop().known_ahead("b", 12), .5);
  EXPECT_EQ(shop().known_ahead("b", 13), 1);
  EXPECT_EQ(shop().in_the_end("b", 13), 0);
  EXPECT_EQ(shop().in_the_end("a", 13), 1);
  EXPECT_TRUE(Availability().empty());
  EXPECT_FALSE(shop().empty());
}

TEST(Availability, AnOutlierIsHiddenOnceItIsKnownToBeOne) {
  Availability shop;
  shop.outliers["a"] = {{.bucket = 12, .known_from = 13}};
  EXPECT_FALSE(shop.empty());
  EXPECT_FALSE(shop.limits_forecasts());
  const Panel all = demand_of(sales(), shop);
  EXPECT_TRUE(std::isnan(all[0].values[2]));
  EXPECT_EQ(all[1].values[1], 2) << "that of another series";
  EXPECT_EQ(demand_of(sales().between(10, 13), shop)[0].values[2], 6) << "it may be a new level";
  EXPECT_EQ(demand_of(sales().between(13, 14), shop)[0].values[0], 0) << "it lies before";
  EXPECT_EQ(masked_values(sales()[0], shop), 0) << "told elsewhere";
}

TEST(Availability, CountsTheSalesItHides) {
  EXPECT_EQ(masked_values(sales()[0], shop()), 1);
  EXPECT_EQ(masked_values(sales()[1], shop()), 2);
  EXPECT_EQ(masked_values(sales()[1], Availability()), 0);
}

}  // namespace
}  // namespace forecart

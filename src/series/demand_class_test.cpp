#include "series/demand_class.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace forecart {
namespace {

/// `sizes` in turn, every `interval` steps, zero between.
std::vector<double> sales(int steps, int interval, const std::vector<double>& sizes) {
  std::vector<double> values(static_cast<std::size_t>(steps), 0.0);
  for (int t = 0; t < steps; t += interval) {
    values[static_cast<std::size_t>(t)] =
        sizes[static_cast<std::size_t>(t / interval) % sizes.size()];
  }
  return values;
}

DemandClass class_of(const std::vector<double>& values) {
  return traits_of(values, 1).demand;
}

TEST(DemandClass, PartsByIntervalAndSize) {
  EXPECT_EQ(class_of(sales(60, 1, {9, 10, 11})), DemandClass::smooth);
  EXPECT_EQ(class_of(sales(60, 1, {1, 1, 30})), DemandClass::erratic);
  EXPECT_EQ(class_of(sales(60, 4, {9, 10, 11})), DemandClass::intermittent);
  EXPECT_EQ(class_of(sales(60, 4, {1, 1, 30})), DemandClass::lumpy);
}

TEST(DemandClass, MeasuresWhatItPartsBy) {
  const SeriesTraits traits = traits_of(sales(60, 4, {1, 3}), 1);
  EXPECT_DOUBLE_EQ(traits.interval, 4);
  EXPECT_NEAR(traits.variation, 0.25 * 224 / 225, 3e-2);  // 15 sales: mean 29/15
}

TEST(DemandClass, SaysWhenThereIsTooLittleOrNothing) {
  EXPECT_EQ(traits_of(std::vector<double>(11, 5.0), 1).demand, DemandClass::brief);
  EXPECT_EQ(traits_of(std::vector<double>(20, 5.0), 24).demand, DemandClass::smooth);
  EXPECT_EQ(traits_of({}, 1).demand, DemandClass::brief);
  EXPECT_EQ(class_of(std::vector<double>(40, 0.0)), DemandClass::silent);
  const std::vector<double> missing(40, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(class_of(missing), DemandClass::brief);
}

TEST(DemandClass, MeasuresTrendAndSeason) {
  std::vector<double> season(140);
  std::vector<double> line(140);
  for (std::size_t t = 0; t < season.size(); ++t) {
    const auto step = static_cast<double>(t);
    const double noise = static_cast<double>(t * 7919 % 13) / 13 - 0.5;
    season[t] = 20 + 5 * std::sin(2 * std::numbers::pi * step / 7) + noise;
    line[t] = 20 + step + noise;
  }
  EXPECT_GT(traits_of(season, 7).season, .95);
  EXPECT_GT(traits_of(line, 7).trend, .95);
  EXPECT_LT(traits_of(line, 7).season, .6);
}

TEST(DemandClass, TakesGapsNegativeAndHugeValues) {
  std::vector<double> values = sales(60, 1, {-9, 10, 1e300});
  values[5] = std::numeric_limits<double>::quiet_NaN();
  const SeriesTraits traits = traits_of(values, 7);
  EXPECT_EQ(traits.demand, DemandClass::smooth);
  EXPECT_FALSE(std::isnan(traits.trend) || std::isnan(traits.season));
}

}  // namespace
}  // namespace forecart

#include "series/level_shifts.h"

#include "base/random.h"
#include "series/golden.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace forecart {
namespace {

using Eigen::Index;

std::vector<LevelShift> found_in(const std::vector<double>& values, Index window,
                                 const std::vector<Bucket>& without = {}) {
  return find_level_shifts({"a", 0, values}, window, without);
}

/// The Nile at Aswan, 1871 to 1970: less water from 1899 on, the usual example
/// [DurbinKoopman2012 sec. 2.2].
TEST(LevelShifts, TheNileFellOnce) {
  const auto found = found_in(classic("nile"), 12);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(static_cast<double>(found[0].bucket), 1899 - 1871, 3);
  EXPECT_NEAR(found[0].before, 1100, 50);
  EXPECT_NEAR(found[0].after, 830, 50);
}

/// Share of 200 series in which a shift is found.
double false_rate(const std::function<std::vector<double>(Generator&)>& make, Index window) {
  double found = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Generator generator(seed);
    found += found_in(make(generator), window).empty() ? 0 : 1;
  }
  return found / 200;
}

std::vector<double> autoregression(Generator& generator, double phi) {
  std::vector<double> values{1000};
  for (int t = 1; t < 365; ++t) {
    values.push_back(1000 + phi * (values.back() - 1000) + 5 * generator.normal());
  }
  return values;
}

TEST(LevelShifts, AreSeldomFoundWhereThereAreNone) {
  for (const double phi : {0.0, .7, .9, 1.0}) {
    EXPECT_LE(false_rate([&](Generator& g) { return autoregression(g, phi); }, 14), .03) << phi;
  }
  const auto yearly = [](Generator& generator) {
    std::vector<double> values;
    for (int t = 0; t < 1000; ++t) {
      const double season = std::exp(.5 * std::sin(2 * 3.14159 * t / 365));
      values.push_back(static_cast<double>(generator.poisson(20 * season)));
    }
    return values;
  };
  EXPECT_LE(false_rate(yearly, 14), .01);
}

TEST(LevelShifts, AreFoundWhereTheyAre) {
  for (const double factor : {.5, 2.0}) {
    int found = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      Generator generator(seed);
      std::vector<double> values;
      for (int t = 0; t < 400; ++t) {
        values.push_back(static_cast<double>(generator.poisson(t < 250 ? 20 : 20 * factor)));
      }
      const auto shifts = found_in(values, 14);
      found += shifts.size() == 1 && std::abs(shifts[0].bucket - 250) <= 5 ? 1 : 0;
    }
    EXPECT_GE(found, 45) << factor;
  }
}

TEST(LevelShifts, OutliersAndMissingValuesAreLeftOut) {
  Generator generator(1);
  std::vector<double> values;
  for (int t = 0; t < 200; ++t) values.push_back(100 + generator.normal());
  values[100] = 1e4;
  EXPECT_FALSE(found_in(values, 14).empty());
  EXPECT_TRUE(found_in(values, 14, {100}).empty());
  for (std::size_t t = 95; t < 99; ++t) values[t] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(found_in(values, 14, {100}).empty());
}

TEST(LevelShifts, SurviveAnySeriesAndDoNotDependOnTheUnit) {
  for (const double y : {0.0, 5.0, -5.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_TRUE(found_in(std::vector<double>(100, y), 12).empty()) << y;
  }
  EXPECT_TRUE(found_in({}, 12).empty());
  std::vector<double> scaled = classic("nile");
  for (double& y : scaled) y *= 1e-6;
  EXPECT_EQ(found_in(scaled, 12)[0].bucket, found_in(classic("nile"), 12)[0].bucket);
}

}  // namespace
}  // namespace forecart

#include "series/outliers.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace forecart {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::vector<Outlier> found_in(const std::vector<double>& values, int season = 7) {
  return find_outliers({"a", 100, values}, season);
}

/// Counts with twice as many on one day of the week.
std::vector<double> weekly_counts(std::uint64_t seed, int days, double mean) {
  Generator generator(seed);
  std::vector<double> values;
  for (int t = 0; t < days; ++t) {
    values.push_back(static_cast<double>(generator.poisson(t % 7 == 2 ? 2 * mean : mean)));
  }
  return values;
}

double heavy(Generator& generator) {
  return 100 * std::exp(.5 * generator.normal());
}

TEST(Outliers, AreFoundWithWhatWasExpected) {
  std::vector<double> values = weekly_counts(1, 200, 50);
  values[120] = 200;
  values[150] = 0;
  const auto found = found_in(values);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].bucket, 220);
  EXPECT_EQ(found[0].known_from, 221);
  EXPECT_EQ(found[0].value, 200);
  EXPECT_NEAR(found[0].expected, 50, 10);
  EXPECT_EQ(found[1].bucket, 250);
}

TEST(Outliers, AreFewWhereThereAreNone) {
  std::size_t found = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    for (const double mean : {.2, 1.0, 5.0, 50.0}) {
      found += found_in(weekly_counts(seed, 500, mean)).size();
    }
    Generator generator(seed);
    std::vector<double> walk{1000};
    std::vector<double> skewed;
    for (int t = 0; t < 500; ++t) {
      walk.push_back(walk.back() + 5 * generator.normal());
      skewed.push_back(heavy(generator));
    }
    found += found_in(walk).size() + found_in(skewed, 1).size();
  }
  EXPECT_LT(found, 20U) << "of 120,000 values";
}

TEST(Outliers, WhatStaysIsNoneOfThem) {
  std::vector<double> values = weekly_counts(2, 200, 50);
  for (std::size_t t = 100; t < 200; ++t) values[t] *= 4;
  EXPECT_TRUE(found_in(values).empty());
  values[112] = 2000;
  const auto found = found_in(values);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].bucket, 212);
  EXPECT_NEAR(found[0].expected, 200, 40) << "the new level is soon the usual one";
}

TEST(Outliers, APromotionThatRepeatsIsNone) {
  std::vector<double> values = weekly_counts(3, 700, 50);
  for (std::size_t t = 60; t < 700; t += 40) values[t] = 250 + values[t];
  EXPECT_LE(found_in(values).size(), 2U) << "of 16";
}

TEST(Outliers, SparseDemandHasNone) {
  Generator generator(4);
  std::vector<double> values;
  for (int t = 0; t < 600; ++t) {
    values.push_back(generator.uniform() < .3 ? std::floor(std::exp(3 * generator.uniform())) : 0);
  }
  values[400] = 500;
  EXPECT_TRUE(found_in(values).empty());
}

TEST(Outliers, TheFutureNeverChangesWhatIsKnown) {
  std::vector<double> values;
  Generator generator(5);
  for (int t = 0; t < 400; ++t) {
    const double y = heavy(generator) * (generator.uniform() < .03 ? 20 : 1);
    values.push_back(generator.uniform() < .05 ? kMissing : y);
  }
  const auto all = found_in(values);
  ASSERT_GE(all.size(), 3U);
  for (std::size_t end = 0; end <= values.size(); ++end) {
    const auto then = found_in({values.begin(), values.begin() + static_cast<long>(end)});
    std::size_t known = 0;
    for (const Outlier& outlier : all) known += outlier.known_from < 100 + Bucket(end) ? 1 : 0;
    ASSERT_EQ(then.size(), known) << end;
    for (std::size_t i = 0; i < known; ++i) EXPECT_EQ(then[i].bucket, all[i].bucket);
  }
}

TEST(Outliers, DoNotDependOnTheUnit) {
  std::vector<double> values = weekly_counts(1, 200, 50);
  values[120] = 200;
  const auto once = found_in(values);
  for (const double factor : {1e-9, .37, 1e12}) {
    std::vector<double> scaled;
    for (const double y : values) scaled.push_back(factor * y);
    const auto found = found_in(scaled);
    ASSERT_EQ(found.size(), once.size()) << factor;
    EXPECT_NEAR(found[0].expected, factor * once[0].expected, 1e-9 * factor);
  }
}

TEST(Outliers, SurviveAnySeries) {
  for (const double y : {0.0, 5.0, -5.0, 1e300, 1e-300, kMissing}) {
    EXPECT_TRUE(found_in(std::vector<double>(100, y)).empty()) << y;
  }
  EXPECT_TRUE(found_in({}).empty());
  EXPECT_TRUE(found_in({1, 2, 3}).empty());
  std::vector<double> constant(100, 5);
  constant[60] = 500;
  EXPECT_EQ(found_in(constant).size(), 1U);
  std::vector<double> below(100, -5);
  below[60] = -500;
  const auto found = found_in(below);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].expected, -5, 1e-9);
}

}  // namespace
}  // namespace forecart

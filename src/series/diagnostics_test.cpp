#include "series/diagnostics.h"

#include "base/random.h"
#include "series/golden.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using nlohmann::json;

TEST(Autocorrelations, EqualR) {
  for (const json& one : golden().at("diagnostics")) {
    const auto y = classic(one.at("series"));
    EXPECT_LT(distance(autocorrelations(y, 24), one.at("acf")), 1e-10) << one.at("series");
    EXPECT_LT(distance(partial_autocorrelations(y, 24), one.at("pacf")), 1e-10) << one.at("series");
  }
}

TEST(Autocorrelations, OfConstantAndShortSeriesAreZero) {
  const std::vector<double> constant(10, 3.0);
  EXPECT_EQ(autocorrelations(constant, 3), Eigen::VectorXd::Unit(4, 0));
  EXPECT_EQ(autocorrelations({}, 2), Eigen::VectorXd::Unit(3, 0));
  EXPECT_EQ(autocorrelations(std::vector{1.0, 2.0}, 5).tail(4), Eigen::VectorXd::Zero(4));
  EXPECT_EQ(partial_autocorrelations(constant, 3), Eigen::VectorXd::Zero(3));
}

TEST(Autocorrelations, PassOverMissingValues) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> y{1, -1, missing, -1, 1, -1, 1};
  const auto r = autocorrelations(y, 1);  // four pairs of -1 over six squares
  EXPECT_NEAR(r[1], -4.0 / 6, 1e-12);
}

TEST(LjungBox, EqualsR) {
  for (const json& one : golden().at("diagnostics")) {
    const double reference = one.at("ljung_box_lag10");
    const auto test = ljung_box(classic(one.at("series")), 10);
    EXPECT_NEAR(test.statistic, reference, 1e-10 * reference) << one.at("series");
    EXPECT_LT(test.p_value, 1e-5);
  }
}

TEST(LjungBox, RejectsWhiteNoiseAtItsLevel) {
  Generator generator(23);
  int rejected = 0;
  for (int series = 0; series < 1000; ++series) {
    std::vector<double> noise;
    for (int t = 0; t < 150; ++t) noise.push_back(generator.normal());
    rejected += ljung_box(noise, 10).p_value < .05 ? 1 : 0;
  }
  EXPECT_GT(rejected, 30);
  EXPECT_LT(rejected, 75);
}

TEST(LjungBox, TakesFittedCoefficientsOff) {
  const auto y = classic("lynx");
  EXPECT_EQ(ljung_box(y, 10, 4).degrees, 6);
  EXPECT_TRUE(std::isnan(ljung_box(y, 4, 4).p_value));
}

}  // namespace
}  // namespace forecart

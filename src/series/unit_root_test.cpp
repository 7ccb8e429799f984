#include "series/unit_root.h"

#include "base/random.h"
#include "series/golden.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using nlohmann::json;

TEST(Kpss, EqualsR) {
  for (const json& one : golden().at("diagnostics")) {
    const double reference = one.at("kpss_stat");
    EXPECT_NEAR(kpss_statistic(classic(one.at("series"))), reference, 1e-10 * (1 + reference))
        << one.at("series");
  }
}

TEST(Kpss, PValueIsDrawnBetweenTheCriticalValues) {
  EXPECT_DOUBLE_EQ(kpss_p_value(.463), .05);
  EXPECT_DOUBLE_EQ(kpss_p_value((.347 + .463) / 2), .075);
  EXPECT_DOUBLE_EQ(kpss_p_value(9), .01);
  EXPECT_DOUBLE_EQ(kpss_p_value(0), .1);
}

TEST(Differences, EqualR) {
  for (const json& one : golden().at("diagnostics")) {
    const auto y = classic(one.at("series"));
    EXPECT_EQ(differences_by_kpss(y), one.at("ndiffs_kpss")) << one.at("series");
    EXPECT_EQ(seasonal_differences(y, one.at("season")), one.at("nsdiffs_seas"))
        << one.at("series");
  }
}

TEST(Differences, EqualThoseOfAutoArimaOnClassicSeries) {
  for (const json& one : golden().at("orders")) {
    const Differences reference{one.at("d"), one.at("D")};
    EXPECT_EQ(choose_differences(classic(one.at("series")), one.at("season")), reference)
        << one.at("series");
  }
}

json shared_json(const std::string& name) {
  const auto path = shared_file("golden/" + name);
  return path.empty() ? json() : json::parse(std::ifstream(path));
}

TEST(Differences, EqualThoseOfAutoArimaOnM4) {
  const json weekly = shared_json("autoarima.json");
  const json hourly = shared_json("autoarima_m4_hourly.json");
  if (weekly.is_null() || hourly.is_null()) GTEST_SKIP() << "no reference results of M4 here";
  for (const json& one : weekly) {
    const auto y = csv_column(shared_file("golden/" + one.at("data").get<std::string>()));
    const Differences reference{one.at("d"), one.at("D")};
    EXPECT_EQ(choose_differences(y, one.at("period")), reference) << one.at("id");
  }
  for (const json& one : hourly) {
    const auto y = csv_column(shared_file("golden/" + one.at("data").get<std::string>()));
    const Differences reference{one.at("order").at(1), one.at("seasonal").at(1)};
    EXPECT_EQ(choose_differences(y, 24), reference) << one.at("id");
  }
}

TEST(Differences, OfConstantAndShortSeriesAreNone) {
  const std::vector<double> constant(100, 7.5);
  EXPECT_EQ(choose_differences(constant, 12), Differences{});
  EXPECT_EQ(choose_differences({}, 12), Differences{});
  EXPECT_EQ(choose_differences(std::vector{1.0}, 12), Differences{});
  EXPECT_EQ(seasonal_differences(std::vector<double>{1, 5, 1, 5}, 2), 0) << "two cycles";
}

TEST(Differences, StopWhenNothingIsLeft) {
  std::vector<double> line;
  for (int t = 0; t < 80; ++t) line.push_back(3.0 * t);
  EXPECT_EQ(differences_by_kpss(line), 1) << "the differences are constant";
  std::vector<double> clock;
  for (int t = 0; t < 80; ++t) clock.push_back(t % 4);
  EXPECT_EQ(choose_differences(clock, 4), (Differences{0, 1}));
}

TEST(Differences, AreFoundWithMissingValues) {
  auto y = classic("airpassengers");
  for (const std::size_t gap : {20U, 21U, 60U, 100U, 101U, 102U})
    y[gap] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(choose_differences(y, 12), (Differences{1, 1}));
}

/// Rates of a test that is right: noise is differenced in about 5 % of series, walks nearly always.
TEST(Differences, RejectAtTheirLevel) {
  Generator generator(17);
  int noise_differenced = 0;
  int walk_differenced = 0;
  for (int series = 0; series < 400; ++series) {
    std::vector<double> noise;
    std::vector<double> walk{0};
    for (int t = 0; t < 200; ++t) {
      noise.push_back(generator.normal());
      walk.push_back(walk.back() + generator.normal());
    }
    noise_differenced += differences_by_kpss(noise) > 0 ? 1 : 0;
    walk_differenced += differences_by_kpss(walk) > 0 ? 1 : 0;
  }
  EXPECT_GT(noise_differenced, 5);
  EXPECT_LT(noise_differenced, 40);
  EXPECT_GT(walk_differenced, 380);
}

}  // namespace
}  // namespace forecart

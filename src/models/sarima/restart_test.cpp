// A fitted model can be put back before its first value; moved on over its history it then stands
// where it stood.
#include "base/random.h"
#include "models/baseline/average.h"
#include "models/rolling_choice.h"
#include "models/sarima/arima.h"
#include "models/sarima/auto_arima.h"
#include "models/transformed.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;

constexpr Bucket kFirst = 40;

std::vector<double> seasonal_walk(std::uint64_t seed) {
  Generator generator(seed);
  std::vector<double> y(120);
  double level = 100;
  for (std::size_t t = 0; t < y.size(); ++t) {
    level += generator.normal();
    y[t] = level + 10 * std::sin(M_PI * static_cast<double>(t) / 6) + generator.normal();
  }
  for (const std::size_t t : {0U, 50U, 51U, 119U}) y[t] = std::numeric_limits<double>::quiet_NaN();
  return y;
}

Panel walks() {
  Panel panel{Calendar()};
  panel.add("a", kFirst, seasonal_walk(1));
  panel.add("short", kFirst, std::vector<double>{1, 2});
  panel.add("b", kFirst, seasonal_walk(2));
  return panel;
}

SeriesModelPtr seasonal_arima(const Transform& transform) {
  return transformed(make_arima({.order = SarimaOrder::parse("0,1,1", "0,1,1,12")}), transform, 12);
}

class Restarted : public testing::TestWithParam<SeriesModelPtr> {};

TEST_P(Restarted, WalksToWhereItStood) {
  const Panel panel = walks();
  const auto fitted = per_series(GetParam(), make_window_average(12))->fit(panel, {}, {});
  const Panel wanted = panel.only({2, 1, 0});
  const RestartedPanel again = restarted(*fitted, wanted);
  ASSERT_NE(again.fitted, nullptr);
  EXPECT_GE(again.warm_up[0], 1);
  EXPECT_EQ(again.warm_up[1], -1) << "a baseline stands in for it";
  const Forecast before = again.fitted->forecast(1);
  EXPECT_EQ(before.series[2].first, kFirst + 1) << "its first known value";
  again.fitted->update(wanted);
  const Forecast now = again.fitted->forecast(14);
  const Forecast expected = fitted->forecast(14);
  for (const std::size_t i : {0U, 1U, 2U}) {
    EXPECT_EQ(now.series[i].id, expected.series[2 - i].id);
    EXPECT_EQ(now.series[i].first, expected.series[2 - i].first);
    for (Index k = 0; k < 14; ++k) {
      EXPECT_EQ(now.series[i].distribution->quantile(k, 0.9),
                expected.series[2 - i].distribution->quantile(k, 0.9));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Restarted,
    testing::Values(seasonal_arima(Transform::none), seasonal_arima(Transform::log),
                    best_on_rolling_origins("AutoARIMA",
                                            {{"log", seasonal_arima(Transform::log)},
                                             {"none", seasonal_arima(Transform::none)}},
                                            {12, 2, 12})));

TEST(RestartedPanel, IsNothingOfModelsThatCannot) {
  const auto fitted =
      per_series(make_window_average(2), make_window_average(2))->fit(walks(), {}, {});
  EXPECT_EQ(restarted(*fitted, walks()).warm_up, (std::vector<Index>{-1, -1, -1}));
}

}  // namespace
}  // namespace forecart

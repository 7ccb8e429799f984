#include "models/seasonal_adjustment.h"

#include "base/random.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace forecart {
namespace {

const Calendar kWeeks{Frequency::parse("W-MON"), TimeZone()};

/// Weeks on a level under a yearly wave that multiplies, or adds around zero.
std::vector<double> weeks(int n, bool multiplies) {
  Generator generator(5);
  std::vector<double> y;
  for (int t = 0; t < n; ++t) {
    const double season = .5 * std::sin(2 * std::numbers::pi * t / 52) + .02 * generator.normal();
    y.push_back(multiplies ? 100 * std::exp(season) : 100 * season);
  }
  return y;
}

std::unique_ptr<FittedSeries> fit(const SeriesModelPtr& model, const std::vector<double>& y) {
  return model->fit({kWeeks, 0, y}, {}).fitted;
}

TEST(SeasonallyAdjusted, GivesANaiveForecastItsSeason) {
  for (const bool multiplies : {true, false}) {
    auto y = weeks(430, multiplies);
    const std::vector<double> future(y.end() - 26, y.end());
    y.resize(404);
    const auto adjusted = fit(seasonally_adjusted(make_naive(), 52), y)->forecast(26);
    const auto plain = fit(make_naive(), y)->forecast(26);
    double error = 0;
    double plain_error = 0;
    for (int k = 0; k < 26; ++k) {
      error += std::abs(adjusted->mean(k) - future[k]);
      plain_error += std::abs(plain->mean(k) - future[k]);
    }
    EXPECT_LT(error, .4 * plain_error) << multiplies;
  }
}

TEST(SeasonallyAdjusted, WithoutASeasonIsTheModelItself) {
  const auto y = weeks(80, true);
  const auto adjusted = fit(seasonally_adjusted(make_naive(), 52), y)->forecast(5);
  const auto plain = fit(make_naive(), y)->forecast(5);
  for (int k = 0; k < 5; ++k) {
    EXPECT_DOUBLE_EQ(adjusted->mean(k), plain->mean(k));
    EXPECT_DOUBLE_EQ(adjusted->quantile(k, .9), plain->quantile(k, .9));
  }
}

TEST(SeasonallyAdjusted, MovesOnAndIsSavedWithItsFigure) {
  const auto y = weeks(330, true);
  const auto model = seasonally_adjusted(make_historic_average(), 52);
  const auto fitted = fit(model, {y.begin(), y.begin() + 300});
  const auto loaded = model->load(fitted->save(), kWeeks);
  fitted->update(std::span(y).subspan(300));
  for (std::size_t t = 300; t < 330; ++t) loaded->update(std::span(y).subspan(t, 1));
  for (int k = 0; k < 60; ++k)
    EXPECT_DOUBLE_EQ(loaded->forecast(60)->mean(k), fitted->forecast(60)->mean(k));
  EXPECT_NEAR(fitted->forecast(60)->mean(59), y[330 + 59 - 4 * 52 - 52], 15);
}

TEST(SeasonallyAdjusted, PartsAddUp) {
  const auto fitted = fit(seasonally_adjusted(make_naive(), 52), weeks(300, true));
  const Components parts = fitted->components(20);
  EXPECT_EQ(parts.names, (std::vector<std::string>{"level", "trend", "season_52"}));
  for (int k = 0; k < 20; ++k) EXPECT_NEAR(parts.total()[k], fitted->forecast(20)->mean(k), 1e-9);
}

TEST(SeasonallyAdjusted, DrawsCarryTheSeason) {
  const auto forecast = fit(seasonally_adjusted(make_naive(), 52), weeks(300, true))->forecast(20);
  Generator generator(1);
  const Eigen::MatrixXd paths = forecast->draw(3000, generator);
  EXPECT_NEAR((paths.row(12).array() < forecast->quantile(12, .8)).cast<double>().mean(), .8, .03);
}

}  // namespace
}  // namespace forecart

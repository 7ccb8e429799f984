#include "models/lstm/base_forecast.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace forecart::lstm {
namespace {

using Kind = BaseRule::Kind;

/// A week that repeats, times or plus a level that doubles or rises half-way.
Track weeks(Space space, bool level_change) {
  std::vector<double> y;
  for (int t = 0; t < 140; ++t) {
    const double wave = std::sin(2 * std::numbers::pi * t / 7);
    const bool high = level_change && t >= 70;
    y.push_back(space == Space::scaled ? (high ? 20 : 10) * (1 + 0.5 * wave)
                                       : (high ? 20 : 10) + 5 * wave);
  }
  Track track({space, 0}, {7});
  track.append(y);
  return track;
}

class EverySpace : public testing::TestWithParam<Space> {};

TEST_P(EverySpace, ProfilesAndRepeatsAreExactWhereTheWeekRepeats) {
  const Track track = weeks(GetParam(), false);
  std::vector<double> steps(20);
  for (const BaseRule& rule :
       {BaseRule{.kind = Kind::repeat, .level = 7, .season = 0, .change = 0.8},
        BaseRule{.kind = Kind::profile, .level = 14, .season = 0, .seasons = 5},
        BaseRule{.kind = Kind::recent, .level = 3, .season = 0, .seasons = 5}}) {
    rule.forecast(track, 100, steps);
    for (int k = 0; k < 20; ++k) {
      EXPECT_NEAR(steps[static_cast<std::size_t>(k)], track.working(100 + k), 1e-9) << k;
    }
  }
}

TEST_P(EverySpace, AProfileMovesWithTheLevel) {
  const Track track = weeks(GetParam(), true);
  std::vector<double> steps(7);
  const BaseRule rule{.kind = Kind::profile, .level = 7, .season = 0, .seasons = 3};
  rule.forecast(track, 133, steps);  // the level has held for long
  for (int k = 0; k < 7; ++k) {
    EXPECT_NEAR(steps[static_cast<std::size_t>(k)], track.working(133 + k), 1e-9);
  }
}

TEST_P(EverySpace, WhatTheLastValuesMissFades) {
  Track track = weeks(GetParam(), false);
  const Measure measure = track.measure();
  std::vector<double> last;
  for (Eigen::Index t = 133; t < 136; ++t) {  // three more days, each higher than a week before
    const double usual = track.working(t);
    last.push_back(measure.value(measure.multiplies() ? 1.5 * usual : usual + 5));
  }
  track.append(last);
  std::vector<double> usual(9);
  std::vector<double> moved(9);
  BaseRule{.kind = Kind::profile, .level = 21, .season = 0, .seasons = 5}.forecast(track, 143,
                                                                                   usual);
  BaseRule{.kind = Kind::recent, .level = 3, .season = 0, .seasons = 5}.forecast(track, 143, moved);
  const double first = moved[0] / usual[0] - 1;
  EXPECT_GT(first, 0.2);
  EXPECT_NEAR(moved[7] / usual[7] - 1, first * std::exp(-7.0 / 3), 0.1 * first);  // the same phase
}

INSTANTIATE_TEST_SUITE_P(All, EverySpace,
                         testing::Values(Space::log, Space::scaled, Space::centred),
                         [](const auto& param) { return name_of(param.param); });

TEST(BaseRules, NeedOneValueOnly) {
  for (const char* name : {"h", "D", "W-MON", "MS", "15min", "YS"}) {
    const Frequency frequency = Frequency::parse(name);
    const std::vector<int> seasons{frequency.default_season_length(), 400};
    for (const BaseRule& rule : base_rules(frequency, seasons)) {
      Track track({Space::scaled, 0}, seasons);
      track.append(std::vector<double>{3});
      std::vector<double> steps(30);
      rule.forecast(track, 1, steps);
      for (const double step : steps) EXPECT_EQ(step, 3) << name << ' ' << rule.name(seasons);
    }
  }
}

TEST(BestWeights, GoToTheRuleThatIsRight) {
  Generator generator(1);
  Eigen::MatrixXd errors(400, 3);
  for (Eigen::Index i = 0; i < errors.rows(); ++i) {
    errors.row(i) << 1 + generator.normal(), 0.05 * generator.normal(), -2 + generator.normal();
  }
  const std::vector<double> weights = best_weights(errors);
  EXPECT_NEAR(weights[1], 1, 0.05);
  EXPECT_NEAR(weights[0] + weights[1] + weights[2], 1, 1e-9);
}

TEST(BestWeights, CancelErrorsOfOppositeSign) {
  Generator generator(1);
  Eigen::MatrixXd errors(400, 2);
  for (Eigen::Index i = 0; i < errors.rows(); ++i) {
    const double x = generator.normal();
    errors.row(i) << x, -3 * x;
  }
  const std::vector<double> weights = best_weights(errors);
  EXPECT_NEAR(weights[0], 0.75, 0.01);
}

}  // namespace
}  // namespace forecart::lstm

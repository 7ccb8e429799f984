#include "models/profile/level.h"

#include "base/error.h"
#include "models/profile/level_choice.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart {
namespace {

TEST(Level, OfAWindowForgetsWhatLeftIt) {
  Level level({3, false});
  EXPECT_EQ(level.value(), 0);
  for (const double y : {100.0, 100.0, 2.0, 4.0, 6.0}) level.push(y, 2);
  EXPECT_DOUBLE_EQ(level.value(), 2);
  EXPECT_DOUBLE_EQ(level.support(), 3);
  for (int i = 0; i < 50; ++i) level.push(10, 2);
  EXPECT_DOUBLE_EQ(level.value(), 5);
}

TEST(Level, ThatFadesIsExponentialSmoothingOfRatios) {
  Level level({3, true});  // alpha = .5
  for (const double y : {4.0, 8.0}) level.push(y, 1);
  EXPECT_DOUBLE_EQ(level.value(), (8 + 0.5 * 4) / 1.5);
}

TEST(Level, OfFactorsThatAreZeroIsZero) {
  Level level({3, false});
  level.push(0, 0);
  EXPECT_EQ(level.value(), 0);
}

TEST(BlendedLevel, IsTheWeighedMeanAndComesBackFromItsState) {
  BlendedLevel blended({{{2, false}, 3}, {{4, true}, 1}});
  Level first({2, false});
  Level second({4, true});
  for (const double y : {1.0, 5.0, 2.0, 8.0}) {
    blended.push(y, 1.5);
    first.push(y, 1.5);
    second.push(y, 1.5);
  }
  EXPECT_DOUBLE_EQ(blended.value(), (3 * first.value() + second.value()) / 4);
  BlendedLevel loaded = BlendedLevel::load(blended.save());
  loaded.push(3, 1);
  blended.push(3, 1);
  EXPECT_EQ(loaded.value(), blended.value());
  EXPECT_EQ(loaded.save(), blended.save());
}

TEST(BlendedLevel, RefusesADamagedState) {
  EXPECT_THROW(BlendedLevel::load(nlohmann::json::array()), Error);
  auto weighed = BlendedLevel({{{2, false}, 1}}).save();
  weighed[0]["weight"] = 2;
  EXPECT_THROW(BlendedLevel::load(weighed), Error);
  auto state = Level({2, false}).save();
  state["factors"] = {1.0};
  EXPECT_THROW(Level::load(state), Error);
  state["window"] = 0;
  EXPECT_THROW(Level::load(state), Error);
}

/// Errors of so many origins with 7 steps each, all alike.
ErrorSums errors_of(double origins, double square, bool together) {
  ErrorSums sums;
  sums.origins = origins;
  sums.points = 7 * origins;
  sums.squares = square * sums.points;
  sums.origin_squares = together ? 7 * sums.squares : sums.squares;
  return sums;
}

TEST(WeighedRules, GoByTheLikelihoodOfTheirErrors) {
  const std::vector<LevelRule> rules{{7, false}, {28, false}};
  const auto weights = [&](double origins, bool together) {
    return weighed_rules({{errors_of(origins, 1, together), errors_of(origins, 1.5, together)}},
                         rules);
  };
  const LevelBlend few = weights(4, true);  // four independent errors: 1.5^-2
  ASSERT_EQ(few.size(), 2U);
  EXPECT_NEAR(few[1].weight / few[0].weight, std::pow(1.5, -2), 0.02);
  const LevelBlend noise = weights(4, false);  // 28 of them: below a hundredth
  ASSERT_EQ(noise.size(), 1U);
  EXPECT_EQ(noise[0].rule, rules[0]);
}

TEST(WeighedRules, WithoutErrorsShareEqually) {
  const std::vector<LevelRule> rules{{7, false}, {28, false}};
  const LevelBlend blend = weighed_rules({{ErrorSums{}, ErrorSums{}}}, rules);
  ASSERT_EQ(blend.size(), 2U);
  EXPECT_EQ(blend[0].weight, blend[1].weight);
}

TEST(LevelRules, AreWholeWeeksOfHours) {
  const auto rules = level_rules({Frequency::parse("h"), TimeZone()}, 24);
  EXPECT_EQ(rules.front(), (LevelRule{168, false}));
  for (const LevelRule& rule : rules) EXPECT_EQ(rule.window % 168, 0);
}

}  // namespace
}  // namespace forecart

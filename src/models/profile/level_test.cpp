#include "models/profile/level.h"

#include "base/error.h"

#include <gtest/gtest.h>

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

TEST(BlendedLevel, IsTheMeanAndComesBackFromItsState) {
  BlendedLevel blended({{2, false}, {4, true}});
  Level first({2, false});
  Level second({4, true});
  for (const double y : {1.0, 5.0, 2.0, 8.0}) {
    blended.push(y, 1.5);
    first.push(y, 1.5);
    second.push(y, 1.5);
  }
  EXPECT_DOUBLE_EQ(blended.value(), (first.value() + second.value()) / 2);
  BlendedLevel loaded = BlendedLevel::load(blended.save());
  loaded.push(3, 1);
  blended.push(3, 1);
  EXPECT_EQ(loaded.value(), blended.value());
  EXPECT_EQ(loaded.blend(), blended.blend());
}

TEST(BlendedLevel, RefusesADamagedState) {
  EXPECT_THROW(BlendedLevel::load(nlohmann::json::array()), Error);
  auto state = Level({2, false}).save();
  state["factors"] = {1.0};
  EXPECT_THROW(Level::load(state), Error);
  state["window"] = 0;
  EXPECT_THROW(Level::load(state), Error);
}

TEST(LevelRules, AreWholeWeeksOfHours) {
  const auto rules = level_rules({Frequency::parse("h"), TimeZone()}, 24);
  EXPECT_EQ(rules.front(), (LevelRule{168, false}));
  for (const LevelRule& rule : rules) EXPECT_EQ(rule.window % 168, 0);
}

}  // namespace
}  // namespace forecart

#include "models/profile/axis.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

constexpr Eigen::Index kLong = 100'000;

Calendar calendar(const char* frequency, const char* zone = "none") {
  return {Frequency::parse(frequency), TimeZone::named(zone)};
}

std::vector<std::string> names(const Calendar& calendar, int season) {
  std::vector<std::string> result;
  for (const Axis& axis : axes_of(calendar, season, kLong)) result.push_back(axis.name());
  return result;
}

using Names = std::vector<std::string>;

TEST(Axes, FollowTheFrequency) {
  EXPECT_EQ(names(calendar("h"), 24), (Names{"season_24", "season_168", "season_8766"}));
  EXPECT_EQ(names(calendar("D"), 7), (Names{"season_7", "season_365"}));
  EXPECT_EQ(names(calendar("W-MON"), 52), Names{"season_52"});
  EXPECT_EQ(names(calendar("MS"), 12), Names{"season_12"});
  EXPECT_EQ(names(calendar("1"), 24), Names{"season_24"});
}

TEST(Axes, OfNoSeasonAreNone) {
  EXPECT_TRUE(axes_of(calendar("h"), 1, kLong).empty());
  EXPECT_TRUE(axes_of(calendar("D"), 1, kLong).empty());
}

TEST(Axes, OfAWeekOfHoursHaveTheDayBeside) {
  EXPECT_EQ(names(calendar("h"), 168),
            (Names{"season_24", "season_168", "season_168", "season_8766"}));
}

TEST(Axis, PlacesFollowTheCivilClock) {
  const Calendar berlin = calendar("h", "Europe/Berlin");
  const auto axes = axes_of(berlin, 24, kLong);
  const auto at = [&](const char* text) {
    return berlin.bucket(*parse_instant(text, berlin.zone()));
  };
  EXPECT_EQ(axes[0].place(at("2019-07-01T10:00")), axes[0].place(at("2019-12-01T10:00")));
  EXPECT_EQ(axes[1].place(at("2019-07-01T00:00")), axes[1].place(at("2019-12-02T23:00")));
  EXPECT_NE(axes[1].place(at("2019-07-01T00:00")), axes[1].place(at("2019-07-02T00:00")));
  EXPECT_EQ(axes[2].place(at("2019-12-31T23:00")), 11);
  EXPECT_EQ(axes[2].place(at("2020-01-01T00:00")), 0);
}

TEST(Axis, BlocksAreFourWeeksAndYears) {
  const Calendar daily = calendar("D");
  const auto axes = axes_of(daily, 7, kLong);
  const auto at = [&](const char* text) {
    return daily.bucket(*parse_instant(text, daily.zone()));
  };
  EXPECT_EQ(axes[0].block(at("1970-01-01")), axes[0].block(at("1970-01-28")));
  EXPECT_NE(axes[0].block(at("1970-01-28")), axes[0].block(at("1970-01-29")));
  EXPECT_EQ(axes[1].block(at("2016-12-31")), 2016);
}

TEST(Axis, BlocksOfAShortHistoryAreWholeCyclesOfHalfOfIt) {
  const auto blocks = [](const Calendar& of, int season, std::size_t axis, Eigen::Index history) {
    const PlaceTable table(axes_of(of, season, history), 0, history);
    return 1 + table.block(history - 1, axis);
  };
  EXPECT_EQ(blocks(calendar("h"), 24, 0, 96), 2);  // four days
  EXPECT_EQ(blocks(calendar("h"), 24, 1, 21 * 24), 3);
  EXPECT_EQ(blocks(calendar("MS"), 12, 0, 24), 2);
  EXPECT_EQ(blocks(calendar("1"), 6, 0, 24), 2);
}

TEST(PlaceTable, HoldsWhatTheAxesSay) {
  const auto axes = axes_of(calendar("D"), 7, kLong);
  const PlaceTable table(axes, -40, 800);
  for (const Bucket bucket : {Bucket{-40}, Bucket{0}, Bucket{799}}) {
    for (std::size_t i = 0; i < axes.size(); ++i) {
      EXPECT_EQ(table.place(bucket, i), axes[i].place(bucket));
      EXPECT_EQ(table.block(bucket, i), axes[i].block(bucket) - axes[i].block(-40));
    }
  }
}

}  // namespace
}  // namespace forecart

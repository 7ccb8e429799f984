#include "base/frequency.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

TEST(Frequency, ReadsPandasOldAndNewAndIso) {
  EXPECT_EQ(Frequency::parse("H").name(), "h");
  EXPECT_EQ(Frequency::parse("15T").name(), "15min");
  EXPECT_EQ(Frequency::parse("PT15M").name(), "15min");
  EXPECT_EQ(Frequency::parse("PT1H").name(), "h");
  EXPECT_EQ(Frequency::parse("P1D").name(), "D");
  EXPECT_EQ(Frequency::parse("P1M").name(), "MS");
  EXPECT_EQ(Frequency::parse("M").name(), "ME");
  EXPECT_EQ(Frequency::parse("W-WED").name(), "W-WED");
  EXPECT_EQ(Frequency::parse("3").name(), "3");
}

TEST(Frequency, CanonicalNamesReadBack) {
  for (const auto* name : {"s", "15min", "h", "2h", "D", "W-MON", "2W-SUN", "MS", "ME", "QS", "QE",
                           "YS", "YE", "1", "12"}) {
    EXPECT_EQ(Frequency::parse(name).name(), name);
  }
}

TEST(Frequency, RefusesWhatItDoesNotKnow) {
  for (const auto* name : {"", "x", "0h", "-1D", "W-ABC", "1.5h", "PT", "P1X", "99999999999h",
                           "2147483647h", "601YS", "P32000W"}) {
    try {
      Frequency::parse(name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_value) << name;
    }
  }
}

TEST(Frequency, UsualSeasons) {
  EXPECT_EQ(Frequency::parse("h").default_season_length(), 24);
  EXPECT_EQ(Frequency::parse("15min").default_season_length(), 96);
  EXPECT_EQ(Frequency::parse("D").default_season_length(), 7);
  EXPECT_EQ(Frequency::parse("W-MON").default_season_length(), 52);
  EXPECT_EQ(Frequency::parse("MS").default_season_length(), 12);
  EXPECT_EQ(Frequency::parse("5000000h").default_season_length(), 1);
  EXPECT_EQ(Frequency::parse("5h").default_season_length(), 1);
  EXPECT_EQ(Frequency::parse("1").default_season_length(), 1);
}

}  // namespace
}  // namespace forecart

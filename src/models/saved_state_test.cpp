#include "models/saved_state.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>

namespace forecart {
namespace {

using nlohmann::json;

TEST(SavedState, HoldsACalendarByItsNames) {
  const Calendar calendar =
      read_calendar({{"frequency", "W-MON"}, {"zone", "America/New_York"}, {"more", 1}});
  EXPECT_EQ(calendar.frequency().name(), "W-MON");
  EXPECT_EQ(calendar.zone().name(), "America/New_York");
}

TEST(SavedState, WithoutACalendarIsDamaged) {
  for (const json& state : {json{{"frequency", "D"}}, json{{"zone", "UTC"}},
                            json{{"frequency", "sometimes"}, {"zone", "UTC"}},
                            json{{"frequency", "D"}, {"zone", "Nowhere/Land"}},
                            json{{"frequency", 7}, {"zone", "UTC"}}}) {
    try {
      read_state("M", [&] { return read_calendar(state); });
      ADD_FAILURE() << state.dump();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data) << state.dump();
    }
  }
}

TEST(SavedState, WholeNumbersAreNothingElse) {
  EXPECT_EQ(whole<int>(json(-7)), -7);
  EXPECT_EQ(whole<std::size_t>(json(7U)), 7U);
  EXPECT_EQ(whole<std::int64_t>(json(INT64_MIN)), INT64_MIN);
  EXPECT_EQ(wholes<int>(json::array({1, 2})), (std::vector<int>{1, 2}));
  EXPECT_THROW(whole<int>(json(INT64_C(1) << 40)), Error);
  EXPECT_THROW(whole<std::size_t>(json(-1)), Error);
  EXPECT_THROW(whole<std::int64_t>(json(UINT64_MAX)), Error);
  for (const json& other : {json(1e300), json(1.5), json(std::nan("")), json(true), json("1")}) {
    EXPECT_THROW(whole<std::int64_t>(other), Error) << other.dump();
    EXPECT_THROW(wholes<int>(json::array({other})), Error) << other.dump();
  }
}

}  // namespace
}  // namespace forecart

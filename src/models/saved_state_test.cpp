#include "models/saved_state.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace forecart

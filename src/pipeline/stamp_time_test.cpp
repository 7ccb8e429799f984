#include "pipeline/stamp_time.h"

#include "pipeline/repository.h"

#include <gtest/gtest.h>

#include <chrono>

namespace forecart {
namespace {

TEST(StampTime, IsThatOfTheStamp) {
  const auto instant = time_of_stamp("20260412T083015.123Z-ab12cd");
  ASSERT_TRUE(instant);
  EXPECT_EQ(iso_time(*instant), "2026-04-12T08:30:15.123Z");
  const auto now = std::chrono::system_clock::now();
  const auto made = time_of_stamp(make_stamp("abcdef"));
  ASSERT_TRUE(made);
  EXPECT_LT(std::chrono::abs(*made - now), std::chrono::seconds(5));
}

TEST(StampTime, OfWhatIsNoneIsNone) {
  for (const char* text : {"", "x", "20260412T083015.123", "20261312T083015.123Z-ab12cd",
                           "2026-04-12T08:30:15Z---", "2026041xT083015.123Z-ab12cd"}) {
    EXPECT_FALSE(time_of_stamp(text)) << text;
  }
}

TEST(StampTime, TellsInstantsBefore1970) {
  EXPECT_EQ(iso_time(Instant(std::chrono::milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace forecart

#include "base/time_budget.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

TEST(TimeBudget, CountsDown) {
  double now = 100;
  TimeBudget budget(10, [&now] { return now; });
  EXPECT_TRUE(budget.limited());
  EXPECT_EQ(budget.left(), 10);
  now = 103;
  EXPECT_EQ(budget.left(), 7);
  EXPECT_EQ(budget.spent(), 3);
  budget.spent_before(5);
  EXPECT_EQ(budget.left(), 2);
  now = 110;
  EXPECT_LT(budget.left(), 0);
}

TEST(TimeBudget, NoneNeverEnds) {
  const TimeBudget none;
  EXPECT_FALSE(none.limited());
  EXPECT_TRUE(std::isinf(none.left()));
}

TEST(Duration, IsReadWithItsUnit) {
  EXPECT_EQ(parse_duration("90"), 90);
  EXPECT_EQ(parse_duration("90s"), 90);
  EXPECT_EQ(parse_duration("5m"), 300);
  EXPECT_EQ(parse_duration("1.5h"), 5400);
  for (const char* wrong : {"", "s", "0", "-3s", "5 m", "5d", "nan", "inf", "1e9h", "3mm"}) {
    EXPECT_THROW(parse_duration(wrong), Error) << wrong;
  }
}

}  // namespace
}  // namespace forecart

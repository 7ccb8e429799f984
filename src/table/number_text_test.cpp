#include "table/number_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace forecart {
namespace {

TEST(NumberText, IsShortAndWithoutExponentForWholeNumbers) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(1e6), "1000000");
  EXPECT_EQ(number_text(-34492035.97), "-34492035.97");
  EXPECT_EQ(number_text(1e300), "1e+300");
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "");
}

RC_GTEST_PROP(NumberText, ReadsBackAsTheSameDouble, (std::uint64_t bits)) {
  const auto value = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(value));
  RC_ASSERT(std::bit_cast<std::uint64_t>(*parse_number(number_text(value))) == bits);
}

TEST(NumberText, TakesNothingButNumbers) {
  for (const char* text : {"", " 1", "1 ", "1,5", "nan", "inf", "0x10", "+-1", "1e999", "--1"}) {
    EXPECT_FALSE(parse_number(text).has_value()) << text;
  }
  EXPECT_EQ(parse_number("+1.5"), 1.5);
  EXPECT_EQ(parse_integer("-42"), -42);
  EXPECT_FALSE(parse_integer("1.0").has_value());
  EXPECT_FALSE(parse_integer("9223372036854775808").has_value());
}

TEST(NumberText, TrimsBlanksOfEveryKind) {
  EXPECT_EQ(trim(" \t a b\xC2\xA0 "), "a b");
  EXPECT_EQ(trim("\xC2\xA0"), "");
}

}  // namespace
}  // namespace forecart

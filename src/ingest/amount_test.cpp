#include "ingest/amount.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

TEST(Amount, ReadsBothDecimalMarks) {
  EXPECT_EQ(parse_amount("11.95", DecimalMark::point), 11.95);
  EXPECT_EQ(parse_amount("-3", DecimalMark::point), -3);
  EXPECT_EQ(parse_amount("1,234,567.5", DecimalMark::point), 1234567.5);
  EXPECT_EQ(parse_amount("1.234,5", DecimalMark::comma), 1234.5);
  EXPECT_EQ(parse_amount("12,50 €", DecimalMark::comma), 12.5);
  EXPECT_EQ(parse_amount("-$1,200", DecimalMark::point), -1200);
  EXPECT_EQ(parse_amount("1.234", DecimalMark::comma), 1234);
  EXPECT_EQ(parse_amount("7", DecimalMark::comma), 7);
}

TEST(Amount, RefusesWhatIsNoNumber) {
  for (const char* cell : {"", "two", "1,23", "1,2345", ",5", "12,34,567", "1.5.2", "nan", "inf",
                           "1e16", "$", "1.234,5", "--5", "1,"}) {
    EXPECT_FALSE(parse_amount(cell, DecimalMark::point).has_value()) << cell;
  }
}

TEST(Amount, TheFileDecidesTheMark) {
  const auto decide = [](std::initializer_list<const char*> cells) {
    DecimalEvidence evidence;
    for (const char* cell : cells) evidence.add(cell);
    return evidence.decide();
  };
  EXPECT_EQ(decide({"150", "11.95"}), DecimalMark::point);
  EXPECT_EQ(decide({"1,234", "11.95"}), DecimalMark::point);
  EXPECT_EQ(decide({"1.234", "11,95"}), DecimalMark::comma);
  EXPECT_EQ(decide({"1.234.567"}), DecimalMark::comma);
  EXPECT_EQ(decide({"1,234,567"}), DecimalMark::point);
  EXPECT_EQ(decide({"1.234,5"}), DecimalMark::comma);
  EXPECT_EQ(decide({"1", "2"}), DecimalMark::point);
}

RC_GTEST_PROP(Amount, GroupedNumbersComeBack, (std::int32_t cents)) {
  const std::int64_t size = std::abs(std::int64_t{cents});
  std::string whole = std::to_string(size / 100);
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(whole.size()) - 3; at > 0; at -= 3) {
    whole.insert(static_cast<std::size_t>(at), 1, '.');
  }
  const std::string cell = fmt::format("{}{},{:02}", cents < 0 ? "-" : "", whole, size % 100);
  RC_ASSERT(parse_amount(cell, DecimalMark::comma) == static_cast<double>(cents) / 100);
}

}  // namespace
}  // namespace forecart

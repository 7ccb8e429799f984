#include "table/csv_dialect.h"

#include "table/expect_error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

char delimiter(std::string_view bytes) {
  return sniff_dialect(bytes, '"', true).delimiter;
}

TEST(CsvDialect, FindsTheDelimiter) {
  EXPECT_EQ(delimiter("a,b\n1,2\n"), ',');
  EXPECT_EQ(delimiter("a;b;c\n1,5;2,5;x\n3,5;1,1;y\n"), ';');
  EXPECT_EQ(delimiter("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(delimiter("a|b\n1|2\n"), '|');
  EXPECT_EQ(delimiter("id;address\n1;\"a, b, c\"\n"), ';');
  EXPECT_EQ(delimiter("single\n1\n"), ',');
}

TEST(CsvDialect, FindsTheLineEnd) {
  EXPECT_EQ(sniff_dialect("a,b\r1,2\r", '"', true).line_end, '\r');
  EXPECT_EQ(sniff_dialect("a,b\r\n1,2\r\n", '"', true).line_end, '\n');
}

TEST(CsvDialect, RefusesWhatIsNoText) {
  using namespace std::string_view_literals;
  expect_error(ErrorCode::bad_data, "Excel", [] { require_text("PK\x03\x04..", "f"); });
  expect_error(ErrorCode::bad_data, "utf-16", [] {
    require_text(
        "\xFF\xFE"
        "a\0"sv,
        "f");
  });
  expect_error(ErrorCode::bad_data, "NUL", [] { require_text("a\0b"sv, "f"); });
}

}  // namespace
}  // namespace forecart

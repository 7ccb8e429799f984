#include "base/ascii.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

TEST(Ascii, LowersLettersAndNothingElse) {
  EXPECT_EQ(ascii_lower("Content-TYPE 9 @[`{"), "content-type 9 @[`{");
  EXPECT_EQ(ascii_lower("\xC3\x84\xC4\xB0Z"), "\xC3\x84\xC4\xB0z") << "bytes of UTF-8 stay";
}

TEST(Ascii, ComparesWithoutCaseAndToTheEnd) {
  EXPECT_TRUE(equal_ignoring_case("Chunked", "cHUNKED"));
  EXPECT_FALSE(equal_ignoring_case("chunked", "chunk"));
  EXPECT_FALSE(equal_ignoring_case("@", "`")) << "a bit apart as letters are, and no letters";
}

TEST(Ascii, KnowsDigits) {
  EXPECT_TRUE(is_ascii_digit('0') && is_ascii_digit('9'));
  EXPECT_FALSE(is_ascii_digit('/') || is_ascii_digit(':') || is_ascii_digit('\xB2'));
}

}  // namespace
}  // namespace forecart

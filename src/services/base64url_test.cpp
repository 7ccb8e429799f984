#include "services/base64url.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

TEST(Base64url, IsThatOfRfc4648AndRfc7515) {
  const char* const kPairs[][2] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : kPairs) {
    EXPECT_EQ(base64url(bytes), text);
    EXPECT_EQ(parse_base64url(text), bytes);
  }
  EXPECT_EQ(base64url("\x03\xec\xff\xe0\xc1"), "A-z_4ME");  // RFC 7515, appendix C
}

TEST(Base64url, RefusesAllOtherTexts) {
  for (const char* text : {"A", "AAAAA", "Zg==", "Zm8=", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Z\xc3",
                           "Zh", "Zm9"}) {  // the last two: unused bits
    EXPECT_FALSE(parse_base64url(text)) << text;
  }
}

RC_GTEST_PROP(Base64url, IsTheOnlyTextOfItsBytes, (const std::string& bytes)) {
  const std::string text = base64url(bytes);
  RC_ASSERT(parse_base64url(text) == bytes);
}

// RFC 4648, section 10.
TEST(Base64, IsTheUsualKind) {
  const std::pair<const char*, const char*> known[]{
      {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : known) {
    EXPECT_EQ(base64(bytes), text);
    EXPECT_EQ(parse_base64(text), bytes);
  }
  for (const char* wrong : {"Zg", "Zg=", "Z===", "-_8=", "Zh==", "Zm9v====", "Z m9"}) {
    EXPECT_FALSE(parse_base64(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace forecart

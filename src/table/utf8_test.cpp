#include "table/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

TEST(Utf8, TellsWellFormedFromBroken) {
  for (const char* good : {"", "plain ascii, longer than eight", "Stückpreis", "€", "𝄞",
                           "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  }
  // Overlong, surrogate, beyond U+10FFFF, lone continuation, cut off (RFC 3629 section 3).
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80",
                          "St\xFC"
                          "ck",
                          "long enough text \xE2\x82"}) {
    EXPECT_FALSE(is_valid_utf8(bad)) << bad;
  }
}

RC_GTEST_PROP(Utf8, EscapedTextIsAlwaysWellFormed, (const std::string& bytes)) {
  const std::string escaped = escape_invalid_utf8(bytes);
  RC_ASSERT(is_valid_utf8(escaped));
  RC_ASSERT(!is_valid_utf8(bytes) || escaped == bytes);
}

}  // namespace
}  // namespace forecart

#include "net/uri.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

TEST(Uri, EncodesAllButUnreservedLetters) {
  EXPECT_EQ(uri_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(uri_encode("a b+c/ü%"), "a%20b%2Bc%2F%C3%BC%25");
  EXPECT_EQ(uri_encode("a/b c", true), "a/b%20c");
}

TEST(Uri, DecodesAndLeavesWhatIsNoEscape) {
  EXPECT_EQ(uri_decode("a%20b%2bc+d"), "a b+c+d");
  EXPECT_EQ(uri_decode("100%"), "100%");
  EXPECT_EQ(uri_decode("%4"), "%4");
  EXPECT_EQ(uri_decode("%zz%41"), "%zzA");
}

RC_GTEST_PROP(Uri, DecodingUndoesEncoding, (const std::string& text)) {
  RC_ASSERT(uri_decode(uri_encode(text)) == text);
  RC_ASSERT(uri_decode(uri_encode(text, true)) == text);
}

TEST(Uri, SortsAQueryByItsEncodedForm) {
  EXPECT_EQ(encode_query({{"b", "2"}, {"a", "x y"}, {"a", "1"}, {"A", "="}}),
            "A=%3D&a=1&a=x%20y&b=2");
  EXPECT_EQ(encode_query({{"uploads", ""}}), "uploads=");
}

TEST(Url, IsTakenApartAndPutTogether) {
  const Url url = parse_url("http://localhost:7480/a%20b/c?x=1%262&flag");
  EXPECT_EQ(url, (Url{"http", "localhost:7480", "/a b/c", {{"x", "1&2"}, {"flag", ""}}}));
  EXPECT_EQ(url.text(), "http://localhost:7480/a%20b/c?flag=&x=1%262");
  EXPECT_EQ(parse_url("https://h").text(), "https://h/");
  EXPECT_EQ(parse_url("https://h:443?x=1").text(), "https://h/?x=1");
  EXPECT_EQ(parse_url("http://h:80/").host, "h");
  EXPECT_EQ(parse_url("http://[::1]:80/").host, "[::1]");
}

TEST(Url, RefusesWhatIsNoneAndKeepsTheQueryToItself) {
  for (const auto* text : {"", "h", "ftp://h/", "http://", "http:///x", "http://u:p@h/",
                           "http://a b/", "http://h\r\nx: y/", "http://hkz:80:80", "http://::1/"}) {
    EXPECT_THROW(parse_url(text), Error) << text;
  }
  try {
    parse_url("ftp://h/?token=secret");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace forecart

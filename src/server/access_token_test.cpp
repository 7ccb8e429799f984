#include "server/access_token.h"

#include "base/error.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace forecart {
namespace {

constexpr const char* kSecret = "0123456789abcdef";

TEST(AccessToken, IsShownAsBearerOrAsBasicPassword) {
  const AccessToken token(kSecret);
  EXPECT_TRUE(token.is_shown_by("Bearer 0123456789abcdef"));
  EXPECT_TRUE(token.is_shown_by("bearer  0123456789abcdef"));
  EXPECT_TRUE(token.is_shown_by("Basic Y2VwaDowMTIzNDU2Nzg5YWJjZGVm"));  // ceph:0123456789abcdef
  EXPECT_TRUE(token.is_shown_by("BASIC OjAxMjM0NTY3ODlhYmNkZWY="));      // :0123456789abcdef
  for (const char* wrong :
       {"", "Bearer", "Bearer ", "Bearer 0123456789abcdeg", "Bearer 0123456789abcde",
        "0123456789abcdef", "Bearer0123456789abcdef", "Basic 0123456789abcdef",
        "Basic MDEyMzQ1Njc4OWFiY2RlZg==", "Basic Y2VwaDpub25l", "Basic !!", "Digest x"}) {
    EXPECT_FALSE(token.is_shown_by(wrong)) << wrong;
  }
}

TEST(AccessToken, ComesFromAFileOrTheEnvironment) {
  const ScratchFolder folder;
  unsetenv("FORECART_TOKEN");
  EXPECT_FALSE(AccessToken::from(""));
  const auto file = folder.write("token", "0123456789abcdef\r\nmore\n");
  EXPECT_TRUE(AccessToken::from(file)->is_shown_by("Bearer 0123456789abcdef"));
  setenv("FORECART_TOKEN", "fedcba9876543210", 1);
  EXPECT_TRUE(AccessToken::from("")->is_shown_by("Bearer fedcba9876543210"));
  unsetenv("FORECART_TOKEN");
}

TEST(AccessToken, RefusesOneThatCanBeGuessed) {
  const ScratchFolder folder;
  expect_error(ErrorCode::invalid_value, "16", [] { AccessToken("short"); });
  expect_error(ErrorCode::unreadable, "openssl rand",
               [&] { AccessToken::from(folder.write("empty", "")); });
}

TEST(Base64, AsRfc4648) {
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_FALSE(decode_base64("a b"));
}

}  // namespace
}  // namespace forecart

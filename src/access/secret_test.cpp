#include "access/secret.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <set>
#include <string>

namespace forecart {
namespace {

constexpr std::array kKinds{SecretKind::session, SecretKind::token, SecretKind::first_admin};

TEST(Secret, HasItsFormAndIsNeverTheSame) {
  std::set<std::string> made;
  for (int i = 0; i < 1000; ++i) {
    const std::string secret = make_secret(SecretKind::token);
    EXPECT_EQ(secret.size(), 53U);
    EXPECT_TRUE(secret.starts_with("fct_"));
    EXPECT_TRUE(is_secret(SecretKind::token, secret));
    made.insert(secret);
  }
  EXPECT_EQ(made.size(), 1000U);
}

TEST(Secret, OfOneKindIsNoneOfAnother) {
  for (const SecretKind made : kKinds) {
    for (const SecretKind asked : kKinds) {
      EXPECT_EQ(is_secret(asked, make_secret(made)), made == asked);
    }
  }
}

TEST(Secret, AnyMistypedCharacterShows) {
  const std::string secret = make_secret(SecretKind::token);
  for (std::size_t i = 0; i < secret.size(); ++i) {
    for (const char c : {'0', 'Z', 'q', '_', ' ', '\0', '\xff'}) {
      if (secret[i] == c) continue;
      std::string wrong = secret;
      wrong[i] = c;
      EXPECT_FALSE(is_secret(SecretKind::token, wrong)) << wrong;
    }
    EXPECT_FALSE(is_secret(SecretKind::token, secret.substr(0, i)));
  }
  EXPECT_FALSE(is_secret(SecretKind::token, secret + "0"));
}

RC_GTEST_PROP(Secret, AnyOtherTextIsNone, (const std::string& text)) {
  for (const SecretKind kind : kKinds) RC_ASSERT(!is_secret(kind, text));
}

/// 43 of 62 digits drawn alike: each stands in a secret about as often as any other.
TEST(Secret, DigitsAreDrawnAlike) {
  std::array<int, 256> count{};
  constexpr int kSecrets = 2000;
  for (int i = 0; i < kSecrets; ++i) {
    for (const char c : make_secret(SecretKind::session).substr(4, 43)) {
      ++count[static_cast<unsigned char>(c)];
    }
  }
  double chi_squared = 0;
  int digits = 0;
  for (const int seen : count) {
    if (seen == 0) continue;
    const double expected = kSecrets * 43 / 62.0;
    chi_squared += (seen - expected) * (seen - expected) / expected;
    ++digits;
  }
  EXPECT_EQ(digits, 62);
  EXPECT_LT(chi_squared, 125);  // 61 degrees of freedom: exceeded by chance once in 400,000
}

TEST(Csrf, HoldsWithItsSessionAlone) {
  const std::string session = make_secret(SecretKind::session);
  const std::string token = csrf_token(session);
  EXPECT_TRUE(csrf_holds(session, token));
  EXPECT_FALSE(csrf_holds(make_secret(SecretKind::session), token));
  EXPECT_FALSE(csrf_holds(session, ""));
  EXPECT_FALSE(csrf_holds(session, token.substr(1)));
  std::string wrong = token;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_FALSE(csrf_holds(session, wrong));
  EXPECT_NE(token, secret_hash(session)) << "what lies in the store is not what the page sends";
}

}  // namespace
}  // namespace forecart

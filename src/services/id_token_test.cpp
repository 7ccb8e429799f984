#include "services/id_token.h"

#include "services/oidc_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <optional>

namespace forecart {
namespace {

using nlohmann::json;

constexpr std::int64_t kNow = 1'800'000'000;

ExpectedToken expected() {
  return {.issuer = "https://id.example",
          .client_id = "forecart",
          .nonce = "n-0S6_WzA2Mj",
          .now = Instant(std::chrono::seconds(kNow))};
}

json good() {
  return {{"iss", "https://id.example"}, {"sub", "248289761001"}, {"aud", "forecart"},
          {"exp", kNow + 300},           {"iat", kNow - 1},       {"nonce", "n-0S6_WzA2Mj"}};
}

/// Why it is refused; "" where it is not.
std::string refusal(const std::string& claims) {
  try {
    identity_of(claims, expected());
    return "";
  } catch (const OidcError& error) {
    EXPECT_EQ(error.fault(), OidcFault::token_refused);
    return error.message();
  }
}

std::string with(const char* name, const json& value) {
  json claims = good();
  claims[name] = value;
  return refusal(claims.dump());
}

std::string without(const char* name) {
  json claims = good();
  claims.erase(name);
  return refusal(claims.dump());
}

/// The claim that is named as not right.
std::string not_right(const std::string& message) {
  const std::size_t begin = message.find('\'') + 1;
  return begin == 0 ? message : message.substr(begin, message.find('\'', begin) - begin);
}

TEST(IdToken, SaysWhoItIs) {
  const OidcIdentity identity = identity_of(good().dump(), expected());
  EXPECT_EQ(identity.issuer, "https://id.example");
  EXPECT_EQ(identity.subject, "248289761001");
  EXPECT_EQ(identity.name + identity.email, "");
}

TEST(IdToken, EveryClaimThatIsNeededIsMissed) {
  for (const char* name : {"iss", "sub", "aud", "exp", "iat", "nonce"}) {
    EXPECT_EQ(not_right(without(name)), name);
    for (const json& wrong : {json(nullptr), json(true), json("x"), json(-1), json::object(),
                              json::array(), json(""), json(1e300)}) {
      if (std::string(name) == "sub" && wrong == "x") continue;
      EXPECT_EQ(not_right(with(name, wrong)), name) << wrong;
    }
  }
}

TEST(IdToken, OfOthersAndForOthersIsRefused) {
  EXPECT_EQ(not_right(with("iss", "https://id.example/")), "iss");
  EXPECT_EQ(not_right(with("iss", "https://ID.example")), "iss");
  EXPECT_EQ(not_right(with("aud", "forecart2")), "aud");
  EXPECT_EQ(not_right(with("aud", json::array({"other"}))), "aud");
  EXPECT_EQ(not_right(with("aud", json::array({"forecart", 1}))), "aud");
  EXPECT_EQ(with("aud", json::array({"forecart"})), "");
  EXPECT_EQ(not_right(with("aud", json::array({"forecart", "other"}))), "azp");
  EXPECT_EQ(not_right(with("azp", "other")), "azp");
  EXPECT_EQ(with("azp", "forecart"), "");
  EXPECT_EQ(not_right(with("nonce", "n-0S6_WzA2Mk")), "nonce");
  json shared = good();
  shared["aud"] = {"forecart", "other"};
  shared["azp"] = "forecart";
  EXPECT_EQ(refusal(shared.dump()), "");
}

TEST(IdToken, TimesHoldWithAMinuteOfSkew) {
  EXPECT_EQ(with("exp", kNow - 59), "");
  EXPECT_EQ(not_right(with("exp", kNow - 60)), "exp");
  EXPECT_EQ(not_right(with("exp", std::to_string(kNow + 300))), "exp");
  EXPECT_EQ(with("exp", static_cast<double>(kNow) + 0.5), "");
  EXPECT_EQ(with("iat", kNow + 60), "");
  EXPECT_EQ(not_right(with("iat", kNow + 61)), "iat");
  EXPECT_EQ(with("nbf", kNow + 60), "");
  EXPECT_EQ(not_right(with("nbf", kNow + 61)), "nbf");
  EXPECT_EQ(not_right(with("nbf", "now")), "nbf");
}

TEST(IdToken, SubjectIsBounded) {
  EXPECT_EQ(with("sub", std::string(255, 's')), "");
  EXPECT_EQ(not_right(with("sub", std::string(256, 's'))), "sub");
  EXPECT_EQ(not_right(with("sub", "a\nb")), "sub");
  EXPECT_EQ(not_right(with("sub", "\xc3\xa9")), "sub");
}

TEST(IdToken, NamesAreToShowOnly) {
  json claims = good();
  claims["name"] = "Ann\u0007 B\n";
  claims["email"] = "ann@shop.example";
  EXPECT_EQ(identity_of(claims.dump(), expected()).name, "Ann B");
  EXPECT_EQ(identity_of(claims.dump(), expected()).email, "");  // not said to be verified
  for (const json& no : {json("true"), json(1), json(false)}) {
    claims["email_verified"] = no;
    EXPECT_EQ(identity_of(claims.dump(), expected()).email, "");
  }
  claims["email_verified"] = true;
  EXPECT_EQ(identity_of(claims.dump(), expected()).email, "ann@shop.example");
  claims["preferred_username"] = std::string(127, 'a') + "\u00e9" + "b";
  EXPECT_EQ(identity_of(claims.dump(), expected()).name, std::string(127, 'a'));
}

TEST(IdToken, TextsThatHoldNoClaimsAreRefused) {
  for (const char* text : {"", "[]", "1", "{", R"({"iss":1,"iss":2})"}) {
    EXPECT_NE(refusal(text), "") << text;
  }
  EXPECT_NE(refusal(R"({"x":")" + std::string(1 << 17, 'x') + "\"}"), "");
}

}  // namespace
}  // namespace forecart

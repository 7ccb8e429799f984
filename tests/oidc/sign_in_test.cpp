// Signing in at a real provider, npm's oidc-provider, as a browser and the server do it together.

#include "services/oidc.h"

#include "browser.h"
#include "provider.h"
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace forecart {
namespace {

using testing_oidc::Browser;
using testing_oidc::Provider;

constexpr const char* kCallback = "http://127.0.0.1:9/api/v1/session/oidc/callback";

class SignIn : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (const auto place = Provider::place()) provider_ = std::make_unique<Provider>(*place);
  }
  static void TearDownTestSuite() { provider_.reset(); }

  void SetUp() override {
    if (!provider_) GTEST_SKIP() << "no Node.js or oidc-provider (scripts/setup --test)";
  }

  /// As the provider knows its client of that id; its clock goes ahead by `ahead_`.
  std::unique_ptr<Oidc> client(const std::string& id, const std::string& secret = "",
                               const std::string& issuer = provider_->issuer()) {
    const OidcSettings settings{
        .issuer = issuer,
        .client_id = id,
        .client_secret = secret.empty() ? "secret of " + id + ": +/%&=" : secret,
        .redirect_url = kCallback};
    OidcOptions options;
    options.clock = [this] {
      return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now()) +
             ahead_;
    };
    return std::make_unique<Oidc>(settings, options);
  }

  static NamedValues signed_in(const std::string& url, const std::string& user = "ann") {
    return Browser(kCallback).sign_in(url, user);
  }

  static void rotate_keys() {
    HttpClient http;
    ASSERT_TRUE(
        http.send({.method = "POST", .url = parse_url(provider_->issuer() + "/test/rotate")}).ok());
  }

  static std::unique_ptr<Provider> provider_;
  std::chrono::seconds ahead_{0};
};

std::unique_ptr<Provider> SignIn::provider_;

/// Why nobody is signed in, of tokens in words too; "" where somebody is.
std::string refusal(Oidc& oidc, const NamedValues& query, const std::string& ticket) {
  try {
    oidc.finish(query, ticket);
    return "";
  } catch (const OidcError& error) {
    EXPECT_EQ(std::string(error.what()).find("secret of"), std::string::npos) << error.what();
    const bool of_token = error.fault() == OidcFault::token_refused;
    return of_token ? error.message() : to_string(error.fault());
  }
}

/// The address with another value in its query.
std::string with(const std::string& address, const std::string& name, const std::string& value) {
  Url url = parse_url(address);
  for (auto& [known, given] : url.query) {
    if (known == name) given = value;
  }
  return url.text();
}

TEST_F(SignIn, SaysWhoCameByEachAlgorithm) {
  for (const char* id : {"rs", "ps", "es"}) {
    const auto oidc = client(id);
    const OidcBeginning begun = oidc->begin();
    const OidcIdentity who = oidc->finish(signed_in(begun.url), begun.ticket);
    EXPECT_EQ(who.issuer, provider_->issuer());
    EXPECT_EQ(who.subject, "ann");
    EXPECT_EQ(who.name, "ann of the test");
    EXPECT_EQ(who.email, "ann@shop.example");
  }
}

TEST_F(SignIn, AddressThatIsNotVerifiedIsLeftOut) {
  const auto oidc = client("es");
  const OidcBeginning begun = oidc->begin();
  const OidcIdentity who = oidc->finish(signed_in(begun.url, "unverified"), begun.ticket);
  EXPECT_EQ(who.subject, "unverified");
  EXPECT_EQ(who.email, "");
}

TEST_F(SignIn, ShowsItsSecretInTheBodyWhereTheProviderKnowsNothingElse) {
  const auto oidc = client("rs", "", provider_->body_issuer());
  const OidcBeginning begun = oidc->begin();
  EXPECT_EQ(oidc->finish(signed_in(begun.url), begun.ticket).subject, "ann");
  const auto wrong = client("rs", "another", provider_->body_issuer());
  const OidcBeginning other = wrong->begin();
  EXPECT_EQ(refusal(*wrong, signed_in(other.url), other.ticket), "client_refused");
}

TEST_F(SignIn, WrongSecretIsToldFromAWrongCode) {
  const auto oidc = client("rs", "another");
  const OidcBeginning begun = oidc->begin();
  EXPECT_EQ(refusal(*oidc, signed_in(begun.url), begun.ticket), "client_refused");
  const auto right = client("rs");
  const OidcBeginning other = right->begin();
  NamedValues query = signed_in(other.url);
  for (auto& [name, value] : query) {
    if (name == "code") value = "made-up";
  }
  EXPECT_EQ(refusal(*right, query, other.ticket), "code_refused");
}

TEST_F(SignIn, CodeIsGoodOnce) {
  const auto oidc = client("es");
  const OidcBeginning begun = oidc->begin();
  const NamedValues query = signed_in(begun.url);
  EXPECT_EQ(refusal(*oidc, query, begun.ticket), "");
  EXPECT_EQ(refusal(*oidc, query, begun.ticket), "code_refused");
}

TEST_F(SignIn, AnotherBrowserCannotEndIt) {
  const auto oidc = client("es");
  const OidcBeginning mine = oidc->begin();
  const OidcBeginning yours = oidc->begin();
  const NamedValues query = signed_in(mine.url);
  EXPECT_EQ(refusal(*oidc, query, yours.ticket), "not_begun");  // login CSRF
  EXPECT_EQ(refusal(*oidc, query, ""), "not_begun");
  EXPECT_EQ(refusal(*client("es"), query, mine.ticket), "not_begun");  // key of another process
  EXPECT_EQ(refusal(*oidc, query, mine.ticket), "");
}

TEST_F(SignIn, NonceAndChallengeOfAnotherAreFoundOut) {
  const auto oidc = client("es");
  const OidcBeginning begun = oidc->begin();
  EXPECT_THAT(refusal(*oidc, signed_in(with(begun.url, "nonce", "another")), begun.ticket),
              testing::HasSubstr("'nonce'"));
  const std::string challenge = pkce_challenge("another verifier of 43 characters or more..");
  const OidcBeginning next = oidc->begin();
  EXPECT_EQ(refusal(*oidc, signed_in(with(next.url, "code_challenge", challenge)), next.ticket),
            "code_refused");
}

TEST_F(SignIn, AnswerOfAnotherProviderIsRefused) {
  const auto oidc = client("es");
  const OidcBeginning begun = oidc->begin();
  NamedValues query = signed_in(begun.url);
  const auto issuer = std::find_if(query.begin(), query.end(),
                                   [](const auto& pair) { return pair.first == "iss"; });
  ASSERT_NE(issuer, query.end());  // RFC 9207
  issuer->second = provider_->body_issuer();
  EXPECT_EQ(refusal(*oidc, query, begun.ticket), "provider_wrong");
  query.erase(issuer);
  EXPECT_EQ(refusal(*oidc, query, begun.ticket), "provider_wrong");
}

TEST_F(SignIn, WhoTurnsBackIsNotSignedIn) {
  const auto oidc = client("es");
  const OidcBeginning begun = oidc->begin();
  const NamedValues query = Browser(kCallback).turn_back(begun.url);
  EXPECT_EQ(refusal(*oidc, query, begun.ticket), "denied");
}

TEST_F(SignIn, ExpiredTokenAndTicketAreRefused) {
  const auto oidc = client("short");  // its tokens are good for a second
  const OidcBeginning begun = oidc->begin();
  EXPECT_EQ(refusal(*oidc, signed_in(begun.url), begun.ticket), "");
  const OidcBeginning late = oidc->begin();
  const NamedValues query = signed_in(late.url);
  ahead_ = std::chrono::seconds(300);
  EXPECT_THAT(refusal(*oidc, query, late.ticket), testing::HasSubstr("'exp'"));
  ahead_ = std::chrono::seconds(601);
  EXPECT_EQ(refusal(*oidc, query, late.ticket), "too_late");
}

TEST_F(SignIn, NewKeysOfTheProviderAreAskedForOnceInHalfAMinute) {
  for (const char* id : {"rs", "es"}) {
    ahead_ = std::chrono::seconds(0);
    const auto oidc = client(id);
    const OidcBeginning first = oidc->begin();
    EXPECT_EQ(refusal(*oidc, signed_in(first.url), first.ticket), "");
    rotate_keys();
    const OidcBeginning second = oidc->begin();
    EXPECT_THAT(refusal(*oidc, signed_in(second.url), second.ticket),
                testing::HasSubstr("a key that the provider does not show"));
    ahead_ = std::chrono::seconds(31);
    const OidcBeginning third = oidc->begin();
    EXPECT_EQ(refusal(*oidc, signed_in(third.url), third.ticket), "");
  }
}

TEST_F(SignIn, ProviderThatGoesAwayIsToldAtOnce) {
  auto own = std::make_unique<Provider>(*Provider::place());
  const auto oidc = client("es", "", own->issuer());
  const auto fresh = client("es", "", own->issuer());
  const OidcBeginning begun = oidc->begin();
  const NamedValues query = signed_in(begun.url);
  own.reset();
  EXPECT_EQ(refusal(*oidc, query, begun.ticket), "provider_away");
  try {
    fresh->begin();
    ADD_FAILURE();
  } catch (const OidcError& error) {
    EXPECT_EQ(error.fault(), OidcFault::provider_away);
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
  }
}

}  // namespace
}  // namespace forecart

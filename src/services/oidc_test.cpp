// What a provider may do wrong, by one that does; the real one is asked in tests/oidc/.

#include "services/oidc.h"

#include "net/test_server.h"
#include "services/test_signer.h"

#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace forecart {
namespace {

using nlohmann::json;

constexpr const char* kSecret = "s3cret: +/%&=";

/// Answers what it is told to, and counts what it is asked.
class Provider {
 public:
  Provider() {
    set("/.well-known/openid-configuration", answer(200, metadata().dump()));
    set("/jwks", answer(200, json{{"keys", {signer.jwk("one")}}}.dump()));
  }

  std::string issuer() const { return server_.url(); }

  json metadata() const {
    return {{"issuer", issuer()},
            {"authorization_endpoint", issuer() + "/auth?tenant=a"},
            {"token_endpoint", issuer() + "/token"},
            {"jwks_uri", issuer() + "/jwks"},
            {"response_types_supported", {"code"}},
            {"id_token_signing_alg_values_supported", {"ES256"}}};
  }

  void set(const std::string& path, const TestAnswer& reply) {
    const std::scoped_lock lock(mutex_);
    answers_[path] = reply;
  }
  void set_token(const std::string& token) {
    set("/token", answer(200, json{{"id_token", token}}.dump()));
  }
  int asked(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    return counts_[path];
  }
  TestRequest last() {
    const std::scoped_lock lock(mutex_);
    return last_;
  }

  TestSigner signer = TestSigner::curve();

 private:
  TestAnswer take(const TestRequest& request) {
    const std::scoped_lock lock(mutex_);
    ++counts_[request.target];
    last_ = request;
    const auto found = answers_.find(request.target);
    return found == answers_.end() ? answer(404, "") : found->second;
  }

  std::mutex mutex_;
  std::map<std::string, TestAnswer> answers_;
  std::map<std::string, int> counts_;
  TestRequest last_;
  TestServer server_{[this](const TestRequest& request) { return take(request); }};
};

class OidcClient : public testing::Test {
 protected:
  OidcClient()
      : oidc_({.issuer = provider_.issuer(),
               .client_id = "fore cart",
               .client_secret = kSecret,
               .redirect_url = "http://127.0.0.1:9/callback"},
              {.clock = [this] { return now_.load(); }}) {}

  json claims(const OidcBeginning& begun) const {
    const Url url = parse_url(begun.url);
    std::string nonce;
    for (const auto& [name, value] : url.query) nonce = name == "nonce" ? value : nonce;
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(now_.load()).time_since_epoch().count();
    return {{"iss", provider_.issuer()}, {"sub", "ann"},  {"aud", "fore cart"}, {"iat", seconds},
            {"exp", seconds + 300},      {"nonce", nonce}};
  }

  static NamedValues came_back(const OidcBeginning& begun) {
    const Url url = parse_url(begun.url);
    NamedValues query = {{"code", "abc"}};
    for (const auto& pair : url.query) {
      if (pair.first == "state") query.push_back(pair);
    }
    return query;
  }

  /// Why finishing what began is refused; "" where it is not.
  std::string refusal(const OidcBeginning& begun) {
    try {
      oidc_.finish(came_back(begun), begun.ticket);
      return "";
    } catch (const OidcError& error) {
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("s3cret")));
      return to_string(error.fault());
    }
  }

  std::string refusal_of_beginning() {
    try {
      oidc_.begin();
      return "";
    } catch (const OidcError& error) {
      return to_string(error.fault());
    }
  }

  std::string refusal_with_token(const std::function<std::string(const json&)>& make) {
    const OidcBeginning begun = oidc_.begin();
    provider_.set_token(make(claims(begun)));
    return refusal(begun);
  }

  /// By the provider's key, under its name.
  std::string signed_well(const json& said) {
    return provider_.signer.token({{"alg", "ES256"}, {"kid", "one"}}, said);
  }

  std::atomic<Instant> now_{Instant(std::chrono::seconds(1'800'000'000))};
  Provider provider_;
  Oidc oidc_;
};

std::string of(const std::string& form, const std::string& name) {
  for (const auto& [known, value] : parse_url("http://h/?" + form).query) {
    if (known == name) return value;
  }
  return "";
}

TEST_F(OidcClient, AsksAsTheRulesSay) {
  const OidcBeginning begun = oidc_.begin();
  EXPECT_THAT(begun.url, testing::StartsWith(provider_.issuer() + "/auth?tenant=a&client_id="));
  const std::string query = begun.url.substr(begun.url.find('?') + 1);
  EXPECT_EQ(of(query, "scope"), "openid profile email");
  EXPECT_EQ(of(query, "response_type"), "code");
  EXPECT_EQ(of(query, "code_challenge_method"), "S256");
  EXPECT_EQ(of(query, "client_id"), "fore cart");
  provider_.set_token(signed_well(claims(begun)));
  EXPECT_EQ(refusal(begun), "");
  const int exchanges = provider_.asked("/token");
  EXPECT_EQ(refusal(begun), "code_refused");
  EXPECT_EQ(provider_.asked("/token"), exchanges) << "each is good for one exchange";
  provider_.set("/jwks", answer(500, ""));  // known by now
  const OidcBeginning again = oidc_.begin();
  provider_.set_token(signed_well(claims(again)));
  EXPECT_EQ(refusal(again), "");
  const TestRequest asked = provider_.last();
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.header("content-type"), "application/x-www-form-urlencoded");
  // printf 'fore%%20cart:s3cret%%3A%%20%%2B%%2F%%25%%26%%3D' | base64
  EXPECT_EQ(asked.header("authorization"),
            "Basic Zm9yZSUyMGNhcnQ6czNjcmV0JTNBJTIwJTJCJTJGJTI1JTI2JTNE");
  EXPECT_EQ(of(asked.body, "grant_type"), "authorization_code");
  EXPECT_EQ(of(asked.body, "code"), "abc");
  EXPECT_EQ(of(asked.body, "redirect_uri"), "http://127.0.0.1:9/callback");
  EXPECT_EQ(pkce_challenge(of(asked.body, "code_verifier")),
            of(again.url.substr(again.url.find('?') + 1), "code_challenge"));
  EXPECT_THAT(asked.body, testing::Not(testing::HasSubstr("client_secret")));
}

TEST_F(OidcClient, ForgedTokensAreRefused) {
  const TestSigner stranger = TestSigner::curve();
  const TestSigner rsa = TestSigner::rsa();
  const json header = {{"alg", "ES256"}, {"kid", "one"}};
  EXPECT_EQ(refusal_with_token([&](const json& said) { return signed_well(said); }), "");
  EXPECT_EQ(refusal_with_token([&](const json& said) { return stranger.token(header, said); }),
            "token_refused");
  EXPECT_EQ(refusal_with_token([&](const json& said) {
              return TestSigner::hmac_token(provider_.signer.jwk("one").dump(),
                                            {{"alg", "HS256"}, {"kid", "one"}}, said);
            }),
            "token_refused");
  EXPECT_EQ(refusal_with_token([&](const json& said) {
              return TestSigner::hmac_token(kSecret, {{"alg", "HS256"}}, said);
            }),
            "token_refused");
  EXPECT_EQ(refusal_with_token([](const json& said) {
              return base64url(R"({"alg":"none"})") + "." + base64url(said.dump()) + ".";
            }),
            "token_refused");
  provider_.set("/jwks", answer(200, json{{"keys", {rsa.jwk("r")}}}.dump()));
  now_ = now_.load() + std::chrono::hours(2);
  EXPECT_EQ(refusal_with_token([&](const json& said) {  // RS256 is not on the provider's list
              return rsa.token({{"alg", "RS256"}, {"kid", "r"}}, said);
            }),
            "token_refused");
}

TEST_F(OidcClient, EachClaimOfASignedTokenIsLookedAt) {
  for (const char* name : {"iss", "sub", "aud", "exp", "iat", "nonce"}) {
    EXPECT_EQ(refusal_with_token([&](json said) {
                said.erase(name);
                return signed_well(said);
              }),
              "token_refused")
        << name;
  }
}

TEST_F(OidcClient, DescriptionsThatCannotBeUsedAreRefused) {
  const auto with = [&](const char* name, const json& value) {
    json metadata = provider_.metadata();
    metadata[name] = value;
    provider_.set("/.well-known/openid-configuration", answer(200, metadata.dump()));
    now_ = now_.load() + std::chrono::hours(2);
    return refusal_of_beginning();
  };
  EXPECT_EQ(with("x", 1), "");
  EXPECT_EQ(with("issuer", provider_.issuer() + "/"), "provider_wrong");
  EXPECT_EQ(with("jwks_uri", "http://keys.example/jwks"), "provider_wrong");
  EXPECT_EQ(with("token_endpoint", nullptr), "provider_wrong");
  EXPECT_EQ(with("x", std::string(kMostMetadataBytes, 'x')), "provider_wrong");
}

TEST_F(OidcClient, ProvidersThatDoNotAnswerAreAskedAgainAfterTenSeconds) {
  constexpr const char* kPath = "/.well-known/openid-configuration";
  for (const auto& [status, fault] : std::map<int, std::string>{
           {500, "provider_away"}, {302, "provider_wrong"}, {404, "provider_wrong"}}) {
    provider_.set(kPath, answer(status, "", {{"location", provider_.issuer() + "/jwks"}}));
    now_ = now_.load() + std::chrono::seconds(20);
    const int before = provider_.asked(kPath);
    EXPECT_EQ(refusal_of_beginning(), fault);
    now_ = now_.load() + std::chrono::seconds(9);
    EXPECT_EQ(refusal_of_beginning(), fault);
    EXPECT_EQ(provider_.asked(kPath), before + 1);
  }
  provider_.set(kPath, {.bytes = "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{", .cut = true});
  now_ = now_.load() + std::chrono::seconds(20);
  EXPECT_EQ(refusal_of_beginning(), "provider_away");
  provider_.set(kPath, answer(200, provider_.metadata().dump()));
  now_ = now_.load() + std::chrono::seconds(20);
  EXPECT_EQ(refusal_of_beginning(), "");
}

TEST_F(OidcClient, ManyAtOnceAskOnceAnHour) {
  constexpr const char* kPath = "/.well-known/openid-configuration";
  const auto many_begin = [&] {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] { EXPECT_EQ(refusal_of_beginning(), ""); });
  };
  many_begin();
  now_ = now_.load() + std::chrono::seconds(3600);
  many_begin();
  EXPECT_EQ(provider_.asked(kPath), 1);
  now_ = now_.load() + std::chrono::seconds(1);
  many_begin();
  EXPECT_EQ(provider_.asked(kPath), 2);
}

TEST_F(OidcClient, TokensOfUnknownKeysMakeItAskOnceInHalfAMinute) {
  const auto of_another_key = [&](const json& said) {
    return provider_.signer.token({{"alg", "ES256"}, {"kid", "two"}}, said);
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(refusal_with_token(of_another_key), "token_refused");
  EXPECT_EQ(provider_.asked("/jwks"), 1);
  now_ = now_.load() + std::chrono::seconds(31);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(refusal_with_token(of_another_key), "token_refused");
  EXPECT_EQ(provider_.asked("/jwks"), 2);
  provider_.set("/jwks", answer(200, json{{"keys", {provider_.signer.jwk("two")}}}.dump()));
  now_ = now_.load() + std::chrono::seconds(31);
  EXPECT_EQ(refusal_with_token(of_another_key), "");
  const auto by_the_old_name = [&](const json& said) { return signed_well(said); };
  EXPECT_EQ(refusal_with_token(by_the_old_name), "token_refused");
}

TEST_F(OidcClient, TokensThatNameNoKeyMayBeOfANewerOneToo) {
  const auto nameless = [&](const json& said) {
    return provider_.signer.token({{"alg", "ES256"}}, said);
  };
  const TestSigner older = TestSigner::curve();
  provider_.set("/jwks", answer(200, json{{"keys", {older.jwk("zero")}}}.dump()));
  EXPECT_EQ(refusal_with_token(nameless), "token_refused");
  provider_.set("/jwks", answer(200, json{{"keys", {provider_.signer.jwk("one")}}}.dump()));
  now_ = now_.load() + std::chrono::seconds(31);
  EXPECT_EQ(refusal_with_token(nameless), "");
}

TEST_F(OidcClient, LargeAnswersAreCutOff) {
  provider_.set("/.well-known/openid-configuration",
                answer(200, std::string(kMostMetadataBytes + 1, ' ')));
  try {
    oidc_.begin();
    ADD_FAILURE();
  } catch (const OidcError& error) {
    EXPECT_EQ(error.message(), "an answer of the provider is larger than 256 KiB");
  }
}

TEST_F(OidcClient, AnswersOfTheTokenEndpointAreToldApart) {
  const auto on = [&](const TestAnswer& reply) {
    provider_.set("/token", reply);
    return refusal(oidc_.begin());
  };
  const auto error = [](const char* name) {
    return json{{"error", name}, {"error_description", kSecret}}.dump();
  };
  EXPECT_EQ(on(answer(400, error("invalid_grant"))), "code_refused");
  EXPECT_EQ(on(answer(400, error("invalid_client"))), "client_refused");
  EXPECT_EQ(on(answer(401, "<html>")), "client_refused");
  EXPECT_EQ(on(answer(400, error(kSecret))), "provider_wrong");
  EXPECT_EQ(on(answer(302, "", {{"location", "http://127.0.0.1:9/"}})), "provider_wrong");
  EXPECT_EQ(on(answer(500, error("server_error"))), "provider_away");
  EXPECT_EQ(on(answer(429, "")), "provider_away");
  EXPECT_EQ(on({.bytes = "", .cut = true}), "provider_away");
  EXPECT_EQ(on(answer(200, "<html>")), "provider_wrong");
  EXPECT_EQ(on(answer(200, R"({"access_token":"a"})")), "provider_wrong");
  EXPECT_EQ(on(answer(200, R"({"id_token":7})")), "provider_wrong");
  EXPECT_EQ(on(answer(200, R"({"id_token":""})")), "token_refused");
  EXPECT_EQ(on(answer(200, std::string(1 << 20, 'x'))), "provider_wrong");
}

}  // namespace
}  // namespace forecart

#include "services/jws.h"

#include "services/oidc_error.h"
#include "services/test_signer.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

using nlohmann::json;

std::vector<Jwk> keys_of(const std::vector<json>& jwks) {
  return *parse_jwk_set(json{{"keys", jwks}}.dump());
}

/// Whether it is signed by one of the keys: 1, 0, or -1 where it is refused before that.
int verdict(const std::string& token, const std::vector<Jwk>& keys) {
  try {
    return check_signature(parse_jws(token), keys) == SignatureCheck::good ? 1 : 0;
  } catch (const OidcError& error) {
    EXPECT_EQ(error.fault(), OidcFault::token_refused);
    return -1;
  }
}

// RFC 7515: the payload of appendix A, the keys and signatures of A.2 (RS256) and A.3 (ES256).
const std::string kPayload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";

struct Example {
  std::string token;
  json key;
};

Example rfc_rs256() {
  return {
      "eyJhbGciOiJSUzI1NiJ9." + kPayload +
          ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5Y"
          "Kt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBAr"
          "LIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7no"
          "OPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQG"
          "e77Rw",
      {{"kty", "RSA"},
       {"n",
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1P"
        "t0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSH"
        "SXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6"
        "_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
       {"e", "AQAB"}}};
}

Example rfc_es256() {
  return {
      "eyJhbGciOiJFUzI1NiJ9." + kPayload +
          ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU"
          "1Q",
      {{"kty", "EC"},
       {"crv", "P-256"},
       {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
       {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}}};
}

TEST(Jws, ExamplesOfRfc7515Hold) {
  for (const Example& example : {rfc_rs256(), rfc_es256()}) {
    EXPECT_EQ(verdict(example.token, keys_of({example.key})), 1);
    EXPECT_EQ(parse_jws(example.token).payload.substr(0, 13), R"({"iss":"joe",)");
  }
}

TEST(Jws, EveryChangedCharacterOfTheExamplesIsRefused) {
  for (const Example& example : {rfc_rs256(), rfc_es256()}) {
    const auto keys = keys_of({example.key});
    for (std::size_t i = 0; i < example.token.size(); ++i) {
      std::string changed = example.token;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      ASSERT_NE(verdict(changed, keys), 1) << i;
    }
  }
}

TEST(Jws, CutAndHugeTokensAreRefused) {
  const Example example = rfc_es256();
  const auto keys = keys_of({example.key});
  for (std::size_t size = 0; size < example.token.size(); ++size) {
    ASSERT_NE(verdict(example.token.substr(0, size), keys), 1) << size;
  }
  for (const char* tail : {".", "=", " ", "\n", "A", "AA"}) {
    EXPECT_NE(verdict(example.token + tail, keys), 1) << tail;
  }
  EXPECT_EQ(verdict(std::string(kMostTokenBytes + 1, 'A'), keys), -1);
  EXPECT_EQ(verdict(std::string(kMostTokenBytes, '.'), keys), -1);
}

TEST(Jws, SignaturesOfTheCurveHaveOneLength) {
  const Example example = rfc_es256();
  const std::size_t dot = example.token.rfind('.');
  const std::string signature = *parse_base64url(example.token.substr(dot + 1));
  const auto with = [&](const std::string& changed) {
    return verdict(example.token.substr(0, dot + 1) + base64url(changed), keys_of({example.key}));
  };
  EXPECT_EQ(with(signature), 1);
  const std::string zero(1, '\0');  // the same two numbers
  EXPECT_EQ(with(signature.substr(0, 32) + zero + signature.substr(32)), 0);
  EXPECT_EQ(with(zero + signature), 0);
  EXPECT_EQ(with(std::string(64, '\0')), 0);
  EXPECT_EQ(with(""), 0);
}

TEST(Jws, SignaturesHoldByTheAlgorithmTheyWereMadeBy) {
  const TestSigner rsa = TestSigner::rsa();
  const TestSigner curve = TestSigner::curve();
  const auto keys = keys_of({rsa.jwk("r"), curve.jwk("e")});
  const json claims = {{"sub", "ann"}};
  EXPECT_EQ(verdict(rsa.token({{"alg", "RS256"}, {"kid", "r"}}, claims), keys), 1);
  EXPECT_EQ(verdict(rsa.token({{"alg", "PS256"}, {"kid", "r"}}, claims), keys), 1);
  EXPECT_EQ(verdict(curve.token({{"alg", "ES256"}, {"kid", "e"}}, claims), keys), 1);
  EXPECT_EQ(verdict(curve.token({{"alg", "ES256"}}, claims), keys), 1);  // one key fits
  // another algorithm, and a key of another kind
  EXPECT_EQ(verdict(curve.token({{"alg", "RS256"}, {"kid", "r"}}, claims), keys), 0);
  EXPECT_EQ(verdict(curve.token({{"alg", "RS256"}, {"kid", "e"}}, claims), keys), 0);
  EXPECT_EQ(verdict(rsa.token({{"alg", "ES256"}, {"kid", "e"}}, claims), keys), 0);
  // padding of the other kind under its name
  std::string swapped = rsa.token({{"alg", "RS256"}, {"kid", "r"}}, claims);
  const std::string pss = base64url(json{{"alg", "PS256"}, {"kid", "r"}}.dump());
  swapped.replace(0, swapped.find('.'), pss);
  EXPECT_EQ(verdict(swapped, keys), 0);
}

TEST(Jws, SymmetricAlgorithmsAndNoneAreRefused) {
  const TestSigner rsa = TestSigner::rsa();
  const auto keys = keys_of({rsa.jwk("r")});
  const json claims = {{"sub", "ann"}};
  const std::string modulus = rsa.jwk("r")["n"];
  EXPECT_EQ(
      verdict(TestSigner::hmac_token(modulus, {{"alg", "HS256"}, {"kid", "r"}}, claims), keys), -1);
  for (const char* algorithm : {"none", "None", "NONE", "", "rs256", "RS512", "HS384", "EdDSA"}) {
    EXPECT_EQ(verdict(rsa.token({{"alg", algorithm}, {"kid", "r"}}, claims), keys), -1)
        << algorithm;
  }
  EXPECT_EQ(verdict(base64url(R"({"alg":"none"})") + "." + base64url(claims.dump()) + ".", keys),
            -1);
  EXPECT_EQ(verdict(rsa.token({{"kid", "r"}}, claims), keys), -1);
  EXPECT_EQ(verdict(rsa.token({{"alg", 1}, {"kid", "r"}}, claims), keys), -1);
}

TEST(Jws, KeysThatComeWithTheTokenAreNotLookedAt) {
  const TestSigner provider = TestSigner::curve();
  const TestSigner stranger = TestSigner::curve();
  const auto keys = keys_of({provider.jwk("e")});
  const json header = {{"alg", "ES256"}, {"kid", "e"}, {"jwk", stranger.jwk("e")}};
  EXPECT_EQ(verdict(stranger.token(header, {}), keys), 0);
  EXPECT_EQ(verdict(provider.token(header, {}), keys), 1);
}

TEST(Jws, HeadersThatMayMeanSomethingElseAreRefused) {
  const TestSigner signer = TestSigner::curve();
  const auto keys = keys_of({signer.jwk("e")});
  const auto with = [&](const char* name, const json& value) {
    json header = {{"alg", "ES256"}, {"kid", "e"}};
    header[name] = value;
    return verdict(signer.token(header, {}), keys);
  };
  EXPECT_EQ(with("typ", "JWT"), 1);
  EXPECT_EQ(with("typ", "jwt"), 1);
  EXPECT_EQ(with("typ", "at+jwt"), -1);
  EXPECT_EQ(with("crit", json::array({"b64"})), -1);
  EXPECT_EQ(with("kid", 7), -1);
  EXPECT_EQ(with("kid", std::string(300, 'k')), -1);
  EXPECT_EQ(with("kid", "f"), 0);
  EXPECT_EQ(with("x", std::string(5000, 'x')), -1);
}

TEST(Jws, WithoutANameTheKeyMustBeTheOnlyOneThatFits) {
  const TestSigner one = TestSigner::curve();
  const TestSigner other = TestSigner::curve();
  const Jws token_parts = parse_jws("eyJhbGciOiJFUzI1NiJ9.e30.AA");
  EXPECT_EQ(token_parts.kid, "");
  const std::string token = one.token({{"alg", "ES256"}}, {});
  EXPECT_EQ(check_signature(parse_jws(token), keys_of({one.jwk("a"), other.jwk("b")})),
            SignatureCheck::no_key);
  EXPECT_EQ(check_signature(parse_jws(token), keys_of({other.jwk("b")})), SignatureCheck::wrong);
  EXPECT_EQ(check_signature(parse_jws(token), {}), SignatureCheck::no_key);
}

}  // namespace
}  // namespace forecart

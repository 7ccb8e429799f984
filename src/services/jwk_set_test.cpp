#include "services/jwk_set.h"

#include "base/hash.h"
#include "services/base64url.h"
#include "services/test_signer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace forecart {
namespace {

using nlohmann::json;

// RFC 7638, section 3.1; the same key is the second of RFC 7517, appendix A.1.
constexpr const char* kModulus =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPeb"
    "WKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368Q"
    "QMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2"
    "NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

json rfc_rsa() {
  return {{"kty", "RSA"}, {"n", kModulus}, {"e", "AQAB"}, {"alg", "RS256"}, {"kid", "2011-04-29"}};
}

json rfc_curve() {
  return {{"kty", "EC"},
          {"crv", "P-256"},
          {"x", "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"},
          {"y", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"},
          {"use", "enc"},
          {"kid", "1"}};
}

std::string number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(value);
  return base64url(bytes);
}

TEST(JwkSet, KeyOfRfc7638HasItsThumbprint) {
  const auto key = parse_jwk(rfc_rsa());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->kid, "2011-04-29");
  const std::string canonical =
      fmt::format(R"({{"e":"{}","kty":"RSA","n":"{}"}})", number_of(key->key.get(), "e"),
                  number_of(key->key.get(), "n"));
  std::string digest;
  const std::string hex = sha256(canonical);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    digest += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  EXPECT_EQ(base64url(digest), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST(JwkSet, OfRfc7517LeavesOutTheKeyForEncryption) {
  const auto keys = parse_jwk_set(json{{"keys", {rfc_curve(), rfc_rsa()}}}.dump());
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_TRUE(keys->front().fits(JwsAlgorithm::rs256));
  EXPECT_FALSE(keys->front().fits(JwsAlgorithm::ps256));  // its alg says RS256
  EXPECT_FALSE(keys->front().fits(JwsAlgorithm::es256));
  json curve = rfc_curve();
  curve["use"] = "sig";
  ASSERT_TRUE(parse_jwk(curve));
  EXPECT_TRUE(parse_jwk(curve)->fits(JwsAlgorithm::es256));
  EXPECT_FALSE(parse_jwk(curve)->fits(JwsAlgorithm::rs256));
}

TEST(JwkSet, RefusesKeysThatCannotBeUsed) {
  const auto changed = [](json key, const char* name, const json& value) {
    key[name] = value;
    return parse_jwk(key);
  };
  json curve = rfc_curve();
  curve["use"] = "sig";
  EXPECT_TRUE(changed(rfc_rsa(), "use", "sig"));
  EXPECT_TRUE(changed(rfc_rsa(), "key_ops", {"verify"}));
  EXPECT_FALSE(changed(rfc_rsa(), "key_ops", json::array({"encrypt"})));
  EXPECT_FALSE(changed(rfc_rsa(), "use", 7));
  EXPECT_FALSE(changed(rfc_rsa(), "alg", "RSA-OAEP"));
  EXPECT_FALSE(changed(rfc_rsa(), "alg", "ES256"));
  EXPECT_FALSE(changed(rfc_rsa(), "e", "AQ"));    // 1
  EXPECT_FALSE(changed(rfc_rsa(), "e", "AQAA"));  // even
  EXPECT_FALSE(changed(rfc_rsa(), "e", "AQAAAAAB"));
  EXPECT_FALSE(changed(rfc_rsa(), "n", base64url(std::string(128, '\xff'))));   // 1,024 bits
  EXPECT_FALSE(changed(rfc_rsa(), "n", base64url(std::string(2000, '\xff'))));  // 16,000
  EXPECT_FALSE(changed(rfc_rsa(), "n", std::string(kModulus) + "="));
  EXPECT_FALSE(changed(rfc_rsa(), "kty", "oct"));
  EXPECT_FALSE(changed(curve, "crv", "P-384"));
  EXPECT_FALSE(changed(curve, "x", base64url(std::string(32, '\1'))));  // not on the curve
  EXPECT_FALSE(changed(curve, "x", base64url(std::string(31, '\1'))));
  EXPECT_FALSE(changed(curve, "y", nullptr));
  EXPECT_FALSE(parse_jwk("text"));
}

TEST(JwkSet, RefusesTextsThatAreNone) {
  for (const char* text :
       {"", "{}", R"({"keys":{}})", R"({"keys":[)", R"({"keys":[],"keys":[]})"}) {
    EXPECT_FALSE(parse_jwk_set(text)) << text;
  }
  EXPECT_TRUE(parse_jwk_set(R"({"keys":[1,{},{"kty":"OKP"}]})")->empty());
  const auto many = [](std::size_t count) {
    return json{{"keys", std::vector<json>(count, json::object())}}.dump();
  };
  EXPECT_TRUE(parse_jwk_set(many(kMostJwks)));
  EXPECT_FALSE(parse_jwk_set(many(kMostJwks + 1)));
  EXPECT_FALSE(parse_jwk_set(R"({"keys":[],"x":")" + std::string(kMostJwkSetBytes, 'x') + "\"}"));
}

}  // namespace
}  // namespace forecart

#include "services/oidc_metadata.h"

#include "services/oidc_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;

constexpr const char* kIssuer = "https://id.example/realms/shop";

json description() {
  return {{"issuer", kIssuer},
          {"authorization_endpoint", "https://id.example/auth"},
          {"token_endpoint", "https://id.example/token"},
          {"jwks_uri", "https://id.example/jwks"},
          {"response_types_supported", {"code", "id_token"}},
          {"id_token_signing_alg_values_supported", {"HS256", "PS256", "none", "RS256"}}};
}

OidcMetadata with(const char* name, const json& value) {
  json changed = description();
  changed[name] = value;
  return parse_oidc_metadata(changed.dump(), kIssuer);
}

TEST(OidcMetadata, IsReadWithTheDefaultsOfTheSpecification) {
  const OidcMetadata metadata = parse_oidc_metadata(description().dump(), kIssuer);
  EXPECT_EQ(metadata.token_endpoint, "https://id.example/token");
  EXPECT_EQ(metadata.algorithms,
            (std::vector<JwsAlgorithm>{JwsAlgorithm::rs256, JwsAlgorithm::ps256}));
  EXPECT_FALSE(metadata.secret_in_body);
  EXPECT_FALSE(metadata.names_itself);
}

TEST(OidcMetadata, SaysHowTheSecretIsShown) {
  constexpr const char* kMethods = "token_endpoint_auth_methods_supported";
  EXPECT_FALSE(with(kMethods, {"client_secret_post", "client_secret_basic"}).secret_in_body);
  EXPECT_TRUE(with(kMethods, {"client_secret_post", "private_key_jwt"}).secret_in_body);
  EXPECT_THROW(with(kMethods, json::array({"private_key_jwt"})), OidcError);
  EXPECT_TRUE(with("authorization_response_iss_parameter_supported", true).names_itself);
  EXPECT_FALSE(with("authorization_response_iss_parameter_supported", "true").names_itself);
}

TEST(OidcMetadata, RefusesOtherIssuersAndUnsafeAddresses) {
  for (const char* issuer : {"https://id.example/realms/shop/", "https://id.example", ""}) {
    EXPECT_THROW(with("issuer", issuer), OidcError);
  }
  for (const char* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    for (const char* address :
         {"http://id.example/a", "http://127.0.0.1/a", "ftp://id.example/a", "https://",
          "javascript:alert(1)", "https://id.example/a b", "https://id.example/\r\nx: y",
          "https://u@id.example/", "/a", "https://id.example/#a"}) {
      EXPECT_THROW(with(name, address), OidcError) << name << " " << address;
    }
    EXPECT_THROW(with(name, 7), OidcError);
  }
}

TEST(OidcMetadata, RefusesWhatItCannotDo) {
  EXPECT_THROW(with("response_types_supported", json::array({"id_token"})), OidcError);
  EXPECT_THROW(with("code_challenge_methods_supported", json::array({"plain"})), OidcError);
  EXPECT_NO_THROW(with("code_challenge_methods_supported", {"plain", "S256"}));
  EXPECT_THROW(with("id_token_signing_alg_values_supported", {"HS256", "none"}), OidcError);
  EXPECT_THROW(with("id_token_signing_alg_values_supported", "RS256"), OidcError);
  EXPECT_THROW(parse_oidc_metadata("[]", kIssuer), OidcError);
}

}  // namespace
}  // namespace forecart

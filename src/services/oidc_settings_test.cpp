#include "services/oidc_settings.h"

#include "services/oidc_error.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

namespace forecart {
namespace {

OidcSettings good() {
  return {.issuer = "https://id.example",
          .client_id = "forecart",
          .client_secret = "s3cret",
          .redirect_url = "https://shop.example/api/v1/session/oidc/callback"};
}

bool is_refused(const std::function<void(OidcSettings&)>& change) {
  OidcSettings settings = good();
  change(settings);
  try {
    check_settings(settings);
    return false;
  } catch (const OidcError& error) {
    EXPECT_EQ(error.fault(), OidcFault::settings);
    EXPECT_EQ(std::string(error.what()).find("s3cret"), std::string::npos);
    return true;
  }
}

TEST(OidcSettings, AddressesAreOfHttpsOrThisHost) {
  for (const char* address :
       {"https://id.example", "https://id.example/realms/a/", "http://127.0.0.1:8080",
        "http://localhost:3000", "http://[::1]:80/a"}) {
    EXPECT_FALSE(is_refused([&](OidcSettings& one) { one.issuer = address; })) << address;
    EXPECT_FALSE(is_refused([&](OidcSettings& one) { one.redirect_url = address; })) << address;
  }
  for (const char* address : {"", "id.example", "http://id.example", "http://127.0.0.1.id.example",
                              "https://u:p@id.example", "https://id.example?a=b",
                              "https://id.example#a", "https://id example", "ftp://id.example",
                              "http://localhost.id.example", "https://id.example/\n"}) {
    EXPECT_TRUE(is_refused([&](OidcSettings& one) { one.issuer = address; })) << address;
    EXPECT_TRUE(is_refused([&](OidcSettings& one) { one.redirect_url = address; })) << address;
  }
}

TEST(OidcSettings, ClientAndScopesAreThere) {
  EXPECT_FALSE(is_refused([](OidcSettings&) {}));
  EXPECT_TRUE(is_refused([](OidcSettings& one) { one.client_id = ""; }));
  EXPECT_TRUE(is_refused([](OidcSettings& one) { one.client_secret = ""; }));
  EXPECT_TRUE(is_refused([](OidcSettings& one) { one.scopes = {"email"}; }));
  EXPECT_TRUE(is_refused([](OidcSettings& one) { one.scopes = {"openid", "a b"}; }));
}

TEST(OidcSettings, SecretIsOfTheFileOrTheEnvironment) {
  const auto file = std::filesystem::path(testing::TempDir()) / "oidc_secret";
  const Environment none = [](const std::string&) { return std::nullopt; };
  const Environment one = [](const std::string& name) -> std::optional<std::string> {
    return name == "FORECART_OIDC_SECRET" ? "of the environment" : "";
  };
  const auto of_file = [&](const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
    return oidc_secret(file, one);
  };
  EXPECT_EQ(oidc_secret("", one), "of the environment");
  EXPECT_EQ(of_file("of the file\n"), "of the file");
  EXPECT_EQ(of_file("of the file\r\nmore"), "of the file");
  EXPECT_EQ(of_file(std::string(4096, 's')).size(), 4096U);
  EXPECT_THROW(of_file(std::string(4097, 's')), OidcError);
  EXPECT_THROW(of_file(""), OidcError);
  EXPECT_THROW(of_file("a\tb"), OidcError);
  EXPECT_THROW(oidc_secret("", none), OidcError);
  EXPECT_THROW(oidc_secret("/none/such", one), OidcError);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace forecart

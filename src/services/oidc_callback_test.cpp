#include "services/oidc_callback.h"

#include "services/oidc_error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

ExpectedCallback expected(bool names_issuer = false) {
  return {.issuer = "https://id.example", .state = "s-1", .names_issuer = names_issuer};
}

std::string fault(const NamedValues& query, bool names_issuer = false) {
  try {
    return "code " + code_of(query, expected(names_issuer));
  } catch (const OidcError& error) {
    EXPECT_EQ(std::string(error.what()).find("s3cret"), std::string::npos);
    return to_string(error.fault());
  }
}

TEST(OidcCallback, GivesTheCode) {
  EXPECT_EQ(fault({{"code", "c"}, {"state", "s-1"}}), "code c");
  EXPECT_EQ(fault({{"code", "c"}, {"state", "s-1"}, {"session_state", "x"}}), "code c");
  EXPECT_EQ(fault({{"code", "c"}, {"state", "s-1"}, {"iss", "https://id.example"}}, true),
            "code c");
}

TEST(OidcCallback, OfAnotherSignInIsRefusedWhateverElseItSays) {
  for (const char* state : {"", "s-2", "s-1 ", "S-1", "s-"}) {
    EXPECT_EQ(fault({{"code", "c"}, {"state", state}}), "not_begun") << state;
    EXPECT_EQ(fault({{"error", "access_denied"}, {"state", state}}), "not_begun") << state;
  }
  EXPECT_EQ(fault({{"code", "c"}}), "not_begun");
  EXPECT_EQ(fault({}), "not_begun");
}

TEST(OidcCallback, OfAnotherProviderIsRefused) {
  EXPECT_EQ(fault({{"code", "c"}, {"state", "s-1"}, {"iss", "https://evil.example"}}),
            "provider_wrong");
  EXPECT_EQ(fault({{"code", "c"}, {"state", "s-1"}}, true), "provider_wrong");
  EXPECT_EQ(fault({{"error", "access_denied"}, {"state", "s-1"}}, true), "provider_wrong");
}

TEST(OidcCallback, SaysEachThingOnce) {
  EXPECT_EQ(fault({{"code", "c"}, {"state", "s-1"}, {"code", "d"}}), "provider_wrong");
  EXPECT_EQ(fault({{"code", "c"}, {"state", "s-1"}, {"state", "s-1"}}), "provider_wrong");
  EXPECT_EQ(fault({{"state", "s-1"}}), "provider_wrong");
  EXPECT_EQ(fault({{"code", std::string(2049, 'c')}, {"state", "s-1"}}), "provider_wrong");
}

TEST(OidcCallback, ErrorsAreToldByTheirRegisteredNamesOnly) {
  EXPECT_EQ(fault({{"error", "access_denied"}, {"state", "s-1"}, {"code", "c"}}), "denied");
  EXPECT_EQ(fault({{"error", "s3cret"}, {"state", "s-1"}}), "denied");
  EXPECT_EQ(fault({{"error", "temporarily_unavailable"}, {"state", "s-1"}}), "provider_away");
  EXPECT_EQ(known_error("login_required"), "login_required");
  EXPECT_EQ(known_error("<script>"), "an error");
}

}  // namespace
}  // namespace forecart

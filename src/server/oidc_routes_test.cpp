// The cookie of the ticket; the whole way is in tests/oidc/check_serve.py.

#include "net/test_server.h"
#include "server/routes.h"
#include "services/oidc.h"
#include "table/scratch_folder.h"

#include "access/test_access.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <atomic>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class OidcRoutesTest : public testing::Test {
 protected:
  std::string description() const {
    const std::string issuer = provider.url();
    return nlohmann::json{{"issuer", issuer},
                          {"authorization_endpoint", issuer + "/auth"},
                          {"token_endpoint", issuer + "/token"},
                          {"jwks_uri", issuer + "/jwks"},
                          {"response_types_supported", {"code"}},
                          {"id_token_signing_alg_values_supported", {"ES256"}}}
        .dump();
  }

  /// What a server at that address says to somebody who wants to sign in.
  Answer begin(const std::string& public_url, const std::string& path,
               const std::string& query = "") {
    const Guard guard({.public_url = public_url}, &access);
    RouteTable table(guard);
    add_oidc_routes(table, {.repository = repository,
                            .metrics = metrics,
                            .ring = nullptr,
                            .access = &access,
                            .guard = &guard,
                            .oidc = &oidc});
    return table.answer({.method = "GET",
                         .target = "/api/v1/session/oidc" + path + query,
                         .headers = {{"host", "localhost"}},
                         .peer = "127.0.0.1"});
  }
  static std::string header(const Answer& answer, std::string_view wanted) {
    for (const auto& [name, value] : answer.headers) {
      if (name == wanted) return value;
    }
    return "";
  }
  static std::string cookie(const Answer& answer) { return header(answer, "set-cookie"); }

  std::atomic<bool> broken = false;
  ScratchFolder folder;
  TestServer provider{
      [this](const TestRequest&) { return answer(200, broken ? "none" : description()); }};
  Oidc oidc{{.issuer = provider.url(),
             .client_id = "us",
             .client_secret = "secret",
             .redirect_url = "http://127.0.0.1:9/api/v1/session/oidc/callback"}};
  Repository repository = Repository::open_or_create({(folder / "shop").string()});
  Access access{repository.store()};
  MetricSet metrics;
};

TEST_F(OidcRoutesTest, TicketIsForThisHostAndNoScript) {
  const Answer plain = begin("", "");
  EXPECT_EQ(plain.status, 302) << plain.body;
  EXPECT_THAT(header(plain, "location"), StartsWith(provider.url() + "/auth?"));
  EXPECT_THAT(cookie(plain), StartsWith("forecart-oidc="));
  EXPECT_THAT(cookie(plain),
              HasSubstr("; Path=/api/v1/session/oidc; Max-Age=600; HttpOnly; SameSite=Lax"));
  const std::string secure = cookie(begin("https://shop.example", ""));
  EXPECT_THAT(secure, StartsWith("__Host-forecart-oidc="));
  EXPECT_THAT(secure, HasSubstr("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"));
}

TEST_F(OidcRoutesTest, WhoDidNotBeginIsRefusedAndTheTicketGoes) {
  const Answer refused = begin("https://shop.example", "/callback", "?code=a&state=b");
  EXPECT_EQ(refused.status, 302) << refused.body;
  EXPECT_EQ(header(refused, "location"), "/#error=not_begun");
  EXPECT_THAT(cookie(refused), HasSubstr("__Host-forecart-oidc=; Path=/; Max-Age=0"));
}

TEST_F(OidcRoutesTest, PeopleSeeThePageWhereTheProviderFails) {
  broken = true;
  const Answer failed = begin("", "");
  EXPECT_EQ(failed.status, 302);
  EXPECT_EQ(header(failed, "location"), "/#error=provider_wrong");
  EXPECT_EQ(cookie(failed), "");
}

}  // namespace
}  // namespace forecart

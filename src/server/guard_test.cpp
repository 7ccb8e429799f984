#include "server/guard.h"

#include "access/test_access.h"
#include <gmock/gmock.h>

namespace forecart {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr const char* kServiceToken = "0123456789abcdef";

class GuardTest : public testing::Test {
 protected:
  GuardTest() {
    scene.add_people();
    session = scene.access->sign_in("ann", kGoodPassword, kHere).session->secret;
    token = scene.access->add_token({.user = "ann", .name = "t"}, kRoot).secret;
  }

  static Request request(const std::string& method, NamedValues headers) {
    headers.emplace_back("host", "127.0.0.1:8080");
    return {.method = method, .target = "/", .headers = std::move(headers), .peer = "127.0.0.1"};
  }
  Identity who(const Guard& door, const Request& asked) const {
    auto verdict = *door.identify(asked, Patience::any);
    EXPECT_TRUE(std::holds_alternative<Identity>(verdict));
    return std::get<Identity>(std::move(verdict));
  }
  static int status(const Guard& door, const Request& asked) {
    const auto verdict = *door.identify(asked, Patience::any);
    const auto* const answer = std::get_if<Answer>(&verdict);
    return answer == nullptr ? 0 : answer->status;
  }

  AccessScene scene;
  std::string session;
  std::string token;
  Guard guard{{.service = AccessToken(kServiceToken)}, scene.access.get()};
};

TEST_F(GuardTest, KnowsUsersByTokenAndSession) {
  const Identity by_token = who(guard, request("GET", {{"authorization", "Bearer " + token}}));
  EXPECT_EQ(by_token.principal->name(), "ann");
  EXPECT_EQ(by_token.principal->how(), Principal::How::token);
  EXPECT_TRUE(by_token.sees("orders"));
  EXPECT_FALSE(by_token.sees("returns"));
  const Identity by_session =
      who(guard, request("GET", {{"cookie", "a=b; forecart-session=" + session}}));
  EXPECT_EQ(by_session.principal->name(), "ann");
  EXPECT_EQ(by_session.session, session);
  EXPECT_TRUE(who(guard, request("GET", {})).is_stranger());
  EXPECT_TRUE(
      who(guard, request("GET", {{"cookie", "forecart-session=fcs_nothing"}})).is_stranger());
  EXPECT_TRUE(
      who(guard, request("GET", {{"authorization", std::string("Bearer ") + kServiceToken}}))
          .service);
  EXPECT_EQ(status(guard, request("GET", {{"authorization", "Bearer fct_wrong"}})), 401);
}

TEST_F(GuardTest, AnswersAtOnceWhatItHasSeenLately) {
  const Request asked = request("GET", {{"authorization", "Bearer " + token}});
  scene.clock.pass(seconds(10));
  EXPECT_FALSE(guard.identify(asked, Patience::none)) << "would have to ask the store";
  who(guard, asked);
  EXPECT_TRUE(guard.identify(asked, Patience::none));
}

TEST_F(GuardTest, ChangesBySessionShowItsToken) {
  const std::string cookie = "forecart-session=" + session;
  EXPECT_EQ(status(guard, request("POST", {{"cookie", cookie}})), 403);
  EXPECT_EQ(status(guard, request("POST", {{"cookie", cookie}, {"x-csrf-token", "x"}})), 403);
  EXPECT_EQ(status(guard, request("DELETE", {{"cookie", cookie}})), 403);
  EXPECT_EQ(
      status(guard, request("POST", {{"cookie", cookie}, {"x-csrf-token", csrf_token(session)}})),
      0);
  EXPECT_EQ(status(guard, request("POST", {{"authorization", "Bearer " + token}})), 0)
      << "no page of others can send this header";
}

TEST_F(GuardTest, RefusesChangesFromPagesOfOthers) {
  const std::string cookie = "forecart-session=" + session;
  const std::string csrf = csrf_token(session);
  const auto from = [&](const std::string& name, const std::string& value) {
    return status(guard,
                  request("POST", {{"cookie", cookie}, {"x-csrf-token", csrf}, {name, value}}));
  };
  EXPECT_EQ(from("origin", "http://127.0.0.1:8080"), 0);
  EXPECT_EQ(from("sec-fetch-site", "same-origin"), 0);
  EXPECT_EQ(from("origin", "http://evil.example"), 403);
  EXPECT_EQ(from("origin", "http://127.0.0.1:9090"), 403);
  EXPECT_EQ(from("origin", "null"), 403);
  EXPECT_EQ(from("sec-fetch-site", "cross-site"), 403);
  EXPECT_EQ(from("sec-fetch-site", "same-site"), 403);
}

TEST_F(GuardTest, AnswersUnderItsOwnNameOnly) {
  const auto named = [](const Guard& door, const std::string& host) {
    return status(door, {.method = "GET", .target = "/", .headers = {{"host", host}}});
  };
  for (const char* own : {"localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:8080"}) {
    EXPECT_EQ(named(guard, own), 0) << own;
  }
  EXPECT_EQ(named(guard, "evil.example:8080"), 421);
  EXPECT_EQ(named(guard, "localhost.evil.example"), 421);
  const Guard shown({.public_url = "https://shop.example", .loopback = true});
  EXPECT_EQ(named(shown, "shop.example"), 0);
  EXPECT_EQ(named(shown, "other.example"), 421);
  const Guard open({.loopback = false});
  EXPECT_EQ(named(open, "10.0.0.7:8080"), 0);
  EXPECT_THROW(Guard({.public_url = "shop"}), Error);
  EXPECT_THROW(Guard({.public_url = "https://shop.example/path"}), Error);
}

TEST_F(GuardTest, CookiesAreForThisHostAndNoScript) {
  const std::string plain = guard.cookie(request("POST", {}), "s", seconds(60));
  EXPECT_EQ(plain, "forecart-session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
  Request over_tls = request("POST", {});
  over_tls.encrypted = true;
  EXPECT_EQ(guard.cookie(over_tls, "s", seconds(60)),
            "__Host-forecart=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
  const Guard proxied({.public_url = "https://shop.example"}, scene.access.get());
  EXPECT_THAT(proxied.cookie(request("POST", {}), "s", seconds(60)), HasSubstr("__Host-"));
  EXPECT_THAT(guard.ended_cookie(over_tls), HasSubstr("Max-Age=0"));
  const Identity weaker = who(
      proxied, {.method = "GET",
                .target = "/",
                .headers = {{"host", "shop.example"}, {"cookie", "forecart-session=" + session}}});
  EXPECT_TRUE(weaker.is_stranger()) << "a cookie without its prefix may be of another host";
}

TEST_F(GuardTest, BelievesItsOwnProxyAlone) {
  Request asked = request("GET", {{"x-forwarded-for", "6.6.6.6, 198.51.100.7"}});
  EXPECT_EQ(guard.address_of(asked), "127.0.0.1");
  const Guard proxied({.public_url = "https://shop.example"});
  EXPECT_EQ(proxied.address_of(asked), "198.51.100.7");
  EXPECT_EQ(proxied.address_of(request(
                "GET", {{"x-forwarded-for", "6.6.6.6"}, {"x-forwarded-for", "198.51.100.7"}})),
            "198.51.100.7")
      << "the line that the proxy added is the last";
  asked.peer = "203.0.113.9";
  EXPECT_EQ(proxied.address_of(asked), "203.0.113.9");
  EXPECT_EQ(proxied.address_of(request("GET", {{"x-forwarded-for", "nonsense"}})), "127.0.0.1");
}

TEST_F(GuardTest, BelievesProxiesOfTheirNetwork) {
  Request asked = request("GET", {{"x-forwarded-for", "198.51.100.7"}});
  asked.peer = "10.64.1.2";
  const Guard behind({.public_url = "https://shop.example", .proxy_network = "10.64.0.0/16"});
  EXPECT_EQ(behind.address_of(asked), "198.51.100.7");
  asked.peer = "10.65.1.2";
  EXPECT_EQ(behind.address_of(asked), "10.65.1.2");
  EXPECT_THROW(Guard({.public_url = "https://shop.example", .proxy_network = "shop"}), Error);
}

TEST_F(GuardTest, SaysThatItLivesUnderAnyName) {
  const Guard shown({.public_url = "https://shop.example", .loopback = false});
  Request asked = request("GET", {{"host", "10.64.1.2:8080"}});
  for (const char* path : {"/healthz", "/readyz"}) {
    asked.target = path;
    EXPECT_EQ(status(shown, asked), 0) << path;
  }
  asked.target = "/";
  EXPECT_EQ(status(shown, asked), 421);
}

TEST_F(GuardTest, SlowsDownWhoAsksTooOften) {
  const Guard slow({.requests_per_second = 2}, scene.access.get());
  int refused = 0;
  for (int i = 0; i < 10; ++i) refused += status(slow, request("GET", {})) == 429 ? 1 : 0;
  EXPECT_GE(refused, 5);
  EXPECT_EQ(status(slow, request("GET", {{"authorization", "Bearer " + token}})), 0)
      << "a user is counted apart from the address";
}

TEST_F(GuardTest, NetworksOfIpv6AreOneAddress) {
  const Guard slow({.requests_per_second = 2}, scene.access.get());
  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    Request asked = request("GET", {});
    asked.peer = "2001:db8::" + std::to_string(i);
    refused += status(slow, asked) == 429 ? 1 : 0;
  }
  EXPECT_GE(refused, 5) << "everybody there has 2^64 addresses";
}

TEST(RateLimit, FillsUpAgainAndForgetsTheOldest) {
  RateLimit limit(10, 2);
  const RateLimit::Clock::time_point begin{};
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(limit.takes("a", begin));
  EXPECT_FALSE(limit.takes("a", begin));
  EXPECT_FALSE(limit.takes("a", begin + std::chrono::milliseconds(90)));
  EXPECT_TRUE(limit.takes("a", begin + std::chrono::milliseconds(200)));
  limit.takes("b", begin);
  limit.takes("c", begin);
  EXPECT_TRUE(limit.takes("a", begin)) << "forgotten, and so new";
  EXPECT_TRUE(RateLimit(0).takes("a", begin));
}

}  // namespace
}  // namespace forecart

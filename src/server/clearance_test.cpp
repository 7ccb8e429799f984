#include "server/test_api.h"
#include "server/web_assets.h"

#include "access/secret.h"
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

namespace forecart {
namespace {

/// Every route asked by everybody: who gets in, by the table's own words.
class ClearanceTest : public testing::Test {
 protected:
  /// The path of a route, about things that there are.
  static std::string path_of(const Route& route) {
    static const std::map<std::string, std::string> kValues{
        {"{dataset}", "orders"},    {"{run}", "current"},
        {"{table}", "ledger"},      {"{user}", "viewer"},
        {"{token}", "000000"},      {"{name}", "a.csv"},
        {"{file}", "abc"},          {"{session}", "0000"},
        {"{dimension}", "product"}, {"{transfer}", "abc"},
        {"{override}", "abc"},      {"{asset}", std::string(web_assets().back().name)},
        {"{request}", "ask-x"},     {"{other}", "current"}};
    std::string path = route.pattern;
    for (const auto& [name, value] : kValues) {
      const std::size_t at = path.find(name);
      if (at != std::string::npos) path.replace(at, name.size(), value);
    }
    EXPECT_EQ(path.find('{'), std::string::npos) << "no value for a part of " << path;
    std::string query;
    for (const Parameter& parameter : route.query) {
      if (parameter.required)
        query += fmt::format("{}{}=x", query.empty() ? '?' : '&', parameter.name);
    }
    return path + query;
  }

  /// The status that refuses; 0 where the request is let in.
  int refused(const Route& route, NamedValues headers) const {
    const auto decision =
        *scene.table.decide(ApiScene::request(route.method, path_of(route), std::move(headers)),
                            std::nullopt, Patience::any);
    const auto* const answer = std::get_if<Answer>(&decision);
    return answer == nullptr ? 0 : answer->status;
  }
  /// The same of the whole answer to what only looks: a refusal stays one, and who is let in gets
  /// no other.
  void expect_answer(const Route& route, const std::string& token, int refusal) {
    const bool looks = route.method == "GET" && route.body == BodyPlace::none;
    if (!looks) return;
    const int status = scene.ask("GET", path_of(route), token).status;
    if (refusal != 0) {
      EXPECT_EQ(status, refusal) << route.pattern;
    } else {
      EXPECT_NE(status, 401) << route.pattern;
      EXPECT_LT(status, 500) << route.pattern;
    }
  }
  int refused_token(const Route& route, const std::string& token) const {
    return refused(route, {{"authorization", "Bearer " + token}});
  }

  static int expected(const Route& route, Role role) {
    switch (route.clearance) {
      case Clearance::open:
      case Clearance::signed_in:
      case Clearance::viewer:
        return 0;
      case Clearance::analyst:
      case Clearance::intake:
        return role >= Role::analyst ? 0 : 403;
      case Clearance::admin:
      case Clearance::service:
        break;
    }
    return role == Role::admin ? 0 : 403;
  }

  ApiScene scene;
};

TEST_F(ClearanceTest, StrangersGetWhatIsOpenOnly) {
  for (const Route& route : scene.table.routes()) {
    const int status = route.clearance == Clearance::open ? 0 : 401;
    EXPECT_EQ(refused(route, {}), status) << route.method << " " << route.pattern;
    EXPECT_EQ(refused_token(route, "fct_made_up"), 401) << route.method << " " << route.pattern;
    expect_answer(route, "", status);
    EXPECT_EQ(refused(route, {{"cookie", "forecart-session=fcs_made_up"}}), status)
        << route.method << " " << route.pattern;
  }
}

TEST_F(ClearanceTest, OpenAreTheseAlone) {
  std::vector<std::string> open;
  for (const Route& route : scene.table.routes()) {
    if (route.clearance == Clearance::open) open.push_back(route.method + " " + route.pattern);
  }
  std::vector<std::string> expected{"GET /assets/{asset}",
                                    "GET /healthz",
                                    "GET /readyz",
                                    "GET /ping",
                                    "POST /api/v1/session",
                                    "GET /api/v1/session/ways",
                                    "POST /api/v1/first-admin",
                                    "GET /api/v1/session/oidc",
                                    "GET /api/v1/session/oidc/callback"};
  for (const std::string_view page : web_pages()) expected.push_back("GET " + std::string(page));
  EXPECT_THAT(open, testing::UnorderedElementsAreArray(expected));
}

TEST_F(ClearanceTest, RolesGetWhatIsTheirs) {
  const std::map<std::string, Role> people{
      {"viewer", Role::viewer}, {"analyst", Role::analyst}, {"root", Role::admin}};
  for (const auto& [name, role] : people) {
    const std::string token = scene.token_of(name);
    for (const Route& route : scene.table.routes()) {
      EXPECT_EQ(refused_token(route, token), expected(route, role))
          << name << ": " << route.method << " " << route.pattern;
      expect_answer(route, token, expected(route, role));
    }
  }
}

TEST_F(ClearanceTest, SessionsGetTheSameAndChangeNothingWithoutTheirToken) {
  const std::string secret = scene.access.sign_in("analyst", kGoodPassword, kHere).session->secret;
  for (const Route& route : scene.table.routes()) {
    const NamedValues cookie{{"cookie", "forecart-session=" + secret}};
    NamedValues both = cookie;
    both.emplace_back("x-csrf-token", csrf_token(secret));
    EXPECT_EQ(refused(route, both), expected(route, Role::analyst)) << route.pattern;
    const bool reads = route.method == "GET" || route.method == "OPTIONS";
    const int changing = reads ? expected(route, Role::analyst) : 403;
    EXPECT_EQ(refused(route, cookie), changing) << route.pattern;
  }
}

TEST_F(ClearanceTest, NoDataSetIsSeenWithoutAGrant) {
  const std::string token = scene.token_of("newcomer");
  for (const Route& route : scene.table.routes()) {
    if (route.pattern.find("{dataset}") == std::string::npos) continue;
    EXPECT_EQ(refused_token(route, token), expected(route, Role::analyst) == 0 ? 404 : 403)
        << route.method << " " << route.pattern;
    expect_answer(route, token, expected(route, Role::analyst) == 0 ? 404 : 403);
  }
  EXPECT_EQ(scene.told("/api/v1/datasets", token)["datasets"], nlohmann::json::array());
  const Answer hidden = scene.ask("GET", "/api/v1/datasets/orders", token);
  const Answer missing = scene.ask("GET", "/api/v1/datasets/orders2", scene.token_of("root"));
  std::string same = missing.body;
  same.replace(same.find("orders2"), 7, "orders");
  EXPECT_EQ(hidden.body, same) << "nobody can tell one that is hidden from one that is not there";
}

/// Nor where it stands in the query.
TEST_F(ClearanceTest, NoDataSetOfAQueryIsSeenWithoutAGrant) {
  const std::string token = scene.token_of("newcomer");
  int asked = 0;
  for (const Route& route : scene.table.routes()) {
    for (const Parameter& parameter : route.query) {
      if (parameter.name != "dataset") continue;
      ++asked;
      const std::string path = path_of(route);
      const char join = path.find('?') == std::string::npos ? '?' : '&';
      EXPECT_EQ(
          scene.ask(route.method, fmt::format("{}{}dataset=orders", path, join), token).status, 404)
          << path;
      EXPECT_EQ(scene
                    .ask(route.method, fmt::format("{}{}dataset=orders", path, join),
                         scene.token_of("viewer"))
                    .status,
                200)
          << path;
    }
  }
  EXPECT_GT(asked, 0);
}

/// Nothing is asked of the store, or kept, for what cannot be one.
TEST_F(ClearanceTest, WhatIsNoNameOfADataSetIsNotThere) {
  const std::string token = scene.token_of("root");
  for (const Route& route : scene.table.routes()) {
    std::string path = path_of(route);
    const std::size_t at = path.find("/datasets/orders");
    if (at == std::string::npos) continue;
    for (const char* name : {"a%2Fb", ".hidden", "a%20b", "..%2Forders", "-x"}) {
      const std::string target = path.substr(0, at) + "/datasets/" + name + path.substr(at + 16);
      for (const std::string& shown : {token, std::string(ApiScene::kService)}) {
        if (refused_token(route, shown) != 0) continue;
        const Answer answer = scene.ask(route.method, target, shown, "{}");
        EXPECT_EQ(answer.status, 404) << route.method << " " << target << answer.body;
        EXPECT_THAT(answer.body, testing::HasSubstr("there is no data set")) << target;
      }
    }
  }
  EXPECT_FALSE(scene.shelf.recall_current("a/b"));
}

TEST_F(ClearanceTest, TheServersTokenIsForItsRoutesAlone) {
  for (const Route& route : scene.table.routes()) {
    const bool its_own = route.clearance == Clearance::intake ||
                         route.clearance == Clearance::service ||
                         route.clearance == Clearance::open;
    EXPECT_EQ(refused_token(route, ApiScene::kService), its_own ? 0 : 403) << route.pattern;
  }
}

TEST_F(ClearanceTest, TokensMayBeForLessThanTheirUser) {
  const std::string reads =
      scene.access.add_token({.user = "root", .name = "r", .scope = {.role = Role::viewer}}, kRoot)
          .secret;
  const std::string elsewhere =
      scene.access
          .add_token({.user = "root",
                      .name = "e",
                      .scope = {.role = Role::admin, .datasets = Grants{"returns"}}},
                     kRoot)
          .secret;
  EXPECT_EQ(scene.ask("GET", "/api/v1/users", reads).status, 403);
  EXPECT_EQ(scene.ask("POST", "/api/v1/datasets/orders/runs", reads).status, 403);
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets/orders", reads).status, 200);
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets/orders", elsewhere).status, 404);
}

/// Of an admin, but for one data set: nothing that is of all.
TEST_F(ClearanceTest, TokensForSomeDataSetsGetNothingThatIsForAdmins) {
  const auto token_for = [&](const char* dataset) {
    return scene.access
        .add_token({.user = "root",
                    .name = dataset,
                    .scope = {.role = Role::admin, .datasets = Grants{dataset}}},
                   kRoot)
        .secret;
  };
  const std::string limited = token_for("orders");
  const std::string of_all = token_for(kAllDatasets);
  for (const Route& route : scene.table.routes()) {
    const int analyst = expected(route, Role::analyst);
    EXPECT_EQ(refused_token(route, limited), analyst) << route.method << " " << route.pattern;
    EXPECT_EQ(refused_token(route, of_all), 0) << route.method << " " << route.pattern;
  }
  EXPECT_EQ(scene.told("/api/v1/datasets", limited)["datasets"].size(), 1U);
}

TEST_F(ClearanceTest, WhoIsDisabledOrRemovedIsAStranger) {
  const std::string token = scene.token_of("viewer");
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets", token).status, 200);
  scene.access.set_disabled("viewer", true, kRoot);
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets", token).status, 401);
  const std::string other = scene.token_of("analyst");
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets", other).status, 200);
  scene.access.remove_user("analyst", kRoot);
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets", other).status, 401);
}

/// What stands in a path becomes part of keys, and of names of files.
TEST_F(ClearanceTest, PathsLeadNowhereElse) {
  const std::string token = scene.token_of("root");
  for (const char* name : {"..%2f..%2fetc", "..", "%2e%2e", ".%2fx", "a%2f..%2fb", "a%00", "..%5cx",
                           "%2fetc%2fpasswd", "orders%2f", "..%252f"}) {
    for (const Route& route : scene.table.routes()) {
      for (const std::string& parameter : path_parameters(route.pattern)) {
        std::string path = route.pattern;
        path.replace(path.find(parameter) - 1, parameter.size() + 2, name);
        const Answer answer =
            scene.ask(route.method, path_of({.method = "", .pattern = path}), token, "{}");
        EXPECT_GE(answer.status, 400) << route.method << " " << path;
        EXPECT_LT(answer.status, 500) << route.method << " " << path << ": " << answer.body;
      }
    }
  }
}

/// No header lets pages of other sites read answers, nor ask with what is not theirs.
TEST_F(ClearanceTest, PagesOfOthersAreAllowedNothing) {
  for (const Route& route : scene.table.routes()) {
    for (const std::string& method : {std::string("OPTIONS"), route.method}) {
      const Answer answer = scene.table.answer(
          ApiScene::request(method, path_of(route),
                            {{"origin", "https://evil.example"},
                             {"access-control-request-method", route.method},
                             {"access-control-request-headers", "authorization"}}));
      const bool is_known = method == route.method || route.pattern.ends_with("/transfers");
      EXPECT_EQ(answer.status == 405, !is_known) << route.pattern;
      for (const auto& [name, value] : answer.headers) {
        EXPECT_FALSE(name.starts_with("access-control")) << route.pattern << ": " << name;
      }
    }
  }
}

}  // namespace
}  // namespace forecart

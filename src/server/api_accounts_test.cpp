#include "server/test_api.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

TEST_F(ApiTest, SignsInAndOut) {
  const Answer wrong =
      scene.ask("POST", "/api/v1/session", "", R"({"name":"viewer","password":"x"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(header(wrong, "set-cookie"), "");
  const std::string body = fmt::format(R"({{"name":"Viewer","password":"{}"}})", kGoodPassword);
  const Answer right = scene.ask("POST", "/api/v1/session", "", body);
  ASSERT_EQ(right.status, 200) << right.body;
  EXPECT_TRUE(right.secret);
  const std::string set = header(right, "set-cookie");
  const std::string cookie = set.substr(0, set.find(';'));
  const auto by_session = [&](const std::string& method, const std::string& path,
                              const std::string& csrf) {
    return scene.table.answer(
        ApiScene::request(method, path, {{"cookie", cookie}, {"x-csrf-token", csrf}}));
  };
  const json me = parsed(by_session("GET", "/api/v1/session", ""));
  EXPECT_EQ(me["user"], "viewer");
  EXPECT_EQ(me["has_password"], true);
  EXPECT_EQ(me["issuer"], nullptr);
  EXPECT_EQ(me["csrf_token"], parsed(right)["csrf_token"]);
  EXPECT_EQ(by_session("DELETE", "/api/v1/session", "wrong").status, 403);
  const Answer out = by_session("DELETE", "/api/v1/session", me["csrf_token"]);
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(header(out, "set-cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(by_session("GET", "/api/v1/session", "").status, 401);
}

TEST_F(ApiTest, ManyWrongPasswordsLock) {
  const auto attempt = [&](const std::string& password) {
    return scene.ask("POST", "/api/v1/session", "",
                     json{{"name", "viewer"}, {"password", password}}.dump());
  };
  EXPECT_EQ(scene.told("/api/v1/users/viewer", root)["locked_until"], nullptr);
  Answer last;
  for (int i = 0; i < 12; ++i) last = attempt("wrong");
  EXPECT_TRUE(scene.told("/api/v1/users/viewer", root)["locked_until"].is_string());
  EXPECT_EQ(last.status, 429);
  EXPECT_GT(std::stoi(header(last, "retry-after")), 0);
  EXPECT_EQ(attempt(kGoodPassword).status, 429) << "the right one too, for a while";
}

TEST_F(ApiTest, ChangesPasswords) {
  const auto sign_in = [&](const std::string& password) {
    return scene.ask("POST", "/api/v1/session", "",
                     json{{"name", "viewer"}, {"password", password}}.dump());
  };
  const Answer session = sign_in(kGoodPassword);
  const std::string set = header(session, "set-cookie");
  const auto change = [&](const std::string& before, const std::string& after) {
    return scene.table.answer(ApiScene::request(
        "POST", "/api/v1/session/password",
        {{"cookie", set.substr(0, set.find(';'))}, {"x-csrf-token", parsed(session)["csrf_token"]}},
        json{{"old_password", before}, {"new_password", after}}.dump()));
  };
  EXPECT_EQ(change(kGoodPassword, "short").status, 400);
  EXPECT_EQ(change("wrong", kOtherPassword).status, 401);
  EXPECT_EQ(change(kGoodPassword, kOtherPassword).status, 200);
  EXPECT_EQ(sign_in(kGoodPassword).status, 401);
  EXPECT_EQ(sign_in(kOtherPassword).status, 200);
  EXPECT_EQ(scene
                .ask("POST", "/api/v1/session/password", viewer,
                     json{{"old_password", "a"}, {"new_password", "b"}}.dump())
                .status,
            403)
      << "not by a token";
}

TEST_F(ApiTest, AdminsKeepUsers) {
  const auto ask = [&](const std::string& method, const std::string& target,
                       const json& body = json::object()) {
    return scene.ask_signed_in("root", method, target, body.dump());
  };
  const json bob{{"name", "Bob"}, {"role", "viewer"}, {"password", kOtherPassword}};
  const Answer added = ask("POST", "/api/v1/users", bob);
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_THAT(added.body, Not(HasSubstr("argon2")));
  EXPECT_EQ(ask("POST", "/api/v1/users", bob).status, 409);
  EXPECT_EQ(scene.told("/api/v1/users", root)["users"].size(), 5U);
  const auto change = [&](const json& what) { return ask("PATCH", "/api/v1/users/bob", what); };
  EXPECT_EQ(parsed(change({{"datasets", {"orders", "returns"}}}))["datasets"],
            json::array({"orders", "returns"}));
  EXPECT_EQ(parsed(change({{"datasets", {"returns"}}, {"role", "analyst"}}))["role"], "analyst");
  EXPECT_EQ(scene.told("/api/v1/users/bob", root)["datasets"], json::array({"returns"}));
  EXPECT_EQ(change({{"role", "king"}}).status, 400);
  EXPECT_EQ(change({{"shoes", 1}}).status, 400);
  EXPECT_EQ(ask("PATCH", "/api/v1/users/root", {{"role", "viewer"}}).status, 409)
      << "the last admin stays one";
  EXPECT_EQ(ask("DELETE", "/api/v1/users/bob").status, 204);
  EXPECT_EQ(ask("DELETE", "/api/v1/users/bob").status, 404);
}

TEST_F(ApiTest, RefusedChangesOfUsersChangeNothing) {
  const auto change = [&](const std::string& user, const json& what) {
    return scene.ask_signed_in("root", "PATCH", "/api/v1/users/" + user, what.dump()).status;
  };
  const auto users = [&] { return scene.told("/api/v1/users", root); };
  const json before = users();
  const SignIn session = scene.access.sign_in("viewer", kGoodPassword, kHere);
  EXPECT_EQ(change("viewer", {{"role", "admin"}, {"password", "short"}}), 400);
  EXPECT_EQ(change("viewer", {{"role", "admin"}, {"datasets", {"../x"}}}), 400);
  EXPECT_EQ(change("viewer", {{"disabled", true}, {"role", "king"}}), 400);
  EXPECT_EQ(change("viewer", {{"role", "analyst"}, {"disabled", 1}}), 400);
  EXPECT_EQ(change("root", {{"datasets", {"orders"}}, {"disabled", true}}), 409);
  EXPECT_EQ(users(), before);
  EXPECT_TRUE(scene.access.of_session(session.session->secret, "192.0.2.7"));
  EXPECT_EQ(change("viewer", {{"datasets", {"orders"}}, {"disabled", false}}), 200);
  EXPECT_TRUE(scene.access.of_session(session.session->secret, "192.0.2.7")) << "as it was";
  EXPECT_EQ(change("viewer", {{"role", "analyst"}, {"password", kOtherPassword}}), 200);
  EXPECT_FALSE(scene.access.of_session(session.session->secret, "192.0.2.7"));
  EXPECT_TRUE(scene.access.sign_in("viewer", kOtherPassword, kHere).session);
}

TEST_F(ApiTest, TokensGiveNobodyAWayIn) {
  const std::string users = "/api/v1/users";
  const json eve{{"name", "eve"}, {"role", "viewer"}};
  const auto with = [&](const std::string& field, const json& value) {
    json user = eve;
    user[field] = value;
    if (field == "subject") user["issuer"] = "https://id.example";
    return user.dump();
  };
  for (const std::string& body :
       {with("password", kGoodPassword), with("role", "admin"), with("subject", "eve")}) {
    const Answer answer = scene.ask("POST", users, root, body);
    EXPECT_EQ(answer.status, 403) << body;
    EXPECT_THAT(parsed(answer)["error"]["remedy"].get<std::string>(), HasSubstr("sign in"));
  }
  for (const json& change : {json{{"password", kOtherPassword}}, json{{"role", "admin"}},
                             json{{"role", "viewer"}}, json{{"disabled", false}}}) {
    EXPECT_EQ(scene.ask("PATCH", users + "/viewer", root, change.dump()).status, 403) << change;
  }
  EXPECT_EQ(scene.told(users, root)["users"].size(), 4U);
  EXPECT_TRUE(scene.access.sign_in("viewer", kGoodPassword, kHere).session);
  EXPECT_EQ(scene.ask("POST", users, root, eve.dump()).status, 201) << "who cannot sign in yet";
  EXPECT_EQ(scene.ask("PATCH", users + "/eve", root, R"({"datasets":["orders"]})").status, 200);
  EXPECT_EQ(scene.ask("PATCH", users + "/eve", root, R"({"disabled":true})").status, 200);
}

TEST_F(ApiTest, TokensAreShownOnceAndMadeByPeople) {
  const SignIn signed_in = scene.access.sign_in("analyst", kGoodPassword, kHere);
  const auto by_session = [&](const std::string& method, const std::string& path,
                              const std::string& body = "") {
    return scene.table.answer(
        ApiScene::request(method, path,
                          {{"cookie", "forecart-session=" + signed_in.session->secret},
                           {"x-csrf-token", signed_in.session->csrf}},
                          body));
  };
  const Answer made = by_session("POST", "/api/v1/tokens", R"({"name":"report","days":7})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string secret = parsed(made)["secret"];
  EXPECT_EQ(parsed(made)["role"], "viewer") << "the least, unless asked for";
  EXPECT_EQ(scene.ask("GET", at(""), secret).status, 200);
  EXPECT_THAT(by_session("GET", "/api/v1/tokens").body, Not(HasSubstr(secret)));
  EXPECT_EQ(by_session("POST", "/api/v1/tokens", R"({"name":"x","role":"admin"})").status, 400);
  EXPECT_EQ(scene.ask("POST", "/api/v1/tokens", secret, R"({"name":"child"})").status, 403);
  const std::string id = parsed(made)["id"];
  EXPECT_EQ(by_session("DELETE", "/api/v1/tokens/" + id).status, 204);
  EXPECT_EQ(scene.ask("GET", at(""), secret).status, 401);
}

TEST_F(ApiTest, UsersSeeAndEndTheirSessions) {
  const auto begin = [&](const std::string& from) {
    return *scene.access.sign_in("viewer", kGoodPassword, {from}).session;
  };
  const NewSession here = begin("192.0.2.7");
  const NewSession there = begin("198.51.100.1");
  const NewSession third = begin("203.0.113.9");
  const std::string room = "/api/v1/sessions";
  const json list = parsed(scene.ask_by(here, "GET", room))["sessions"];
  ASSERT_EQ(list.size(), 3U);
  std::string other;
  for (const json& one : list) {
    EXPECT_EQ(one["this"], one["from"] == "192.0.2.7") << one;
    if (one["from"] == "198.51.100.1") other = one["id"];
  }
  EXPECT_THAT(list.dump(), Not(HasSubstr(here.secret)));
  EXPECT_EQ(scene.ask_signed_in("analyst", "DELETE", room + "/" + other).status, 404)
      << "of others";
  EXPECT_EQ(scene.ask_by(here, "DELETE", room + "/" + other).status, 204);
  EXPECT_EQ(scene.ask_by(there, "GET", room).status, 401);
  EXPECT_EQ(scene.ask_by(here, "DELETE", room + "/" + other).status, 404);
  EXPECT_EQ(parsed(scene.ask_by(here, "DELETE", room))["ended"], 1);
  EXPECT_EQ(scene.ask_by(third, "GET", room).status, 401);
  EXPECT_EQ(parsed(scene.ask_by(here, "GET", room))["sessions"].size(), 1U);
  for (const char* method : {"GET", "DELETE"}) {
    EXPECT_EQ(scene.ask(method, room, viewer).status, 403) << "a lost token";
  }
  EXPECT_EQ(scene.ask("DELETE", "/api/v1/users/viewer/sessions", analyst).status, 403);
  EXPECT_EQ(scene.ask("DELETE", "/api/v1/users/viewer/sessions", root).status, 204);
  EXPECT_EQ(scene.ask_by(here, "GET", room).status, 401);
}

TEST_F(ApiTest, AdminsLinkUsersToAProvider) {
  const Subject subject{"https://id.example", "42"};
  const auto change = [&](const json& what) {
    return scene.ask_signed_in("root", "PATCH", "/api/v1/users/viewer", what.dump());
  };
  json told = scene.told("/api/v1/users/viewer", root);
  EXPECT_EQ(told["has_password"], true);
  EXPECT_EQ(told["subject"], nullptr);
  told = parsed(change({{"issuer", subject.issuer}, {"subject", subject.id}}));
  EXPECT_EQ(told["issuer"], subject.issuer);
  EXPECT_EQ(told["subject"], "42");
  const SignIn signed_in = scene.access.sign_in(subject, kHere);
  EXPECT_EQ(signed_in.outcome, SignIn::Outcome::granted);
  EXPECT_EQ(change({{"issuer", subject.issuer}}).status, 400);
  EXPECT_EQ(change({{"issuer", subject.issuer}, {"subject", nullptr}}).status, 400);
  EXPECT_EQ(scene.ask("PATCH", "/api/v1/users/viewer", root, R"({"subject":null})").status, 403);
  EXPECT_EQ(parsed(change({{"subject", nullptr}}))["issuer"], nullptr);
  EXPECT_EQ(scene.access.sign_in(subject, kHere).outcome, SignIn::Outcome::refused);
  EXPECT_FALSE(scene.access.of_session(signed_in.session->secret, "192.0.2.7"));
}

TEST_F(ApiTest, PasswordsMayBeSwitchedOff) {
  RouteTable table{scene.guard};
  add_all_routes(table, {.repository = scene.repository,
                         .metrics = scene.metrics,
                         .ring = nullptr,
                         .location = scene.shop.shop().string(),
                         .access = &scene.access,
                         .guard = &scene.guard,
                         .shelf = &scene.shelf,
                         .hub = &scene.hub,
                         .sales = &scene.sales,
                         .oidc = &scene.oidc,
                         .password_sign_in = false});
  const SignIn before = scene.access.sign_in("viewer", kGoodPassword, kHere);
  const auto post = [&](const std::string& path, const json& body) {
    return ApiScene::checked(path, table.answer(ApiScene::request(
                                       "POST", "/api/v1" + path,
                                       {{"cookie", "forecart-session=" + before.session->secret},
                                        {"x-csrf-token", before.session->csrf}},
                                       body.dump())));
  };
  EXPECT_EQ(post("/session", {{"name", "viewer"}, {"password", kGoodPassword}}).status, 403);
  EXPECT_EQ(
      post("/first-admin", {{"secret", "x"}, {"name", "a"}, {"password", kGoodPassword}}).status,
      403);
  EXPECT_EQ(
      post("/session/password", {{"old_password", kGoodPassword}, {"new_password", kOtherPassword}})
          .status,
      403);
  const json ways = parsed(table.answer(ApiScene::request("GET", "/api/v1/session/ways")));
  EXPECT_EQ(ways, (json{{"password", false}, {"oidc", true}}));
  EXPECT_EQ(scene.told("/api/v1/session/ways", "")["password"], true);
}

TEST_F(ApiTest, AuditTellsWhoDidWhat) {
  scene.ask("POST", "/api/v1/session", "", R"({"name":"ghost","password":"x"})");
  const json audit = scene.told("/api/v1/audit?limit=3", root);
  ASSERT_EQ(audit["entries"].size(), 3U);
  EXPECT_TRUE(audit["next"].is_string());
  const json older =
      scene.told("/api/v1/audit?limit=1&before=" + audit["next"].get<std::string>(), root);
  EXPECT_EQ(older["entries"].size(), 1U);
  EXPECT_EQ(scene.told("/api/v1/audit?to=2020-01-01", root)["entries"], json::array());
  EXPECT_EQ(scene.ask("GET", "/api/v1/audit?from=yesterday", root).status, 400);
}

}  // namespace
}  // namespace forecart

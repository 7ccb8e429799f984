#pragma once

#include "pipeline/sales_cache.h"
#include "pipeline/small_shop.h"
#include "server/routes.h"
#include "server/transfers.h"
#include "services/oidc.h"

#include "access/test_access.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace forecart {

/// For tests: the whole table over a shop with a published run, and people of every kind.
struct ApiScene {
  ApiScene() {
    access.add_user({.name = "root", .role = Role::admin, .password = kGoodPassword}, kRoot);
    for (const Role role : {Role::viewer, Role::analyst}) {
      access.add_user(
          {.name = to_string(role), .role = role, .grants = {"orders"}, .password = kGoodPassword},
          kRoot);
    }
    access.add_user({.name = "newcomer", .role = Role::analyst, .password = kGoodPassword}, kRoot);
    add_all_routes(table, services);
  }

  static AccessOptions cheap() {
    AccessOptions options;
    options.hash = {.passes = 1, .memory_bytes = 8192};
    return options;
  }

  std::string token_of(const std::string& user) {
    const Role role = user == "root"     ? Role::admin
                      : user == "viewer" ? Role::viewer
                                         : Role::analyst;
    return access.add_token({.user = user, .name = "t", .scope = {.role = role}}, kRoot).secret;
  }

  static Request request(const std::string& method, const std::string& target,
                         NamedValues headers = {}, const std::string& body = "") {
    headers.emplace_back("host", "localhost");
    return {.method = method,
            .target = target,
            .headers = std::move(headers),
            .peer = "127.0.0.1",
            .body = body};
  }
  Answer ask(const std::string& method, const std::string& target, const std::string& token = "",
             const std::string& body = "") const {
    NamedValues headers;
    if (!token.empty()) headers.emplace_back("authorization", "Bearer " + token);
    return checked(method + " " + target,
                   table.answer(request(method, target, std::move(headers), body)));
  }
  /// Every error says what is wrong and what to do.
  static Answer checked(const std::string& asked, Answer answer) {
    if (answer.status < 400) return answer;
    const nlohmann::json error = nlohmann::json::parse(answer.body).at("error");
    for (const char* field : {"code", "message", "remedy"}) {
      EXPECT_NE(error.at(field).get<std::string>(), "") << asked << ": " << answer.body;
    }
    return answer;
  }
  /// The same by a browser's session; each call signs in anew.
  Answer ask_signed_in(const std::string& user, const std::string& method,
                       const std::string& target, const std::string& body = "") {
    const SignIn signed_in = access.sign_in(user, kGoodPassword, kHere);
    return ask_by(*signed_in.session, method, target, body);
  }
  Answer ask_by(const NewSession& session, const std::string& method, const std::string& target,
                const std::string& body = "") const {
    NamedValues headers{{"cookie", "forecart-session=" + session.secret},
                        {"x-csrf-token", session.csrf}};
    return checked(method + " " + target,
                   table.answer(request(method, target, std::move(headers), body)));
  }
  nlohmann::json told(const std::string& target, const std::string& token) const {
    const Answer answer = ask("GET", target, token);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    return nlohmann::json::parse(answer.body);
  }

  static constexpr const char* kService = "0123456789abcdef";

  SmallShop shop;
  std::string run = shop.run().run;
  Repository repository = Repository::open(shop.shop().string());
  MetricSet metrics;
  EventHub hub;
  RunShelf shelf{repository};
  SalesCache sales{repository, {.threads = 1}};
  Access access{repository.store(), cheap()};
  /// Nobody is there.
  Oidc oidc{{.issuer = "http://127.0.0.1:9",
             .client_id = "us",
             .client_secret = "secret",
             .redirect_url = "http://127.0.0.1:9/api/v1/session/oidc/callback"}};
  Guard guard{{.service = AccessToken(kService), .requests_per_second = 0}, &access};
  std::ostringstream lines;
  Log log{{}, lines};
  RouteTable table{guard, &log};
  std::vector<std::string> rung;
  Transfers transfers{repository.store().lasting_folder() / "transfers"};
  RouteServices services{.repository = repository,
                         .metrics = metrics,
                         .ring = [this](const std::string& dataset) { rung.push_back(dataset); },
                         .location = shop.shop().string(),
                         .access = &access,
                         .guard = &guard,
                         .shelf = &shelf,
                         .hub = &hub,
                         .sales = &sales,
                         .oidc = &oidc,
                         .transfers = &transfers};
};

/// Asks that table as each of them.
class ApiTest : public testing::Test {
 protected:
  std::string at(const std::string& path) const { return "/api/v1/datasets/orders" + path; }
  static nlohmann::json parsed(const Answer& answer) { return nlohmann::json::parse(answer.body); }
  static std::string header(const Answer& answer, const std::string& name) {
    for (const auto& [known, value] : answer.headers) {
      if (known == name) return value;
    }
    return {};
  }

  ApiScene scene;
  std::string viewer = scene.token_of("viewer");
  std::string analyst = scene.token_of("analyst");
  std::string root = scene.token_of("root");
};

}  // namespace forecart

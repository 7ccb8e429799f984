#include "server/route_table.h"

#include "server/openapi.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <stdexcept>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class RouteTableTest : public testing::Test {
 protected:
  RouteTableTest() {
    table.add({.method = "GET", .pattern = "/", .instant = true, .handle = [](const Call&) {
                 return Answer{.body = "root"};
               }});
    table.add({.method = "GET",
               .pattern = "/things/{name}",
               .query = {{"x", "a thing"}},
               .handle = [](const Call& call) {
                 if (call.values[0] == "lost") {
                   throw Error(ErrorCode::not_found, "no lost; use found");
                 }
                 if (call.values[0] == "odd") throw std::runtime_error("secret");
                 return Answer{.body = call.values[0]};
               }});
    table.add({.method = "PUT",
               .pattern = "/things/{name}",
               .clearance = Clearance::intake,
               .body = BodyPlace::memory,
               .most_bytes = 10,
               .handle = [](const Call& call) { return Answer{.body = call.request.body}; }});
    table.add({.method = "POST",
               .pattern = "/json",
               .body = BodyPlace::memory,
               .most_bytes = 10,
               .body_schema = "Any",
               .types = {"application/jsonlines"},
               .handle = [](const Call& call) { return Answer{.body = call.request.body}; }});
    table.add(
        {.method = "GET",
         .pattern = "/needs",
         .query = {{"id", "which", R"({"type":"string"})", true}},
         .handle =
             [](const Call& call) { return Answer{.body = std::string(call.parameter("id"))}; },
         .at_once = [](const Call& call) -> std::optional<Answer> {
           if (call.parameter("id") != "known") return std::nullopt;
           return Answer{.body = "at once"};
         }});
  }

  static Request asked(const std::string& method, const std::string& target,
                       const std::string& token = "") {
    Request request{.method = method, .target = target, .headers = {{"host", "localhost:80"}}};
    if (!token.empty()) request.headers.emplace_back("authorization", token);
    return request;
  }
  static std::string code_of(const Answer& answer) {
    return json::parse(answer.body).at("error").at("code");
  }

  Guard guard{{.service = AccessToken("0123456789abcdef")}};
  std::ostringstream lines;
  Log log{{}, lines};
  RouteTable table{guard, &log};
};

TEST_F(RouteTableTest, FindsByMethodAndPath) {
  EXPECT_EQ(table.answer(asked("GET", "/")).body, "root");
  EXPECT_EQ(table.answer(asked("GET", "/things/a%20b?x=1")).body, "a b");
  EXPECT_EQ(table.answer(asked("HEAD", "/things/a")).status, 200);
  EXPECT_EQ(table.answer(asked("GET", "/things")).status, 404);
  EXPECT_EQ(table.answer(asked("GET", "/things/a/b")).status, 404);
  EXPECT_EQ(table.answer(asked("GET", "/things/../")).status, 400);
  const Answer wrong = table.answer(asked("DELETE", "/things/a"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers, (NamedValues{{"allow", "GET, PUT"}}));
}

TEST_F(RouteTableTest, RefusesParametersThatNobodyKnowsOrThatAreMissing) {
  const Answer unknown = table.answer(asked("GET", "/things/a?y=1"));
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.body, HasSubstr("use x"));
  EXPECT_EQ(table.answer(asked("GET", "/needs")).status, 400);
  EXPECT_EQ(table.answer(asked("GET", "/needs?id=")).status, 400);
  EXPECT_EQ(table.answer(asked("GET", "/needs?id=7")).body, "7");
  EXPECT_EQ(table.answer(asked("GET", "/needs?id=" + std::string(1001, 'x'))).status, 400);
}

TEST_F(RouteTableTest, RefusesParametersThatStandTwice) {
  EXPECT_EQ(table.answer(asked("GET", "/things/a?x=1")).status, 200);
  const Answer twice = table.answer(asked("GET", "/things/a?x=1&x=2"));
  EXPECT_EQ(twice.status, 400);
  EXPECT_THAT(twice.body, HasSubstr("'x' twice"));
}

TEST_F(RouteTableTest, BodiesOfJsonAreSaidToBeJson) {
  const auto status = [&](const std::string& type) {
    Request request = asked("POST", "/json");
    if (!type.empty()) request.headers.emplace_back("content-type", type);
    return table.answer(request).status;
  };
  for (const char* type :
       {"", "application/json", "Application/JSON; charset=utf-8", "application/jsonlines"}) {
    EXPECT_EQ(status(type), 200) << type;
  }
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded",
                           "multipart/form-data; boundary=x", "application/jsonp", "json"}) {
    EXPECT_EQ(status(type), 415) << type;
  }
}

TEST_F(RouteTableTest, WritesNeedTheToken) {
  EXPECT_EQ(table.answer(asked("PUT", "/things/a")).status, 401);
  EXPECT_EQ(table.answer(asked("PUT", "/things/a", "Bearer 0123456789abcdeX")).status, 401);
  EXPECT_EQ(table.answer(asked("PUT", "/things/a", "Bearer 0123456789abcdef")).status, 200);
}

TEST_F(RouteTableTest, DecidesBeforeTheBodyComes) {
  const auto status = [&](const Request& head, std::optional<std::int64_t> bytes) {
    const auto decision = table.decide(head, bytes, Patience::none);
    const auto* const answer = std::get_if<Answer>(&*decision);
    return answer == nullptr ? 0 : answer->status;
  };
  const Request put = asked("PUT", "/things/a", "Bearer 0123456789abcdef");
  EXPECT_EQ(status(put, 10), 0);
  EXPECT_EQ(status(put, std::nullopt), 0);
  EXPECT_EQ(status(put, 11), 413);
  EXPECT_EQ(status(asked("PUT", "/things/a"), 11), 401) << "a stranger learns nothing more";
  EXPECT_EQ(status(asked("GET", "/"), 1), 415) << "it takes none";
}

TEST_F(RouteTableTest, WaitsOnlyWhereItMust) {
  const auto answer = [&](const std::string& target) {
    const Request request = asked("GET", target);
    auto decision = *table.decide(request, std::nullopt, Patience::none);
    return std::get<std::unique_ptr<Task>>(decision)->answer(request, Patience::none);
  };
  EXPECT_EQ(answer("/")->body, "root");
  EXPECT_EQ(answer("/needs?id=known")->body, "at once");
  EXPECT_FALSE(answer("/needs?id=other"));
  EXPECT_FALSE(answer("/things/a"));
}

TEST_F(RouteTableTest, ErrorsHaveTheirStatusAndRemedy) {
  const Answer lost = table.answer(asked("GET", "/things/lost"));
  EXPECT_EQ(lost.status, 404);
  EXPECT_EQ(code_of(lost), "not_found");
  EXPECT_EQ(json::parse(lost.body).at("error").at("message"), "no lost");
  EXPECT_EQ(json::parse(lost.body).at("error").at("remedy"), "use found");
  const Answer odd = table.answer(asked("GET", "/things/odd"));
  EXPECT_EQ(odd.status, 500);
  EXPECT_THAT(odd.body, testing::Not(HasSubstr("secret")));
  const std::string remedy = json::parse(odd.body).at("error").at("remedy");
  const std::string number = remedy.substr(std::string("see incident ").size(), 12);
  EXPECT_THAT(lines.str(), HasSubstr("incident=" + number));
  EXPECT_THAT(lines.str(), HasSubstr("route=/things/{name}"));
  EXPECT_THAT(lines.str(), HasSubstr("kind=std::runtime_error"));
  EXPECT_EQ(status_of(ErrorCode::no_space), 507);
  EXPECT_EQ(status_of(ErrorCode::unavailable), 503);
}

TEST_F(RouteTableTest, TellsItselfAsOpenApi) {
  add_openapi_route(table, "1.2");
  EXPECT_EQ(table.answer(asked("GET", "/api/v1/openapi.json")).status, 401);
  const json document = json::parse(openapi_document(table, "1.2"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  EXPECT_EQ(document["info"]["version"], "1.2");
  for (const Route& route : table.routes()) {
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    EXPECT_TRUE(document["paths"][route.pattern].contains(method)) << route.pattern;
  }
  const json needs = document["paths"]["/needs"]["get"];
  EXPECT_EQ(needs["parameters"][0]["name"], "id");
  EXPECT_EQ(needs["parameters"][0]["required"], true);
  EXPECT_EQ(needs["security"], json::array());
  EXPECT_EQ(document["paths"]["/things/{name}"]["put"]["security"].size(), 2U);
}

}  // namespace
}  // namespace forecart

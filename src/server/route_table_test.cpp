#include "server/route_table.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <stdexcept>

namespace forecart {
namespace {

using nlohmann::json;

constexpr const char* kSecret = "0123456789abcdef";

RouteTable table_of(std::optional<AccessToken> token = AccessToken(kSecret)) {
  RouteTable table(std::move(token));
  table.add({.method = "GET", .pattern = "/", .handle = [](const Call&) {
               return Answer{.body = "root"};
             }});
  table.add({.method = "GET", .pattern = "/things/{name}", .handle = [](const Call& call) {
               if (call.values[0] == "lost")
                 throw Error(ErrorCode::not_found, "no lost; use found");
               if (call.values[0] == "odd") throw std::runtime_error("secret");
               return Answer{.body = call.values[0]};
             }});
  table.add({.method = "PUT",
             .pattern = "/things/{name}",
             .access = Access::token,
             .body = BodyPlace::memory,
             .most_bytes = 10,
             .handle = [](const Call& call) { return Answer{.body = call.request.body}; }});
  return table;
}

Request asked(const std::string& method, const std::string& target, const char* token = "") {
  return {.method = method, .target = target, .headers = {{"authorization", token}}};
}

std::string code_of(const Answer& answer) {
  return json::parse(answer.body).at("error").at("code");
}

TEST(RouteTable, FindsByMethodAndPath) {
  const RouteTable table = table_of();
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

TEST(RouteTable, WritesNeedTheToken) {
  const RouteTable table = table_of();
  EXPECT_EQ(table.answer(asked("PUT", "/things/a")).status, 401);
  EXPECT_EQ(table.answer(asked("PUT", "/things/a", "Bearer 0123456789abcdeX")).status, 401);
  EXPECT_EQ(table.answer(asked("PUT", "/things/a", "Bearer 0123456789abcdef")).status, 200);
  const Answer closed = table_of(std::nullopt).answer(asked("PUT", "/things/a", "Bearer x"));
  EXPECT_EQ(closed.status, 403);
  EXPECT_THAT(closed.body, testing::HasSubstr("--token-file"));
}

TEST(RouteTable, DecidesBeforeTheBodyComes) {
  const RouteTable table = table_of();
  const auto status = [&](const Request& head, std::optional<std::int64_t> bytes) {
    const auto decision = table.decide(head, bytes);
    const auto* const answer = std::get_if<Answer>(&decision);
    return answer == nullptr ? 0 : answer->status;
  };
  const Request put = asked("PUT", "/things/a", "Bearer 0123456789abcdef");
  EXPECT_EQ(status(put, 10), 0);
  EXPECT_EQ(status(put, std::nullopt), 0);
  EXPECT_EQ(status(put, 11), 413);
  EXPECT_EQ(status(asked("PUT", "/things/a"), 11), 401) << "a stranger learns nothing more";
  EXPECT_EQ(status(asked("GET", "/"), 1), 413);
}

TEST(RouteTable, ErrorsHaveTheirStatusAndRemedy) {
  const RouteTable table = table_of();
  const Answer lost = table.answer(asked("GET", "/things/lost"));
  EXPECT_EQ(lost.status, 404);
  EXPECT_EQ(code_of(lost), "not_found");
  EXPECT_EQ(json::parse(lost.body).at("error").at("message"), "no lost");
  EXPECT_EQ(json::parse(lost.body).at("error").at("remedy"), "use found");
  const Answer odd = table.answer(asked("GET", "/things/odd"));
  EXPECT_EQ(odd.status, 500);
  EXPECT_THAT(odd.body, testing::Not(testing::HasSubstr("secret")));
  EXPECT_EQ(status_of(ErrorCode::no_space), 507);
  EXPECT_EQ(status_of(ErrorCode::unavailable), 503);
}

}  // namespace
}  // namespace forecart

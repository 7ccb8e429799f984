#include "http/message.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Target, IsTakenApartAndDecoded) {
  const auto target = parse_target("/a/b%2Fc/?x=1&y=a+b%3D&z");
  ASSERT_TRUE(target);
  EXPECT_THAT(target->segments, ElementsAre("a", "b/c"));
  EXPECT_THAT(target->query, ElementsAre(Pair("x", "1"), Pair("y", "a b="), Pair("z", "")));
  EXPECT_TRUE(parse_target("/")->segments.empty());
}

TEST(Target, RefusesWhatMayBeReadInTwoWays) {
  for (const char* text :
       {"",        "a",         "*",      "http://host/a", "//a",       "/a//b", "/a/./b",
        "/a/../b", "/%2e%2e/b", "/%2E/b", "/a%",           "/a%2",      "/a%zz", "/a%00b",
        "/a%0Ab",  "/a b",      "/a\tb",  "/a\x7f",        "/\xc3\xa4", "/a#b"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(ErrorAnswer, SaysWhenToTryAgain) {
  const Answer busy = error_answer(Error(ErrorCode::unavailable, "too much; wait"));
  EXPECT_EQ(busy.headers, (NamedValues{{"retry-after", "2"}}));
  EXPECT_TRUE(error_answer(Error(ErrorCode::conflict, "changed; look")).headers.empty());
}

TEST(ErrorAnswer, HasOneEnvelope) {
  const Answer answer = error_answer(404, "not_found", "no \"such\" thing", "look elsewhere");
  EXPECT_EQ(answer.status, 404);
  const nlohmann::json expected{
      {"error",
       {{"code", "not_found"}, {"message", "no \"such\" thing"}, {"remedy", "look elsewhere"}}}};
  EXPECT_EQ(nlohmann::json::parse(answer.body), expected);
  EXPECT_NO_THROW(nlohmann::json::parse(error_answer(400, "x", "\xff\xfe", "").body));
}

}  // namespace
}  // namespace forecart

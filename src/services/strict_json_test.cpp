#include "services/strict_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

TEST(StrictJson, TakesObjects) {
  const auto object = strict_json_object(R"({"a":{"a":1},"b":[{"a":2},{"a":3}]})", 100);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->at("b")[1]["a"], 3);
  EXPECT_EQ(text_member(*object, "a"), std::nullopt);
}

TEST(StrictJson, RefusesWhatTwoReadersMayReadDifferently) {
  for (const char* text :
       {"", "1", "[]", "null", R"({"a":1,"a":2})", R"({"b":{"a":1,"c":[],"a":2}})", R"({"a":1} x)",
        R"({"a":1,})", R"({"a":NaN})", "{\"a\":\"\xff\"}", "{\"a\":1}{}", "{\"a\":\"\n\"}"}) {
    EXPECT_FALSE(strict_json_object(text, 100)) << text;
  }
}

TEST(StrictJson, IsBounded) {
  EXPECT_FALSE(strict_json_object(R"({"a":1})", 6));
  const auto nested = [](std::size_t depth) {
    return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(strict_json_object(nested(7), 1000));
  EXPECT_FALSE(strict_json_object(nested(9), 1000));
  EXPECT_FALSE(strict_json_object(nested(50000), 1 << 20));
}

}  // namespace
}  // namespace forecart

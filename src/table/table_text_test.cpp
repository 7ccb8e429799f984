#include "table/table_text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using nlohmann::json;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(TableText, RowsAreObjectsWithMembersByName) {
  const Table table({{"y", std::vector<double>{0.1, 3, 1e300, std::nan("")}},
                     {"b\"c", std::vector<std::int64_t>{1, -2, 3, 4}},
                     {"a", std::vector<bool>{true, false, true, false}}});
  EXPECT_EQ(to_json_text(table),
            R"([{"a":true,"b\"c":1,"y":0.1},{"a":false,"b\"c":-2,"y":3.0},)"
            R"({"a":true,"b\"c":3,"y":1e+300},{"a":false,"b\"c":4,"y":null}])");
}

TEST(TableText, NoRowsAndNoColumns) {
  EXPECT_EQ(to_json_text(Table({{"y", std::vector<double>{}}})), "[]");
  EXPECT_EQ(to_csv(Table({{"y", std::vector<double>{}}})), "y\n");
  EXPECT_EQ(to_json_text(Table()), "[]");
  EXPECT_EQ(to_csv(Table()), "");
}

TEST(TableText, InfiniteIsMissing) {
  const Table table({{"y", std::vector<double>{kInfinity, -kInfinity}}});
  EXPECT_EQ(to_json_text(table), R"([{"y":null},{"y":null}])");
}

TEST(TableText, BytesThatAreNoUtf8AreReplaced) {
  const Table table({{"id", std::vector<std::string>{"caf\xC3\xA9", "caf\xE9", "a\nb\x01"}}});
  EXPECT_EQ(to_json_text(table),
            "[{\"id\":\"caf\xC3\xA9\"},{\"id\":\"caf\xEF\xBF\xBD\"},{\"id\":\"a\\nb\\u0001\"}]");
}

RC_GTEST_PROP(TableText, WhatIsWrittenIsRead, (const std::vector<double>& numbers)) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    texts.push_back(*rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)));
  }
  const json rows = rows_json(Table({{"y", numbers}, {"id", texts}}));
  RC_ASSERT(rows.size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    RC_ASSERT(rows[i].at("y") == numbers[i]);
    RC_ASSERT(rows[i].at("id") == texts[i]);
  }
}

}  // namespace
}  // namespace forecart

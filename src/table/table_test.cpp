#include "table/table.h"

#include "table/expect_error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

Table two_columns() {
  return Table(
      {{"id", std::vector<std::string>{"a", "b"}}, {"n", std::vector<std::int64_t>{1, 2}}});
}

TEST(Table, FindsColumnsByName) {
  const Table table = two_columns();
  EXPECT_EQ(table.row_count(), 2U);
  EXPECT_EQ(table.numbers("n"), (std::vector<double>{1, 2}));
  EXPECT_EQ(table.texts("n"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(table.find("x"), nullptr);
}

TEST(Table, RefusesWhatDoesNotFit) {
  Table table = two_columns();
  expect_error(ErrorCode::bad_data, "2", [&] { table.add("m", std::vector<double>{1}); });
  expect_error(ErrorCode::bad_data, "twice", [&] { table.add("n", std::vector<double>{1, 2}); });
  expect_error(ErrorCode::bad_data, "id, n", [&] { static_cast<void>(table.column("x")); });
  expect_error(ErrorCode::bad_data, "'id'", [&] { static_cast<void>(table.numbers("id")); });
}

}  // namespace
}  // namespace forecart

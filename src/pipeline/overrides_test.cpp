#include "pipeline/overrides.h"

#include "base/parallel.h"
#include "pipeline/small_shop.h"
#include "table/expect_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace forecart {
namespace {

Override holiday() {
  return {.panel = "daily",
          .unique_id = "total",
          .from = "2023-01-29",
          .to = "2023-01-30",
          .is_factor = false,
          .value = 12,
          .comment = "fair in town",
          .author = "ann",
          .at = "2023-01-28T08:00:00Z"};
}

TEST(Overrides, ChangeTheirBucketsInOrder) {
  const std::vector<std::string> ds{"2023-01-28", "2023-01-29", "2023-01-30"};
  std::vector<double> values{1, 2, 3};
  EXPECT_TRUE(apply(holiday(), ds, values));
  Override half = holiday();
  half.from = "2023-01-30";
  half.is_factor = true;
  half.value = 0.5;
  EXPECT_TRUE(apply(half, ds, values));
  EXPECT_EQ(values, (std::vector<double>{1, 12, 6}));
  half.from = half.to = "2023-02-01";
  EXPECT_FALSE(apply(half, ds, values));
}

TEST(Overrides, AreKeptAndTakenBack) {
  SmallShop shop;
  Repository repository = Repository::open(shop.shop().string());
  EXPECT_TRUE(read_overrides(repository, "orders").empty());
  const Override first = add_override(repository, "orders", holiday());
  const Override second = add_override(repository, "orders", holiday());
  EXPECT_NE(first.id, second.id);
  const auto all = read_overrides(repository, "orders");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(to_json(all[0]), to_json(first));
  remove_override(repository, "orders", first.id);
  ASSERT_EQ(read_overrides(repository, "orders").size(), 1U);
  expect_error(ErrorCode::not_found, "no such override",
               [&] { remove_override(repository, "orders", first.id); });
}

TEST(Overrides, OfManyAtOnceNoneIsLost) {
  SmallShop shop;
  Repository repository = Repository::open(shop.shop().string());
  parallel_for(8, 4, [&](std::size_t) { add_override(repository, "orders", holiday()); });
  EXPECT_EQ(read_overrides(repository, "orders").size(), 8U);
}

TEST(Overrides, RefuseWhatSaysNothing) {
  const auto refused = [](const char* part, auto change) {
    Override one = holiday();
    change(one);
    expect_error(ErrorCode::invalid_value, part, [&] { check_override(one); });
  };
  refused("comment", [](Override& one) { one.comment = ""; });
  refused("comment", [](Override& one) { one.comment = std::string(2000, 'x'); });
  refused("'from' is 2023-01-29", [](Override& one) { one.to = "2022-01-01"; });
  refused("'value'", [](Override& one) { one.value = -1; });
  refused("'value'", [](Override& one) { one.value = std::numeric_limits<double>::quiet_NaN(); });
  refused("unique_id", [](Override& one) { one.unique_id = "\xff"; });
}

TEST(Overrides, DamageIsTold) {
  SmallShop shop;
  Repository repository = Repository::open(shop.shop().string());
  repository.store().put("datasets/orders/overrides.json", "{\"overrides\":[{}]}");
  expect_error(ErrorCode::bad_data, "overrides.json",
               [&] { read_overrides(repository, "orders"); });
}

}  // namespace
}  // namespace forecart

#include "base/nearest_name.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

TEST(NearestName, IsWhatASlipOfTheHandMeant) {
  const std::vector<std::string> names{"returns", "orders", "orders_eu"};
  EXPECT_EQ(nearest_name("ordesr", names), "orders");
  EXPECT_EQ(nearest_name("order", names), "orders");
  EXPECT_EQ(nearest_name("Orders", names), "orders");
  EXPECT_EQ(nearest_name("orders-eu", names), "orders_eu");
  EXPECT_EQ(nearest_name("retrun", names), "returns");
}

TEST(NearestName, IsNothingWhereNoneIsClose) {
  EXPECT_EQ(nearest_name("sales", {"orders", "returns"}), "");
  EXPECT_EQ(nearest_name("", {"orders"}), "");
  EXPECT_EQ(nearest_name("orders", {}), "");
  EXPECT_EQ(nearest_name(std::string(100000, 'a'), {"orders"}), "");
}

}  // namespace
}  // namespace forecart

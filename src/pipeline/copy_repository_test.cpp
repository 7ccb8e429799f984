#include "pipeline/copy_repository.h"

#include "base/error.h"
#include "pipeline/arrivals.h"
#include "pipeline/small_shop.h"
#include "pipeline/status.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class CopyTest : public testing::Test {
 protected:
  CopyTest() {
    shop_.put_into_inbox("second.csv", 29, 31);
    fs::create_directories(shop_.shop() / "inbox/orders");
    std::ofstream(shop_.shop() / "inbox/orders/broken.xlsx") << "PK\x03\x04 no orders";
    EXPECT_FALSE(shop_.work().failure);
  }

  CopyReport copy() const {
    CopyRequest request;
    request.from = shop_.shop();
    request.to = target_;
    return copy_repository(request);
  }

  json dataset_status(const fs::path& place) const {
    return repository_status(place).at("datasets");
  }

  SmallShop shop_;
  fs::path target_ = shop_.beside("copy");
};

TEST_F(CopyTest, IsTheSameRepository) {
  const CopyReport report = copy();
  EXPECT_TRUE(report.check.damages.empty());
  EXPECT_EQ(report.there, 0);
  EXPECT_EQ(dataset_status(target_), dataset_status(shop_.shop()));
  EXPECT_FALSE(fs::exists(target_ / "copying.json"));
}

TEST_F(CopyTest, GoesOnWhereItWasCutOff) {
  const std::int64_t all = copy().objects;
  fs::remove(target_ / "forecart.json");  // as if cut off before the end
  fs::remove_all(target_ / "current");
  std::ofstream(target_ / "copying.json") << json{{"from", shop_.shop().string()}}.dump();
  const CopyReport report = copy();
  EXPECT_EQ(report.objects, 2);
  EXPECT_EQ(report.there, all - 2);
  EXPECT_TRUE(report.check.damages.empty());
}

TEST_F(CopyTest, LeavesAloneWhatHoldsSomethingElse) {
  fs::create_directories(target_);
  std::ofstream(target_ / "holiday.jpg") << "x";
  EXPECT_THROW(copy(), Error);
}

TEST_F(CopyTest, DeadLettersWaitAgainWhenTheyAreTriedAgain) {
  const json before = list_arrivals(shop_.shop(), "orders").at(0);
  EXPECT_EQ(before.at("uploads").size(), 2U);
  ASSERT_EQ(before.at("dead").size(), 1U);
  EXPECT_EQ(before.at("dead").at(0).at("code"), "bad_data");
  EXPECT_EQ(retry_dead_letters(shop_.shop()).size(), 1U);
  const json after = list_arrivals(shop_.shop(), "orders").at(0);
  EXPECT_TRUE(after.at("dead").empty());
  EXPECT_EQ(after.at("waiting").at(0).at("key"), "inbox/orders/broken.xlsx");
}

}  // namespace
}  // namespace forecart

#include "aws/work_size.h"

#include "pipeline/small_shop.h"

#include <gmock/gmock.h>

namespace forecart {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;
using testing::StartsWith;

Usage usage(double core_seconds, double seconds, std::int64_t megabytes) {
  Usage usage;
  usage.user_seconds = core_seconds;
  usage.seconds = seconds;
  usage.peak_bytes = megabytes << 20;
  return usage;
}

TEST(WorkSize, RoomOfAFunctionIsItsShareOfMemory) {
  const Room room = room_of(minutes(15), "3538");
  EXPECT_DOUBLE_EQ(room.vcpus, 2);
  EXPECT_EQ(room.memory_bytes, 3538.0 * (1 << 20));
  EXPECT_EQ(room_of(minutes(15), "").memory_bytes, 0);
  EXPECT_EQ(room_of(minutes(15), "much").vcpus, 1);
}

TEST(WorkSize, TakesItsCoreSecondsOnTheVcpusThereAre) {
  const Room room = room_of(minutes(1), "1769");
  EXPECT_EQ(obstacle_of(usage(50, 25, 100), room), "");
  EXPECT_THAT(obstacle_of(usage(70, 35, 100), room), HasSubstr("about 70 s"));
  EXPECT_EQ(obstacle_of(usage(70, 35, 100), room_of(minutes(1), "3538")), "");
  EXPECT_THAT(obstacle_of(usage(70, 70, 100), room_of(minutes(1), "3538")), HasSubstr("70 s"))
      << "more vCPUs do not help work that kept one busy";
  EXPECT_THAT(obstacle_of(usage(1, 1, 1600), room), HasSubstr("1920 MB"));
}

TEST(WorkSize, OfARunIsThatOfItsProofWhereThatFits) {
  const SmallShop shop;
  const Repository repository = Repository::open(shop.shop());
  const WorkSizeRequest request{repository, shop.shop().string(), "orders"};
  const Room room = room_of(minutes(15), "1769");
  EXPECT_EQ(expected_work(request, room)->basis, "as forecart plan says");
  const std::string run = shop.run().run;
  EXPECT_EQ(expected_work(request, room)->basis, "as run " + run + " took");
  EXPECT_EQ(expected_work(request, room_of(std::chrono::milliseconds(1), "1769"))->basis,
            "as forecart plan says");
  EXPECT_FALSE(expected_work({repository, shop.shop().string(), "tea"}, room));
}

TEST(WorkSize, OfAJobIsThatOfTheInstanceThatIsAskedFor) {
  const Usage work = usage(3600, 450, 500);
  const Offer cheapest = job_for(work, shipped_prices());
  const Offer large = job_for(work, shipped_prices(), "ml.m5.2xlarge");
  EXPECT_EQ(large.size, "ml.m5.2xlarge");
  EXPECT_LT(large.seconds, cheapest.seconds);
  const Offer unlisted = job_for(work, shipped_prices(), "ml.new.large");
  EXPECT_EQ(unlisted.size, "ml.new.large");
  EXPECT_EQ(unlisted.seconds, cheapest.seconds);
}

}  // namespace
}  // namespace forecart

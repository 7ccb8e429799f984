#include "pipeline/schedule.h"

#include "base/utc_text.h"
#include "pipeline/work_queue.h"
#include "store/sealed_json.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using namespace std::chrono_literals;

class ScheduleTest : public ::testing::Test {
 protected:
  static Schedule schedule() {
    return {CronSchedule::parse("0 0 1 1 *"), TimeZone(), "0 0 1 1 * none"};
  }
  std::size_t asked() const { return waiting_work(repository_, "orders").asked.size(); }
  void last(const std::string& time, bool told) {
    repository_.write_json("work/orders/schedule.json",
                           {{"schedule", schedule().text}, {"last", time}, {"asked", told}});
  }

  ScratchFolder scratch_;
  Repository repository_ = Repository::open_or_create(scratch_ / "shop");
};

TEST_F(ScheduleTest, ANewOneBeginsNow) {
  EXPECT_GT(fire_if_due(repository_, "orders", schedule()).value(), repository_.store().now());
  EXPECT_EQ(asked(), 0U);
  EXPECT_EQ(seal_of(*repository_.store().read("work/orders/schedule.json")), Seal::whole);
}

TEST_F(ScheduleTest, OneWithoutASealIsRead) {
  repository_.store().put(
      "work/orders/schedule.json",
      nlohmann::json{
          {"schedule", schedule().text}, {"last", "2020-06-01 00:00:00Z"}, {"asked", true}}
          .dump());
  fire_if_due(repository_, "orders", schedule());
  EXPECT_EQ(asked(), 1U);
}

TEST_F(ScheduleTest, MissedFiringsAreOne) {
  last("2020-06-01 00:00:00Z", true);
  fire_if_due(repository_, "orders", schedule());
  fire_if_due(repository_, "orders", schedule());
  EXPECT_EQ(asked(), 1U);
}

TEST_F(ScheduleTest, WhoDiedBeforeAskingIsMadeUpFor) {
  const Instant now = repository_.store().now();
  last(utc_text(now - 2min), false);
  fire_if_due(repository_, "orders", schedule());
  fire_if_due(repository_, "orders", schedule());
  EXPECT_EQ(asked(), 1U);
}

TEST_F(ScheduleTest, AnotherScheduleDoesNotCatchUp) {
  last("2020-06-01 00:00:00Z", true);
  Schedule other = schedule();
  other.text = "changed";
  fire_if_due(repository_, "orders", other);
  EXPECT_EQ(asked(), 0U);
}

}  // namespace
}  // namespace forecart

#include "aws/run_plan.h"

#include "base/error.h"
#include "pipeline/small_shop.h"
#include "pipeline/work_queue.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;
using std::chrono::minutes;

ExpectedWork work_of(double core_seconds, double model_seconds, std::int64_t megabytes = 100) {
  ExpectedWork work;
  work.usage.user_seconds = core_seconds;
  work.usage.seconds = core_seconds / 4;
  work.usage.peak_bytes = megabytes << 20;
  work.model_seconds = model_seconds;
  return work;
}

RunPlan shared(const ExpectedWork& work) {
  const Room room = room_of(minutes(10), "3538");  // two vCPUs: 1,200 core-seconds
  RunPlan plan{.dataset = "orders", .plan = "p", .nothing = false};
  plan.obstacle = obstacle_of(work.usage, room);
  Offer job;
  job.size = "ml.m5.large";
  job.seconds = work.usage.core_seconds() / 2;
  share_out(work, room, job, plan);
  return plan;
}

TEST(RunPlan, SharesOutWhatACallHasNoTimeFor) {
  EXPECT_EQ(shared(work_of(1000, 900)).shards, 0U) << "it fits";
  const RunPlan plan = shared(work_of(2000, 1900));
  EXPECT_FALSE(plan.by_jobs);
  EXPECT_EQ(plan.shards, 3U) << "1,520 core-seconds, 600 each";
  EXPECT_EQ(to_json(plan)["shards"][1],
            json({{"dataset", "orders"}, {"plan", "p"}, {"shard", "2/3"}}));
}

TEST(RunPlan, GivesJobsWhatIsTooLargeForCalls) {
  EXPECT_TRUE(shared(work_of(2000, 1900, 4000)).by_jobs) << "memory";
  EXPECT_TRUE(shared(work_of(4000, 3900)).by_jobs) << "what is left to the run";
  const RunPlan plan = shared(work_of(36'000, 35'000));
  EXPECT_TRUE(plan.by_jobs);
  EXPECT_EQ(plan.shards, 10U) << "18,000 s on the instance";
  EXPECT_EQ(plan.instance, "ml.m5.large");
  EXPECT_EQ(shared(work_of(2000, 1900, 4000)).shards, 0U) << "one job is enough";
  EXPECT_EQ(shared(work_of(4e6, 4e6)).shards, 100U);
}

TEST(RunPlan, GivesJobsWhatNobodyCanShare) {
  ExpectedWork work = work_of(2000, 1900);
  work.longest_fit = 290;
  EXPECT_FALSE(shared(work).by_jobs) << "half a call, on one core";
  work.longest_fit = 310;
  EXPECT_TRUE(shared(work).by_jobs);
}

TEST(RunPlan, HasNoShardsOfWorkThatFitsNothing) {
  const RunPlan plan = shared(work_of(5000, 0));
  EXPECT_TRUE(plan.by_jobs);
  EXPECT_EQ(plan.shards, 0U);
}

TEST(RunPlan, IsKeptAndFoundAgain) {
  const SmallShop shop;
  Repository repository = Repository::open(shop.shop());
  const Deadline deadline(Deadline::Clock::now() + minutes(10));
  const RunPlanRequest request{shop.shop().string(), "orders"};
  for (const auto& key : repository.store().list("work/orders/ask-")) {
    repository.store().remove(key);
  }
  const Room room = room_of(minutes(15), "3008");
  EXPECT_TRUE(make_run_plan(request, room, deadline).nothing);
  ask_for_run(repository, "orders", "request");
  const RunPlan plan = make_run_plan(request, room, deadline);
  EXPECT_FALSE(plan.nothing);
  EXPECT_FALSE(plan.by_jobs);
  EXPECT_EQ(plan.shards, 0U);
  require_plan(repository.store(), "orders", plan.plan);
  EXPECT_THROW(require_plan(repository.store(), "orders", "other"), Error);
  remove_plan(repository.store(), plan_folder("orders", plan.plan));
  EXPECT_THROW(require_plan(repository.store(), "orders", plan.plan), Error);
  EXPECT_TRUE(make_run_plan(request, room_of(minutes(15), "1"), deadline).by_jobs);
  EXPECT_THROW(make_run_plan({shop.shop().string(), "tea"}, room, deadline), Error);
}

}  // namespace
}  // namespace forecart

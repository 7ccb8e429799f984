#include "aws/run_plan.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/utc_text.h"
#include "pipeline/dataset_work.h"
#include "pipeline/price_source.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

using nlohmann::json;

/// Of the core-seconds of models so much is left to the run itself, forecasts at all origins and
/// what a shard by itself would not have chosen; several times what was measured (docs/aws.md).
constexpr double kLeftToRun = 0.2;
constexpr double kMuchOfTheTime = 0.5;  // of a call, that a shard is expected to take
constexpr double kJobSeconds = 1800;    // that a shard is expected to take in a job
constexpr std::size_t kMostShards = 100;

std::size_t shards_for(double seconds, double each) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil(seconds / each)));
}

std::string plan_key(const std::string& dataset, const std::string& plan) {
  return plan_folder(dataset, plan) + "plan.json";
}

/// Of a call that is used up.
Usage filling(const Room& room) {
  Usage usage;
  usage.seconds = room.time.count();
  usage.user_seconds = room.time.count() * room.vcpus;
  usage.peak_bytes = static_cast<std::int64_t>(room.memory_bytes);
  return usage;
}

/// So many core-seconds of a work, with as much memory, on one core: nobody knows of more.
Usage part_of(const Usage& all, double core_seconds) {
  Usage part = all;
  part.user_seconds = core_seconds;
  part.system_seconds = 0;
  part.seconds = core_seconds;
  return part;
}

/// Nothing where nobody can say; more than a call where it takes one to say it.
ExpectedWork foresee(const Repository& repository, const RunPlanRequest& request, bool anew,
                     const Room& room, const Deadline& deadline, RunPlan& plan) {
  const InterruptionScope scope(&deadline.interruption());
  try {
    const WorkSizeRequest size{repository, request.repository, request.dataset, request.prices,
                               anew};
    const auto work = expected_work(size, room);
    if (work) plan.obstacle = obstacle_of(work->usage, room);
    return work.value_or(ExpectedWork{});
  } catch (const Interrupted&) {
    plan.obstacle = "to foresee what it takes took all the time";
    return {filling(room), "nobody knows"};
  }
}

}  // namespace

void share_out(const ExpectedWork& work, const Room& room, const Offer& job, RunPlan& plan) {
  plan.instance = job.size;
  if (plan.obstacle.empty()) return;
  const double shared = work.model_seconds * (1 - kLeftToRun);
  const std::size_t calls = shards_for(shared, room.time.count() * room.vcpus * kMuchOfTheTime);
  const Usage rest = part_of(work.usage, std::max(0.0, work.usage.core_seconds() - shared));
  const Room half{room.time * kMuchOfTheTime, room.vcpus, room.memory_bytes};
  const Usage longest = part_of(work.usage, work.longest_fit);
  const bool is_cut_small = calls <= kMostShards && obstacle_of(longest, half).empty();
  plan.by_jobs = shared <= 0 || !is_cut_small || !obstacle_of(rest, room).empty();
  plan.shards = plan.by_jobs ? shards_for(job.seconds, kJobSeconds) : calls;
  if (shared <= 0 || (plan.by_jobs && plan.shards == 1)) plan.shards = 0;
  plan.shards = std::min(plan.shards, kMostShards);
}

RunPlan make_run_plan(const RunPlanRequest& request, const Room& room, const Deadline& deadline) {
  Repository repository = Repository::open(request.repository);
  repository.require_dataset(request.dataset);
  RunPlan plan{.dataset = request.dataset};
  const auto asked = waiting_work(repository, request.dataset).asked;
  plan.plan = make_stamp(sha256(json(asked).dump()));
  plan.nothing = asked.empty();
  ExpectedWork work;
  if (needs_run(repository, request.dataset, asked)) {
    work = foresee(repository, request, wants_all_anew(repository, asked), room, deadline, plan);
  }
  share_out(work, room,
            job_for(plan.obstacle.empty() ? filling(room) : work.usage,
                    prices_for(request.prices, &repository), request.instance),
            plan);
  json record = to_json(plan);
  record.erase("shards");
  record["shards"] = plan.shards;
  record["at"] = utc_text(repository.store().now());
  if (!plan.nothing) repository.write_json(plan_key(plan.dataset, plan.plan), record);
  return plan;
}

void require_plan(const ObjectStore& store, const std::string& dataset, const std::string& plan) {
  if (store.exists(plan_key(dataset, plan))) return;
  throw Error(ErrorCode::not_found,
              fmt::format("data set '{}' has no plan '{}'; it may be done, or more than a day old: "
                          "make another with {{\"step\":\"plan\"}}",
                          dataset, plan));
}

json to_json(const RunPlan& plan) {
  json shards = json::array();
  for (std::size_t number = 1; number <= plan.shards; ++number) {
    shards.push_back({{"dataset", plan.dataset},
                      {"plan", plan.plan},
                      {"shard", Share{number, plan.shards}.text()}});
  }
  return {{"dataset", plan.dataset},    {"plan", plan.plan},
          {"nothing", plan.nothing},    {"where", plan.by_jobs ? "job" : "function"},
          {"instance", plan.instance},  {"obstacle", plan.obstacle},
          {"shards", std::move(shards)}};
}

}  // namespace forecart

#include "aws/work_size.h"

#include "base/error.h"
#include "pipeline/plan.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace forecart {

namespace {

using nlohmann::json;

constexpr double kMegabyte = 1 << 20;
constexpr double kVcpuMegabytes = 1769;  // of a function's memory come with one (Lambda's guide)
constexpr double kSmall = 2;  // times the room that a proof may take and is looked at no closer
constexpr double kMemorySpare = 1.2;  // as bill_of counts

std::string manifest_key(const std::string& dataset, const std::string& run) {
  return Repository::run_key(dataset, run, "manifest.json");
}

/// The run whose proof the current one rests on, its own where it has one; "" for none.
std::string proof_of(const Repository& repository, const std::string& dataset) {
  const auto current = repository.current(dataset);
  if (!current) return "";
  const auto run = current->at("run").get<std::string>();
  const json manifest = repository.read_json(manifest_key(dataset, run));
  if (manifest.value("preliminary", false)) return "";
  return manifest.value("proven_by", run);
}

Usage usage_of(const json& manifest) {
  Usage usage;
  const auto found = manifest.find("usage");
  if (found == manifest.end() || !found->is_object()) return usage;
  usage.seconds = found->value("seconds", 0.0);
  usage.user_seconds = found->value("user_seconds", 0.0);
  usage.system_seconds = found->value("system_seconds", 0.0);
  usage.peak_bytes = found->value("peak_memory_bytes", std::int64_t{0});
  return usage;
}

std::optional<ExpectedWork> as_the_proof_took(const WorkSizeRequest& request) {
  const std::string run = proof_of(request.repository, request.dataset);
  if (run.empty()) return std::nullopt;
  const json manifest = request.repository.read_json(manifest_key(request.dataset, run));
  const Usage usage = usage_of(manifest);
  const bool is_all = !manifest.contains("plan");  // else shards did what it does not count
  if (!is_all || usage.core_seconds() <= 0) return std::nullopt;
  return ExpectedWork{usage, fmt::format("as run {} took", run)};
}

ExpectedWork as_planned(const WorkSizeRequest& request) {
  PlanRequest plan;
  plan.probe = false;
  plan.run.repository = request.location;
  plan.run.dataset = request.dataset;
  plan.run.prices = request.prices;
  plan.run.retrain_all = request.anew;
  const Plan found = plan_run(plan);
  ExpectedWork work{found.usage, "as forecart plan says"};
  if (!found.goes_on_from.empty()) return work;
  for (const PanelPlan& panel : found.panels) {
    work.model_seconds += panel.core_seconds;
    work.longest_fit = std::max(work.longest_fit, panel.longest_fit);
  }
  return work;
}

}  // namespace

Room room_of(std::chrono::duration<double> left, const std::string& function_memory_mb) {
  double megabytes = 0;
  const char* const end = function_memory_mb.data() + function_memory_mb.size();
  std::from_chars(function_memory_mb.data(), end, megabytes);
  if (!(megabytes > 0)) return {.time = left};
  return {.time = left, .vcpus = megabytes / kVcpuMegabytes, .memory_bytes = megabytes * kMegabyte};
}

std::optional<ExpectedWork> expected_work(const WorkSizeRequest& request, const Room& room,
                                          const std::function<void()>& before_plan) {
  try {
    const auto proof = as_the_proof_took(request);
    const Room half{room.time / kSmall, room.vcpus, room.memory_bytes};
    if (proof && obstacle_of(proof->usage, half).empty()) return proof;
    if (!request.repository.has_dataset(request.dataset)) return std::nullopt;
    before_plan();
    return as_planned(request);
  } catch (const Error&) {  // the work itself will say what is wrong
    return std::nullopt;
  }
}

Offer job_for(const Usage& usage, Prices prices, const std::string& instance) {
  keep_instance(prices, instance);
  const Bill bill = bill_of(usage, prices);
  Offer job = *std::ranges::find(bill.offers, "sagemaker-processing", &Offer::platform);
  if (!instance.empty()) job.size = instance;
  return job;
}

std::string obstacle_of(const Usage& usage, const Room& room) {
  const double seconds = usage.core_seconds() / std::min(usage.parallel(), room.vcpus);
  if (seconds > room.time.count()) {
    return fmt::format("it takes about {:.0f} s and there are {:.0f}", seconds, room.time.count());
  }
  const double memory = kMemorySpare * static_cast<double>(usage.peak_bytes);
  if (room.memory_bytes > 0 && memory > room.memory_bytes) {
    return fmt::format("it takes about {:.0f} MB and there are {:.0f}", memory / kMegabyte,
                       room.memory_bytes / kMegabyte);
  }
  return "";
}

}  // namespace forecart

#include "cost/usage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

/// "69 MB", "1.2 MB", "800 kB".
std::string bytes_text(std::int64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size >= 1e7) return fmt::format("{:.0f} MB", size / 1e6);
  if (size >= 1e6) return fmt::format("{:.1f} MB", size / 1e6);
  return fmt::format("{:.0f} kB", size / 1e3);
}

/// Two digits that tell something: "4.9", "62", "0.21".
std::string seconds_text(double seconds) {
  return fmt::format("{:.{}f}", seconds, seconds >= 10 ? 0 : seconds >= 1 ? 1 : 2);
}

/// The stages that took most, up to two of them.
std::string largest_stages(std::vector<StageUsage> stages) {
  constexpr std::size_t kShown = 2;
  std::stable_sort(stages.begin(), stages.end(),
                   [](const auto& a, const auto& b) { return a.core_seconds > b.core_seconds; });
  stages.resize(std::min(stages.size(), kShown));
  std::vector<std::string> told;
  for (const StageUsage& stage : stages) {
    told.push_back(fmt::format("{} {}", stage.stage, seconds_text(stage.core_seconds)));
  }
  return told.empty() ? "" : fmt::format(" ({})", fmt::join(told, ", "));
}

}  // namespace

double Usage::parallel() const {
  return seconds > 0 ? std::max(1.0, core_seconds() / seconds) : 1;
}

UsageMeter::UsageMeter() : start_(now()), stage_start_(start_) {}

UsageMeter::Moment UsageMeter::now() {
  return {Clock::now(), process_usage()};
}

void UsageMeter::begin(const std::string& stage) {
  end_stage();
  stage_ = stage;
}

void UsageMeter::end_stage() {
  const Moment end = now();
  if (!stage_.empty()) {
    auto found = std::find_if(stages_.begin(), stages_.end(),
                              [this](const StageUsage& other) { return other.stage == stage_; });
    if (found == stages_.end()) found = stages_.insert(stages_.end(), {stage_, 0, 0});
    found->seconds += std::chrono::duration<double>(end.time - stage_start_.time).count();
    found->core_seconds += end.process.core_seconds() - stage_start_.process.core_seconds();
  }
  stage_start_ = end;
}

Usage UsageMeter::finish(const Traffic& traffic) {
  begin("");
  const ProcessUsage& end = stage_start_.process;
  Usage usage;
  usage.seconds = std::chrono::duration<double>(stage_start_.time - start_.time).count();
  usage.user_seconds = end.user_seconds - start_.process.user_seconds;
  usage.system_seconds = end.system_seconds - start_.process.system_seconds;
  usage.peak_bytes = end.peak_bytes;
  usage.stages = stages_;
  usage.traffic = traffic;
  return usage;
}

json to_json(const Usage& usage) {
  json stages = json::array();
  for (const StageUsage& stage : usage.stages) {
    stages.push_back(
        {{"stage", stage.stage}, {"seconds", stage.seconds}, {"core_seconds", stage.core_seconds}});
  }
  const Traffic& traffic = usage.traffic;
  return {{"seconds", usage.seconds},
          {"core_seconds", usage.core_seconds()},
          {"user_seconds", usage.user_seconds},
          {"system_seconds", usage.system_seconds},
          {"peak_memory_bytes", usage.peak_bytes},
          {"bytes_read", traffic.bytes_read},
          {"bytes_written", traffic.bytes_written},
          {"requests",
           {{"get", traffic.gets},
            {"head", traffic.heads},
            {"put", traffic.puts},
            {"list", traffic.lists},
            {"delete", traffic.deletes}}},
          {"stages", std::move(stages)}};
}

std::string describe(const Usage& usage) {
  std::string text = fmt::format("{} core-seconds{} in {} s, at most {} of memory",
                                 seconds_text(usage.core_seconds()), largest_stages(usage.stages),
                                 seconds_text(usage.seconds), bytes_text(usage.peak_bytes));
  const Traffic& traffic = usage.traffic;
  if (traffic.requests() == 0) return text;
  return text + fmt::format(", {} read and {} written in {} requests",
                            bytes_text(traffic.bytes_read), bytes_text(traffic.bytes_written),
                            traffic.requests());
}

}  // namespace forecart

#pragma once

#include "pipeline/repository.h"

#include "cost/bill.h"
#include "cost/usage.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace forecart {

/// What one call of a function has for its work.
struct Room {
  std::chrono::duration<double> time{};
  double vcpus = 1;
  double memory_bytes = 0;  ///< 0: not known
};

/// Of this function, with so much time left: its memory as Lambda tells it in the environment, and
/// the share of vCPUs that comes with it.
Room room_of(std::chrono::duration<double> left, const std::string& function_memory_mb);

/// What the work that waits for a data set is expected to take.
struct ExpectedWork {
  Usage usage{};
  std::string basis;  ///< "as run ... took", "as forecart plan says"
  /// Core-seconds of the models of a run that fits and proves them, which shards may share
  /// (pipeline/fit_share.h); 0 where it goes on, or nobody looked that close.
  double model_seconds = 0;
  double longest_fit = 0;  ///< of these, of one that nobody can share; see PanelPlan
};

struct WorkSizeRequest {
  const Repository& repository;
  std::string location;  ///< of the repository
  std::string dataset;
  std::filesystem::path prices{};
  bool anew = false;  ///< all models are to be fitted and proven
};

/// As long as the proof of the current run took there is no need to look closer; where that is too
/// much for half the room, what plan_run says without a probe: whether the run goes on from the
/// current one, by the policy of refits, or fits anew. Nothing where nothing can be said yet, as of
/// files that nobody has taken in.
/// `before_plan` is called before that, which may take long. Throws Interrupted.
std::optional<ExpectedWork> expected_work(
    const WorkSizeRequest& request, const Room& room,
    const std::function<void()>& before_plan = [] {});

/// The processing job of SageMaker that so much goes to: on that instance, "" for the one on which
/// it is cheapest. One that is not in the price list takes as long as that.
Offer job_for(const Usage& usage, Prices prices, const std::string& instance = "");

/// Why that does not fit, as a sentence without its end; "" where it does.
std::string obstacle_of(const Usage& usage, const Room& room);

}  // namespace forecart

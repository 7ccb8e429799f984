#pragma once

#include "aws/deadline.h"
#include "aws/work_size.h"
#include "pipeline/stored_pieces.h"

#include "cost/bill.h"
#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <filesystem>
#include <string>

namespace forecart {

/// How the run that a data set waits for is made: by calls of the function, or by processing jobs
/// where these are too small, and how many shards its fits are shared out to first.
struct RunPlan {
  std::string dataset{};
  std::string plan{};      ///< its name; see plan_folder
  bool nothing = true;     ///< nothing waits
  bool by_jobs = false;    ///< else by functions
  std::string instance{};  ///< of SageMaker that jobs are on
  std::size_t shards = 0;  ///< 0: the run fits all itself
  std::string obstacle{};  ///< why one call is not enough; "" where it is
};

struct RunPlanRequest {
  std::string repository;
  std::string dataset;
  std::filesystem::path prices{};
  std::string instance{};  ///< of jobs; "": the cheapest that is large enough for all of it
};

/// Plans it for calls that have so much room, and keeps the plan in the repository. To foresee the
/// work may itself be too much for a call: then jobs are to do it. Throws as the store does.
RunPlan make_run_plan(const RunPlanRequest& request, const Room& room, const Deadline& deadline);

/// Throws Error not_found where there is no such plan.
void require_plan(const ObjectStore& store, const std::string& dataset, const std::string& plan);

/// `{"dataset":..,"plan":..,"nothing":..,"where":"function"|"job","instance":..,"obstacle":..,
/// "shards":[{"dataset":..,"plan":..,"shard":"1/3"},..]}`.
nlohmann::json to_json(const RunPlan& plan);

/// How a run of so much work is shared out, where it fits no single call.
void share_out(const ExpectedWork& work, const Room& room, const Offer& job, RunPlan& plan);

}  // namespace forecart

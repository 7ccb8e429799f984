#pragma once

#include "pipeline/cost_table.h"
#include "pipeline/run.h"

#include "cost/bill.h"
#include "cost/usage.h"
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What a run of one panel is going to take.
struct PanelPlan {
  std::string panel;
  std::vector<std::string> models;
  PanelSize size;
  bool refitted = false;
  double core_seconds = 0;
  std::int64_t refits = 0;  ///< states of series that are fitted again, where the panel goes on,
  std::int64_t states = 0;  ///< of so many
  /// What core_seconds rest on: "run", an earlier one took them; "probe", a part was done to see;
  /// "table", a guess.
  std::string basis;
  /// Of them, the longest fit of a model that learns from all series at once, which no two machines
  /// share; 0 where there is none, or the panel goes on.
  double longest_fit = 0;
  std::string learnt_from;  ///< "run ...", "a probe" or "the table"; begins with "goes on from run
                            ///< ...: " where the states of that run move on
};

struct PlanRequest {
  RunRequest run;
  bool probe = true;       ///< fit samples where no earlier run tells the times
  std::string instance{};  ///< of SageMaker that jobs are given; "": the cheapest
};

struct Plan {
  std::string dataset;
  std::string goes_on_from;  ///< the current run, where its states move on; else empty
  std::vector<PanelPlan> panels;
  Usage usage;  ///< predicted
  Bill bill;
  std::vector<std::string> known;    ///< what is certain
  std::vector<std::string> guesses;  ///< what is not, and why
};

/// What run_dataset would use and cost with the same request. Where the run would go on from the
/// current one, as the latest run that did, and the refits that are due. Else, where an earlier run
/// of the data set made a panel with the same models, its times are scaled to the new size; else
/// the models are fitted once, to a sample where there are many series; without a probe a table of
/// the program is scaled by the speed of this machine. Nothing is written. Throws as run_dataset
/// does before it fits, and bad_data where a panel needs orders to be cleaned again first.
Plan plan_run(const PlanRequest& request);

/// What `forecart plan --json` prints.
nlohmann::json to_json(const Plan& plan);

}  // namespace forecart

#pragma once

#include "ingest/dataset_config.h"
#include "pipeline/continued_plan.h"
#include "pipeline/plan.h"
#include "pipeline/plan_history.h"
#include "pipeline/plan_orders.h"

#include <optional>

namespace forecart {

/// What a plan knows when all of its panels are planned.
struct PlannedWork {
  const RunRequest& request;
  const DatasetConfig& config;
  const OrdersSize& orders;
  const PlanHistory& history;
  const ContinuedPlan* going_on;  ///< null: all is fitted
  double reading_seconds;         ///< core-seconds that cutting the panels has taken just now
};

/// Fills in what the run uses: adds up the panels, with reading and writing, memory and requests.
void predict_usage(const PlannedWork& work, Plan& plan);

}  // namespace forecart

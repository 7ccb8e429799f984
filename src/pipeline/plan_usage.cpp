#include "pipeline/plan_usage.h"

#include "base/parallel.h"
#include "base/process_usage.h"
#include "pipeline/state_parts.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

/// Rows of forecasts and backtest, one number of one model each.
double forecast_cells(const PanelPlan& panel) {
  return static_cast<double>(panel.size.series * panel.size.horizon * (panel.size.windows + 1)) *
         static_cast<double>(panel.models.size());
}

/// Core-seconds of writing the tables.
double writing_seconds(const PanelPlan& panel) {
  constexpr double kFixed = .015;
  constexpr double kPerCell = 1e-5;
  return kFixed + kPerCell * forecast_cells(panel);
}

/// Bytes of the tables in three formats and of the states.
double written_bytes(const PanelPlan& panel) {
  constexpr double kPerCell = 330;
  constexpr double kPerSeries = 2000;
  constexpr double kPerModel = 20000;
  return kPerCell * forecast_cells(panel) + kPerModel * static_cast<double>(panel.models.size()) +
         kPerSeries * static_cast<double>(panel.size.series) *
             static_cast<double>(panel.models.size());
}

std::int64_t values_of(const std::vector<PanelPlan>& panels) {
  std::int64_t values = 0;
  for (const PanelPlan& panel : panels) values += panel.size.values;
  return values;
}

/// Bytes of memory at the peak.
double memory_bytes(const std::vector<PanelPlan>& panels, std::int64_t rows) {
  constexpr double kPerRow = 40;
  constexpr double kPerValue = 120;
  constexpr double kPerCell = 1000;
  double bytes = PlanHistory::kProgramBytes + kPerRow * static_cast<double>(rows) +
                 kPerValue * static_cast<double>(values_of(panels));
  for (const PanelPlan& panel : panels) bytes += kPerCell * forecast_cells(panel);
  return bytes;
}

/// In how many objects the state of a model of so many series lies, at least.
std::int64_t objects_of_state(std::int64_t series) {
  constexpr auto kPart = static_cast<std::int64_t>(kSeriesInPart);
  return series > kPart ? 1 + (series + kPart - 1) / kPart : 1;
}

/// Requests as run_dataset makes them, one after the other, but for those of going on.
Traffic traffic_of(const Plan& plan, const OrdersSize& orders, const DatasetConfig& config) {
  const auto files = static_cast<std::int64_t>(orders.hashes.size());
  const auto panels = std::ssize(plan.panels);
  const auto tables = std::ssize(config.inputs);
  std::int64_t states = 0;
  bool proven = false;
  double written = 0;
  for (const PanelPlan& panel : plan.panels) {
    states += std::ssize(panel.models) * objects_of_state(panel.size.series);
    proven = proven || panel.size.windows > 0;
    written += written_bytes(panel);
  }
  Traffic traffic;
  traffic.lists = 7 + panels;  // of uploads, and of merged sales at each look at the files
  traffic.gets = 7 + 2 * static_cast<std::int64_t>(orders.uploads) + files +
                 panels * (1 + files + tables) + tables;
  traffic.heads = files + states + 2 + tables * (3 + panels);
  traffic.puts = 1 + tables + (proven ? 18 : 12) + states;
  constexpr std::int64_t kRecord = 1500;  // bytes of a record of a file or an upload
  traffic.bytes_read = orders.bytes * panels + kRecord * (traffic.gets - panels * files);
  traffic.bytes_written = static_cast<std::int64_t>(written);
  return traffic;
}

/// Cores that a run keeps busy: no more than there are series to fit beside each other.
double parallel_of(const Plan& plan, unsigned threads) {
  std::int64_t series = 1;
  for (const PanelPlan& panel : plan.panels) series = std::max(series, panel.size.series);
  const unsigned cores = threads == 0 ? available_threads() : threads;
  return std::min(static_cast<double>(cores), static_cast<double>(series));
}

/// Bytes at the peak: a probe of going on, which holds what the run will, shows them; else as
/// before, or by what there is to write.
double peak_of(const PlannedWork& work, const Plan& plan) {
  const auto shown = static_cast<double>(process_usage().peak_bytes);
  const bool probed = std::ranges::all_of(
      plan.panels, [](const PanelPlan& panel) { return panel.basis == "probe"; });
  if (work.going_on != nullptr && probed) return shown;
  const double guess = std::max(memory_bytes(plan.panels, work.orders.rows), shown);
  return work.history.memory_for(values_of(plan.panels)).value_or(guess);
}

/// Whether states will be others than they are.
bool moves(const PlannedWork& work, const Plan& plan) {
  const nlohmann::json& known = work.going_on->earlier().manifest.at("inputs");
  return known != nlohmann::json(work.orders.hashes) ||
         std::ranges::any_of(plan.panels, [](const PanelPlan& panel) { return panel.refits > 0; });
}

/// Times and requests as the latest run that went on had them.
void take_over(const RestOfRun& rest, StageUsage& reading, StageUsage& writing, Usage& usage) {
  reading.core_seconds = rest.reading_seconds;
  writing.core_seconds = rest.writing_seconds;
  usage.peak_bytes = rest.peak_bytes;
  usage.traffic = rest.traffic;
}

}  // namespace

void predict_usage(const PlannedWork& work, Plan& plan) {
  StageUsage reading{"panels", 0, work.reading_seconds};
  StageUsage models{"models", 0, 0};
  StageUsage writing{"write", 0, 0};
  for (const PanelPlan& panel : plan.panels) {
    writing.core_seconds += writing_seconds(panel);
    models.core_seconds += panel.core_seconds;
  }
  plan.usage.traffic = traffic_of(plan, work.orders, work.config);
  plan.usage.peak_bytes = static_cast<std::int64_t>(peak_of(work, plan));
  if (work.going_on != nullptr) {
    work.going_on->add_states(moves(work, plan), plan.usage.traffic);
    if (const auto rest = work.going_on->rest()) take_over(*rest, reading, writing, plan.usage);
  }
  plan.usage.stages = {reading, models, writing};
  for (StageUsage& stage : plan.usage.stages) {
    plan.usage.user_seconds += stage.core_seconds;
    stage.seconds = stage.core_seconds;
  }
  plan.usage.stages[1].seconds /= parallel_of(plan, work.request.choice.threads);
  for (const StageUsage& stage : plan.usage.stages) plan.usage.seconds += stage.seconds;
}

}  // namespace forecart

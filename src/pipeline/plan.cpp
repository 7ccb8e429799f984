#include "pipeline/plan.h"

#include "base/error.h"
#include "base/parallel.h"
#include "base/process_usage.h"
#include "models/net/kernel.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/plan_history.h"
#include "pipeline/plan_probe.h"
#include "pipeline/price_source.h"
#include "pipeline/repository.h"
#include "pipeline/run_options.h"
#include "pipeline/sales.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

using nlohmann::json;

/// What there is to read, beside the panels.
struct OrdersSize {
  std::size_t uploads = 0;
  std::vector<std::string> hashes;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;  ///< of the clean sales
};

OrdersSize orders_of(const Repository& repository, const std::string& dataset) {
  OrdersSize size;
  size.uploads = repository.uploads(dataset).size();
  size.hashes = input_hashes(repository, dataset);
  for (const std::string& hash : size.hashes) {
    const auto counts = sales_counts(repository, dataset, hash);
    if (counts) size.rows += counts->at("rows_accepted").get<std::int64_t>();
    std::error_code gone;
    const auto bytes = std::filesystem::file_size(
        repository.store().fetch(Repository::sales_key(dataset, hash)), gone);
    if (!gone) size.bytes += static_cast<std::int64_t>(bytes);
  }
  return size;
}

/// What a run would make of one panel.
PanelPlan panel_plan(const RunRequest& request, const PanelConfig& config, const Panel& panel) {
  const ModelChoice choice = choice_for(request, config, panel);
  const PanelRunOptions options = panel_run_options(choice, panel, no_progress());
  PanelPlan plan;
  plan.panel = config.name;
  plan.models = options.models;
  PanelSize& size = plan.size;
  size.series = panel.size();
  for (Eigen::Index i = 0; i < panel.size(); ++i) size.values += std::ssize(panel[i].values);
  size.season = options.backtest.mase_season;
  size.horizon = options.backtest.horizon;
  size.training_steps = choice.network.steps;
  BacktestOptions possible = options.backtest;
  possible.windows = possible_windows(panel, options.backtest);
  size.windows = possible.windows;
  plan.refitted = possible.windows > 0 && fits_anew(panel, possible);
  size.fits = fits_of(size.windows, possible.refit, plan.refitted);
  return plan;
}

/// Core-seconds of cutting a panel and of looking at its series.
double reading_seconds(const PanelPlan& panel, std::int64_t rows) {
  constexpr double kFixed = .02;
  constexpr double kPerRow = 2e-7;
  constexpr double kPerValue = 3e-6;
  return kFixed + kPerRow * static_cast<double>(rows) +
         kPerValue * static_cast<double>(panel.size.values);
}

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

/// Requests as run_dataset makes them, one after the other.
Traffic traffic_of(const Plan& plan, const OrdersSize& orders, const DatasetConfig& config) {
  const auto files = static_cast<std::int64_t>(orders.hashes.size());
  const auto panels = std::ssize(plan.panels);
  const auto tables = std::ssize(config.inputs);
  std::int64_t states = 0;
  bool proven = false;
  double written = 0;
  for (const PanelPlan& panel : plan.panels) {
    states += std::ssize(panel.models);
    proven = proven || panel.size.windows > 0;
    written += written_bytes(panel);
  }
  Traffic traffic;
  traffic.lists = 2;
  traffic.gets = 5 + 2 * static_cast<std::int64_t>(orders.uploads) + files +
                 panels * (1 + files + tables) + tables;
  traffic.heads = 2 * files + states + tables * (1 + panels);
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

/// Core-seconds of the models of a panel, and from where that is known.
void predict_models(const PlanRequest& request, const PanelConfig& config, const Panel& panel,
                    const PlanHistory& history, PanelPlan& plan) {
  const auto& members = request.run.choice.members;
  const double table = table_seconds(plan.models, members, plan.size);
  if (const auto known = history.ratio_of(plan.panel, plan.models)) {
    plan.core_seconds = table * known->ratio;
    plan.learnt_from = "run " + known->run;
  } else if (request.probe) {
    const ProbedSeconds probed =
        probe_models(choice_for(request.run, config, panel), plan.models, panel);
    plan.core_seconds = static_cast<double>(plan.size.fits) * probed.fit +
                        static_cast<double>(plan.size.windows + 1) * probed.window;
    plan.learnt_from = "a probe";
  } else {
    plan.core_seconds = table / machine_speed();
    plan.learnt_from = "the table";
  }
}

/// Adds up the panels.
void predict(Plan& plan, const RunRequest& request, const OrdersSize& orders,
             const PlanHistory& history) {
  StageUsage reading{"panels", 0, 0};
  StageUsage models{"models", 0, 0};
  StageUsage writing{"write", 0, 0};
  for (const PanelPlan& panel : plan.panels) {
    reading.core_seconds += reading_seconds(panel, orders.rows);
    writing.core_seconds += writing_seconds(panel);
    models.core_seconds += panel.core_seconds;
  }
  plan.usage.stages = {reading, models, writing};
  for (StageUsage& stage : plan.usage.stages) {
    plan.usage.user_seconds += stage.core_seconds;
    stage.seconds = stage.core_seconds;
  }
  plan.usage.stages[1].seconds /= parallel_of(plan, request.choice.threads);
  for (const StageUsage& stage : plan.usage.stages) plan.usage.seconds += stage.seconds;
  const double guess = std::max(memory_bytes(plan.panels, orders.rows),
                                static_cast<double>(process_usage().peak_bytes));
  plan.usage.peak_bytes =
      static_cast<std::int64_t>(history.memory_for(values_of(plan.panels)).value_or(guess));
}

/// What is certain, and what is not.
void say_how_sure(Plan& plan, const RunRequest& request, bool can_go_on) {
  plan.known = {"series, values, origins and fits", "requests to the store, but for new states"};
  for (const PanelPlan& panel : plan.panels) {
    if (panel.learnt_from != "the table") continue;
    plan.guesses.emplace_back("times from the table may be wrong by a factor of three or more");
    break;
  }
  plan.guesses.emplace_back("memory and bytes written");
  if (can_go_on) {
    plan.guesses.emplace_back(
        "all is fitted and proven here; a run that goes on from the current one takes a small part "
        "of it");
  }
  if (request.choice.warm_start) plan.guesses.emplace_back("what warm starts save is not counted");
  if (request.choice.time_budget > 0) plan.guesses.emplace_back("the time budget is not counted");
}

json to_json(const PanelPlan& panel) {
  return {{"panel", panel.panel},
          {"models", panel.models},
          {"series", panel.size.series},
          {"values", panel.size.values},
          {"season_length", panel.size.season},
          {"horizon", panel.size.horizon},
          {"windows", panel.size.windows},
          {"fits", panel.size.fits},
          {"refitted", panel.refitted},
          {"core_seconds", panel.core_seconds},
          {"learnt_from", panel.learnt_from}};
}

}  // namespace

Plan plan_run(const PlanRequest& request) {
  const RunRequest& run = request.run;
  const Repository repository = Repository::open(run.repository);
  const DatasetConfig config = read_config(repository, run.dataset);
  find_panel(config, "");
  net::choose_kernel(run.choice.kernel);
  const OrdersSize orders = orders_of(repository, run.dataset);
  require_orders(run, orders.hashes);
  const PlanHistory history(repository, run);
  Plan plan;
  plan.dataset = run.dataset;
  for (const PanelConfig& panel : config.panels) {
    const LoadedPanel loaded =
        cut_panel(repository, run.dataset, orders.hashes, panel, run.keep_partial);
    plan.panels.push_back(panel_plan(run, panel, loaded.panel));
    predict_models(request, panel, loaded.panel, history, plan.panels.back());
  }
  predict(plan, run, orders, history);
  plan.usage.traffic = traffic_of(plan, orders, config);
  plan.bill = bill_of(plan.usage, prices_for(run.prices, &repository));
  say_how_sure(plan, run, repository.current(run.dataset).has_value());
  return plan;
}

json to_json(const Plan& plan) {
  json panels = json::array();
  for (const PanelPlan& panel : plan.panels) panels.push_back(to_json(panel));
  return {{"dataset", plan.dataset}, {"panels", std::move(panels)},  {"known", plan.known},
          {"guesses", plan.guesses}, {"usage", to_json(plan.usage)}, {"cost", to_json(plan.bill)}};
}

}  // namespace forecart

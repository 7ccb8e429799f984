#include "pipeline/plan.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/process_usage.h"
#include "models/net/kernel.h"
#include "pipeline/change_causes.h"
#include "pipeline/continued_plan.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/fit_share.h"
#include "pipeline/plan_history.h"
#include "pipeline/plan_orders.h"
#include "pipeline/plan_probe.h"
#include "pipeline/plan_usage.h"
#include "pipeline/price_source.h"
#include "pipeline/repository.h"
#include "pipeline/run_options.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <memory>

namespace forecart {

namespace {

using nlohmann::json;

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

/// Core-seconds by the table of the longest fit to all series at once. Of the models that learn so
/// it has LSTM alone, which stands for all.
double longest_table_fit(const RunRequest& request, const PanelConfig& config, const Panel& panel,
                         const PanelPlan& plan) {
  const ModelOptions options = model_options(choice_for(request, config, panel), panel);
  if (pooling_models(plan.models, options, panel).empty()) return 0;
  PanelSize one = plan.size;
  one.fits = 1;
  one.windows = 0;
  return table_seconds({"LSTM"}, {}, one);
}

/// Core-seconds of the models of a panel, and from where that is known.
void predict_models(const PlanRequest& request, const PanelConfig& config, const Panel& panel,
                    const PlanHistory& history, PanelPlan& plan) {
  const auto& members = request.run.choice.members;
  const double table = table_seconds(plan.models, members, plan.size);
  if (const auto known = history.ratio_of(plan.panel, plan.models)) {
    plan.core_seconds = table * known->ratio;
    plan.basis = "run";
    plan.learnt_from = "run " + known->run;
  } else if (request.probe) {
    request.run.progress->note(fmt::format(
        "no earlier run tells what the models of panel '{}' take: each is fitted once to see "
        "(--no-probe takes it from a table at once)",
        plan.panel));
    const ProbedSeconds probed = probe_models(choice_for(request.run, config, panel), plan.models,
                                              panel, *request.run.progress);
    plan.core_seconds = static_cast<double>(plan.size.fits) * probed.fit +
                        static_cast<double>(plan.size.windows + 1) * probed.window;
    plan.basis = "probe";
    plan.learnt_from = "a probe";
  } else {
    plan.core_seconds = table / machine_speed();
    plan.basis = "table";
    plan.learnt_from = "the table";
  }
  if (table > 0) {
    plan.longest_fit =
        longest_table_fit(request.run, config, panel, plan) * plan.core_seconds / table;
  }
}

/// Models that can only be fitted to all series of the panel at once, by published name.
std::function<bool(const std::string&)> joint_models(const RunRequest& request,
                                                     const ProbedPanel& panel) {
  const ModelChoice choice = choice_for(request, panel.config, panel.loaded.panel);
  const auto registry = std::make_shared<ModelRegistry>(model_options(choice, panel.loaded.panel));
  return [registry](const std::string& name) {
    const std::string model = base_of(name);
    const bool is_combination = model == "AutoSelect" || model == "Ensemble";
    return !is_combination && registry->make(model)->pools();
  };
}

/// Core-seconds of moving the states of a panel on from the table, or as a run took them.
void guess_moving(const PlanHistory& history, const RunRequest& request, PanelPlan& plan) {
  PanelSize forecast = plan.size;
  forecast.windows = 1;  // moving a state on and forecasting is what an origin takes
  const double table = table_seconds(plan.models, request.choice.members, forecast);
  const auto known = history.ratio_of(plan.panel, plan.models);
  plan.core_seconds = known ? table * known->ratio : table / machine_speed();
  plan.basis = "table";
  plan.learnt_from += known ? "as an origin of run " + known->run : "the table";
}

/// The same of a run that goes on: no proof, and fits only where they are due. False where its
/// states cannot be used, with the reason.
bool predict_moving_on(const PlanHistory& history, const PlanRequest& asked,
                       const ProbedPanel& panel, ContinuedPlan& going_on, std::string& reason,
                       PanelPlan& plan) {
  plan.size.windows = 0;
  plan.size.fits = 0;
  plan.refitted = false;
  plan.learnt_from = fmt::format("goes on from run {}: ", going_on.run());
  if (const auto moving = going_on.moving_seconds(plan)) {
    plan.core_seconds = *moving;
    plan.basis = "run";
    plan.learnt_from += "as run " + history.latest_continued().at("run").get<std::string>();
  } else if (asked.probe) {
    asked.run.progress->note(
        fmt::format("the states of panel '{}' are moved on once to see the time", plan.panel));
    const auto probed = probe_moving(asked.run, going_on.earlier(), panel, reason);
    if (!probed) return false;
    plan.core_seconds = *probed;
    plan.basis = "probe";
    plan.learnt_from += "a probe";
  } else {
    guess_moving(history, asked.run, plan);
  }
  going_on.add_refits(panel.loaded.panel.end(), joint_models(asked.run, panel), plan);
  return true;
}

/// What is certain, and what is not.
void say_how_sure(Plan& plan, const RunRequest& request) {
  const bool goes_on = !plan.goes_on_from.empty();
  plan.known = {"series and values"};
  if (!goes_on) {
    plan.known = {"series, values, origins and fits", "requests to the store, but for new states"};
  }
  for (const PanelPlan& panel : plan.panels) {
    if (panel.basis != "table") continue;
    plan.guesses.emplace_back("times from the table may be wrong by a factor of three or more");
    break;
  }
  plan.guesses.emplace_back("memory and bytes written");
  if (goes_on) {
    plan.guesses.emplace_back(
        "series whose errors, bias or coverage the new orders alarm are fitted again beyond this; "
        "--retrain always foretells a run that fits and proves all");
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
          {"refits", panel.refits},
          {"states", panel.states},
          {"core_seconds", panel.core_seconds},
          {"basis", panel.basis},
          {"learnt_from", panel.learnt_from}};
}

/// What all core-seconds rest on: the weakest of what those of the panels do.
std::string basis_of(const Plan& plan) {
  for (const char* basis : {"table", "probe"}) {
    for (const PanelPlan& panel : plan.panels) {
      if (panel.basis == basis) return basis;
    }
  }
  return "run";
}

/// Steps about the end of a series that a run makes forecasts for.
KnownSteps known_steps(const RunRequest& run, const PanelConfig& config, const Panel& panel) {
  const ModelChoice choice = choice_for(run, config, panel);
  BacktestOptions options = panel_run_options(choice, panel, no_progress()).backtest;
  options.windows = possible_windows(panel, options);
  return {options.windows > 0 ? options.steps_after(0) : 0, options.horizon};
}

/// The panels as a run would cut them, and what that took.
struct LoadedPanels {
  std::vector<LoadedPanel> panels;
  std::vector<PanelInputs> inputs;
  double seconds = 0;  ///< core-seconds

  ProbedPanel at(const DatasetConfig& config, std::size_t i) const {
    return {config.panels[i], panels[i], inputs[i]};
  }
};

LoadedPanels load_panels(const Repository& repository, const RunRequest& run,
                         const DatasetConfig& config, const OrdersSize& orders) {
  const double start = process_usage().core_seconds();
  LoadedPanels loaded;
  for (const PanelConfig& panel : config.panels) {
    loaded.panels.push_back(
        cut_panel(repository, run.dataset, orders.hashes, panel, run.keep_partial));
    const Panel& cut = loaded.panels.back().panel;
    loaded.inputs.push_back(load_inputs(repository, run.dataset, config, panel.name, cut,
                                        known_steps(run, panel, cut)));
  }
  loaded.seconds = process_usage().core_seconds() - start;
  return loaded;
}

/// What a run with this request would go on from; nothing where it would fit all, with the reason.
std::optional<ContinuedPlan> continuation(const Repository& repository, const PlannedWork& work,
                                          const LoadedPanels& loaded, std::string& reason) {
  const RunRequest& run = work.request;
  const auto settings = repository.store().read(Repository::config_key(run.dataset));
  auto earlier =
      run_to_continue(repository, run, sha256(settings.value_or("")), work.orders.hashes, reason);
  if (!earlier) return std::nullopt;
  ContinuedPlan plan(repository, run, std::move(*earlier), work.history.latest_continued());
  const auto refuse = [&](const std::string& why) {
    reason = fmt::format("fitted and proven anew: run {} cannot go on, {}", plan.run(), why);
    return std::nullopt;
  };
  const std::vector<PanelConfig>& panels = work.config.panels;
  if (!plan.made(panels)) return refuse("it did not make all panels");
  for (std::size_t i = 0; i < panels.size(); ++i) {
    if (!plan.goes_on(panels[i].name, loaded.panels[i].panel, loaded.inputs[i])) {
      return refuse(fmt::format("half of the series of panel '{}' or more are new or much changed",
                                panels[i].name));
    }
  }
  return plan;
}

/// Plans all panels as they go on; false where one cannot, with the reason.
bool plan_going_on(const PlanRequest& request, const PlannedWork& work, const LoadedPanels& loaded,
                   ContinuedPlan& going_on, std::string& reason, Plan& plan) {
  plan.goes_on_from = going_on.run();
  for (std::size_t i = 0; i < loaded.panels.size(); ++i) {
    const ProbedPanel panel = loaded.at(work.config, i);
    plan.panels.push_back(panel_plan(request.run, panel.config, panel.loaded.panel));
    if (predict_moving_on(work.history, request, panel, going_on, reason, plan.panels.back())) {
      continue;
    }
    plan.goes_on_from.clear();
    plan.panels.clear();
    return false;
  }
  return true;
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
  check_request(run);
  const std::size_t outdated = require_columns(repository, run.dataset, config);
  const PlanHistory history(repository, run);
  const LoadedPanels loaded = load_panels(repository, run, config, orders);
  PlannedWork work{run, config, orders, history, nullptr, loaded.seconds};
  Plan plan;
  plan.dataset = run.dataset;
  std::string reason;
  auto going_on = continuation(repository, work, loaded, reason);
  if (going_on && plan_going_on(request, work, loaded, *going_on, reason, plan)) {
    work.going_on = &*going_on;
  }
  for (std::size_t i = plan.panels.size(); i < config.panels.size(); ++i) {
    const Panel& panel = loaded.panels[i].panel;
    plan.panels.push_back(panel_plan(run, config.panels[i], panel));
    predict_models(request, config.panels[i], panel, history, plan.panels.back());
  }
  predict_usage(work, plan);
  Prices prices = prices_for(run.prices, &repository);
  const bool is_priced = request.instance.empty() || keep_instance(prices, request.instance);
  plan.bill = bill_of(plan.usage, prices);
  say_how_sure(plan, run);
  if (!is_priced) {
    plan.guesses.push_back(fmt::format(
        "jobs are to be on {}, which the price list lacks: shown is the cheapest of the list; add "
        "it to a file of --prices",
        request.instance));
  }
  if (!reason.empty()) plan.known.push_back(reason);
  if (outdated > 0) {
    plan.guesses.push_back(fmt::format(
        "{} files will be cleaned again, as dataset.toml has changed: not counted", outdated));
  }
  return plan;
}

json to_json(const Plan& plan) {
  json panels = json::array();
  for (const PanelPlan& panel : plan.panels) panels.push_back(to_json(panel));
  return {{"dataset", plan.dataset},
          {"goes_on_from", plan.goes_on_from.empty() ? json() : json(plan.goes_on_from)},
          {"panels", std::move(panels)},
          {"known", plan.known},
          {"guesses", plan.guesses},
          {"basis", {{"core_seconds", basis_of(plan)}}},
          {"usage", to_json(plan.usage)},
          {"cost", to_json(plan.bill)}};
}

}  // namespace forecart

#include "pipeline/plan.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "base/process_usage.h"
#include "models/net/kernel.h"
#include "pipeline/continued_plan.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/plan_history.h"
#include "pipeline/plan_probe.h"
#include "pipeline/price_source.h"
#include "pipeline/repository.h"
#include "pipeline/run_options.h"
#include "pipeline/sales.h"
#include "table/parquet_reader.h"

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
    request.run.progress->note(fmt::format(
        "no earlier run tells what the models of panel '{}' take: each is fitted once to see "
        "(--no-probe takes it from a table at once)",
        plan.panel));
    const ProbedSeconds probed = probe_models(choice_for(request.run, config, panel), plan.models,
                                              panel, *request.run.progress);
    plan.core_seconds = static_cast<double>(plan.size.fits) * probed.fit +
                        static_cast<double>(plan.size.windows + 1) * probed.window;
    plan.learnt_from = "a probe";
  } else {
    plan.core_seconds = table / machine_speed();
    plan.learnt_from = "the table";
  }
}

/// The same of a run that goes on: no proof, and fits only where they are due.
void predict_moving_on(const PlanHistory& history, const PlanRequest& asked, const Panel& panel,
                       ContinuedPlan& going_on, PanelPlan& plan) {
  const RunRequest& request = asked.run;
  plan.size.windows = 0;
  plan.size.fits = 0;
  plan.refitted = false;
  plan.learnt_from = fmt::format("goes on from run {}: ", going_on.run());
  if (const auto moving = going_on.moving_seconds(plan)) {
    plan.core_seconds = *moving;
    plan.learnt_from += "as run " + history.latest_continued().at("run").get<std::string>();
  } else if (asked.probe) {
    request.progress->note(
        fmt::format("the states of panel '{}' are moved on once to see the time", plan.panel));
    plan.core_seconds = probe_moving(request, plan.panel);
    plan.learnt_from += "a probe";
  } else {
    PanelSize forecast = plan.size;
    forecast.windows = 1;  // moving a state on and forecasting is what an origin takes
    const double table = table_seconds(plan.models, request.choice.members, forecast);
    const auto known = history.ratio_of(plan.panel, plan.models);
    plan.core_seconds = known ? table * known->ratio : table / machine_speed();
    plan.learnt_from += known ? "as an origin of run " + known->run : "the table";
  }
  going_on.add_refits(panel.end(), plan);
}

/// Times and requests as the latest run that went on had them.
void take_over(const RestOfRun& rest, StageUsage& reading, StageUsage& writing, Usage& usage) {
  reading.core_seconds = rest.reading_seconds;
  writing.core_seconds = rest.writing_seconds;
  usage.peak_bytes = rest.peak_bytes;
  usage.traffic = rest.traffic;
}

/// Adds up the panels.
void predict(Plan& plan, const RunRequest& request, const OrdersSize& orders,
             const PlanHistory& history, const std::optional<RestOfRun>& rest) {
  StageUsage reading{"panels", 0, 0};
  StageUsage models{"models", 0, 0};
  StageUsage writing{"write", 0, 0};
  for (const PanelPlan& panel : plan.panels) {
    reading.core_seconds += reading_seconds(panel, orders.rows);
    writing.core_seconds += writing_seconds(panel);
    models.core_seconds += panel.core_seconds;
  }
  const double guess = std::max(memory_bytes(plan.panels, orders.rows),
                                static_cast<double>(process_usage().peak_bytes));
  plan.usage.peak_bytes =
      static_cast<std::int64_t>(history.memory_for(values_of(plan.panels)).value_or(guess));
  if (rest) take_over(*rest, reading, writing, plan.usage);
  plan.usage.stages = {reading, models, writing};
  for (StageUsage& stage : plan.usage.stages) {
    plan.usage.user_seconds += stage.core_seconds;
    stage.seconds = stage.core_seconds;
  }
  plan.usage.stages[1].seconds /= parallel_of(plan, request.choice.threads);
  for (const StageUsage& stage : plan.usage.stages) plan.usage.seconds += stage.seconds;
}

/// What is certain, and what is not.
void say_how_sure(Plan& plan, const RunRequest& request) {
  const bool goes_on = !plan.goes_on_from.empty();
  plan.known = {"series and values"};
  if (!goes_on) {
    plan.known = {"series, values, origins and fits", "requests to the store, but for new states"};
  }
  for (const PanelPlan& panel : plan.panels) {
    if (!panel.learnt_from.ends_with("the table")) continue;
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
          {"core_seconds", panel.core_seconds},
          {"learnt_from", panel.learnt_from}};
}

/// Throws where a panel needs a column that the sales get only when they are cleaned again; says
/// how many are to be.
std::size_t require_columns(const Repository& repository, const std::string& dataset,
                            const DatasetConfig& config) {
  const std::vector<KnownFile> outdated = outdated_files(repository, dataset, config);
  for (const KnownFile& file : outdated) {
    const std::string key = Repository::sales_key(dataset, file.hash);
    std::vector<std::string> columns;
    if (repository.store().exists(key)) {
      for (const ParquetColumn& column : parquet_columns(repository.store().fetch(key))) {
        columns.push_back(column.name);
      }
    }
    for (const PanelConfig& panel : config.panels) {
      for (const std::string& name : panel.by) {
        if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
        throw Error(
            ErrorCode::bad_data,
            fmt::format(
                "panel '{}' is cut by '{}', which the sales of {} do not have: dataset.toml "
                "has changed since they were cleaned. forecart run cleans them again",
                panel.name, name, file.name));
      }
    }
  }
  return outdated.size();
}

/// Steps about the end of a series that a run makes forecasts for.
KnownSteps known_steps(const RunRequest& run, const PanelConfig& config, const Panel& panel) {
  const ModelChoice choice = choice_for(run, config, panel);
  BacktestOptions options = panel_run_options(choice, panel, no_progress()).backtest;
  options.windows = possible_windows(panel, options);
  return {options.windows > 0 ? options.steps_after(0) : 0, options.horizon};
}

/// What a run with this request would go on from; nothing where it would fit all, with the reason.
std::optional<ContinuedPlan> continuation(const Repository& repository, const RunRequest& run,
                                          const DatasetConfig& config, const OrdersSize& orders,
                                          const PlanHistory& history,
                                          const std::vector<Panel>& panels, std::string& reason) {
  const auto settings = repository.store().read(Repository::config_key(run.dataset));
  auto earlier =
      run_to_continue(repository, run, sha256(settings.value_or("")), orders.hashes, reason);
  if (!earlier) return std::nullopt;
  ContinuedPlan plan(repository, run, std::move(*earlier), history.latest_continued());
  const auto refuse = [&](const std::string& why) {
    reason = fmt::format("fitted and proven anew: run {} cannot go on, {}", plan.run(), why);
    return std::nullopt;
  };
  if (!plan.made(config.panels)) return refuse("it did not make all panels");
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const PanelConfig& panel = config.panels[i];
    const PanelInputs inputs = load_inputs(repository, run.dataset, config, panel.name, panels[i],
                                           known_steps(run, panel, panels[i]));
    if (!plan.goes_on(panel.name, panels[i], inputs)) {
      return refuse(fmt::format("half of the series of panel '{}' or more are new or much changed",
                                panel.name));
    }
  }
  return plan;
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
  std::string reason;
  std::vector<Panel> panels;
  for (const PanelConfig& panel : config.panels) {
    panels.push_back(
        cut_panel(repository, run.dataset, orders.hashes, panel, run.keep_partial).panel);
  }
  auto going_on = continuation(repository, run, config, orders, history, panels, reason);
  Plan plan;
  plan.dataset = run.dataset;
  if (going_on) plan.goes_on_from = going_on->run();
  for (std::size_t i = 0; i < panels.size(); ++i) {
    plan.panels.push_back(panel_plan(run, config.panels[i], panels[i]));
    if (going_on) {
      predict_moving_on(history, request, panels[i], *going_on, plan.panels.back());
    } else {
      predict_models(request, config.panels[i], panels[i], history, plan.panels.back());
    }
  }
  const auto rest = going_on ? going_on->rest() : std::nullopt;
  plan.usage.traffic = traffic_of(plan, orders, config);
  if (going_on) going_on->add_states(plan.usage.traffic);
  predict(plan, run, orders, history, rest);
  plan.bill = bill_of(plan.usage, prices_for(run.prices, &repository));
  say_how_sure(plan, run);
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
          {"usage", to_json(plan.usage)},
          {"cost", to_json(plan.bill)}};
}

}  // namespace forecart

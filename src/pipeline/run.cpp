#include "pipeline/run.h"

#include "base/error.h"
#include "base/hash.h"
#include "evaluation/item_life.h"
#include "evaluation/reconciled_model.h"
#include "ingest/country_holidays.h"
#include "pipeline/cancellation.h"
#include "pipeline/continued_run.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/follow_up.h"
#include "pipeline/lasting.h"
#include "pipeline/leaderboard.h"
#include "pipeline/level_scores.h"
#include "pipeline/prepared_panel.h"
#include "pipeline/price_source.h"
#include "pipeline/repository.h"
#include "pipeline/retraining_table.h"
#include "pipeline/run_output.h"
#include "pipeline/run_record.h"
#include "pipeline/sales.h"
#include "pipeline/sales_merges.h"
#include "pipeline/stored_pieces.h"
#include "table/table_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace forecart {

namespace {

using nlohmann::json;

/// What the steps of a run share.
struct RunWork {
  const RunRequest& request;
  Repository& repository;
  const DatasetConfig& dataset;
  const std::vector<std::string>& hashes;  ///< of the inputs
  UsageMeter& meter;
  FitPieces* pieces;  ///< null: all is fitted here
};

/// Keeps what is finished of a panel's models: their states are written at once, as those of all
/// models of a large panel do not fit into memory beside each other.
class FinishedModels {
 public:
  explicit FinishedModels(const RunWork& work)
      : writer_(work.repository.store()), meter_(work.meter) {}

  void take(ModelBacktest& result, bool forecasts) {
    endings_.add(*result.fitted);
    if (forecasts) write(result);
    result.fitted.reset();
  }

  /// No more will come.
  void end() {
    written([this] { writer_.finish(); });
  }

  std::string endings() const { return endings_.note(); }
  /// Spent on writing.
  double core_seconds() const { return core_seconds_; }
  std::vector<StoredModel> states() && { return std::move(states_); }

 private:
  void write(const ModelBacktest& result) {
    written([&] {
      states_.push_back({result.model, writer_.write(*result.fitted),
                         std::chrono::steady_clock::now(),
                         chosen_reconciliation(result.model, *result.fitted)});
    });
  }

  void written(const std::function<void()>& step) {
    const double start = process_usage().core_seconds();
    meter_.begin("write");
    step();
    meter_.begin("models");
    core_seconds_ += process_usage().core_seconds() - start;
  }

  StateWriter writer_;
  UsageMeter& meter_;
  Endings endings_;
  std::vector<StoredModel> states_;
  double core_seconds_ = 0;
};

/// Proves and forecasts, or goes on from the earlier run; nothing where that cannot be, with the
/// reason.
std::optional<PanelRun> outcome_of(const RunWork& work, const ContinuedPanel& now,
                                   const EarlierRun* earlier, std::string& reason) {
  if (earlier == nullptr) return run_panel(now.panel, now.registry, now.options);
  return continue_panel(work.repository, *earlier, now, reason);
}

/// Nothing where the panel cannot go on from `earlier`, with the reason; without one it is fitted.
std::optional<RunPanel> make_panel(const RunWork& work, const PanelConfig& config,
                                   const EarlierRun* earlier, RefitBudget& budget,
                                   std::string& reason) {
  const double before = process_usage().core_seconds();
  work.meter.begin("panels");
  PreparedPanel prepared =
      prepare_panel({work.request, work.repository, work.dataset, work.hashes}, config);
  LoadedPanel& loaded = prepared.loaded;
  PanelRunOptions& options = prepared.options;
  ModelRegistry registry(model_options(prepared.choice, loaded.panel));
  options.backtest.fit.pieces = work.pieces;
  FinishedModels finished(work);
  options.finished = [&finished](ModelBacktest& result, bool forecasts) {
    finished.take(result, forecasts);
  };
  work.meter.begin("models");
  const double fitting = process_usage().core_seconds();
  std::optional<PanelRun> outcome =
      outcome_of(work, {config.name, loaded.panel, registry, options, budget}, earlier, reason);
  if (!outcome) return std::nullopt;
  finished.end();
  const double done = process_usage().core_seconds() - finished.core_seconds();
  if (std::string note = finished.endings(); !note.empty()) {
    loaded.notes.push_back(std::move(note));
  }
  BacktestOptions used = options.backtest;
  used.windows = outcome->windows;
  return RunPanel{config.name,
                  std::move(loaded.panel),
                  std::move(*outcome),
                  used,
                  std::move(loaded.notes),
                  std::move(options.covariates),
                  std::move(prepared.inputs.availability),
                  std::move(prepared.inputs.disturbances),
                  std::move(loaded.hierarchy),
                  std::move(finished).states(),
                  done - before,
                  done - fitting};
}

/// All panels from the earlier run; false where one cannot go on from it, with the reason. Without
/// such a run all are fitted and proven, and their notes say why.
bool make_panels(const RunWork& work, const EarlierRun* earlier, std::string& reason,
                 std::vector<RunPanel>& panels) {
  panels.clear();
  RefitBudget budget(work.request.choice.refit_budget);
  const auto count = static_cast<double>(work.dataset.panels.size());
  for (const PanelConfig& config : work.dataset.panels) {
    work.request.progress->report("panels", static_cast<double>(panels.size()) / count,
                                  config.name);
    std::optional<RunPanel> panel = make_panel(work, config, earlier, budget, reason);
    if (!panel) return false;
    if (earlier == nullptr && !reason.empty()) panel->notes.push_back(reason);
    panels.push_back(std::move(*panel));
  }
  work.request.progress->report("panels", 1, "");
  return true;
}

/// The run whose states this one may start from; null where there is none.
json current_run(const Repository& repository, const RunRequest& request) {
  const auto current = repository.current(request.dataset);
  return current ? current->at("run") : json();
}

bool fell_back(const RunReport& report) {
  return std::any_of(report.panels.begin(), report.panels.end(),
                     [](const RunPanel& panel) { return any_fallback(panel.outcome.results); });
}

/// True if every input of the current run is among these, or nobody can say any more what it knew.
bool includes_current(const Repository& repository, const std::optional<json>& current,
                      const std::vector<std::string>& hashes) {
  if (!current) return true;
  try {
    const json manifest = repository.read_json(current->at("manifest").get<std::string>());
    for (const json& input : manifest.at("inputs")) {
      if (!std::binary_search(hashes.begin(), hashes.end(), input.get<std::string>())) return false;
    }
  } catch (const Error& error) {
    const bool lost = error.code() == ErrorCode::not_found || error.code() == ErrorCode::bad_data;
    if (!lost) throw;  // what did not answer now may well know more
  } catch (const json::exception&) {
  }
  return true;
}

/// Moves the pointer to this run, unless somebody published a run that knows more.
/// A preliminary one never replaces another.
bool publish(Repository& repository, const RunReport& report,
             const std::vector<std::string>& hashes, bool preliminary) {
  const json pointer{{"run", report.run}, {"manifest", report.folder + "/manifest.json"}};
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; ++i) {
    const auto current = repository.current(report.dataset);
    if (current && preliminary) return false;
    if (!includes_current(repository, current, hashes)) return false;
    if (repository.set_current(report.dataset, current, pointer)) return true;
  }
  return false;
}

/// What the run found at its beginning, or wrote on the way, and is about to name, however long ago
/// that was.
void keep_named(Repository& repository, const RunReport& report, const json& manifest) {
  const auto keep = [&](const json& hash) {
    keep_lasting(repository.store(), Repository::raw_key(hash.get<std::string>()));
  };
  keep(manifest.at("settings"));
  for (const json& table : manifest.at("input_tables")) keep(table.at("sha256"));
  constexpr std::chrono::hours kLongAgo{1};  // what is younger lasts by far
  for (const RunPanel& panel : report.panels) {
    for (const StoredModel& stored : panel.states) {
      const auto age = std::chrono::steady_clock::now() - stored.written;
      if (age > kLongAgo) keep_state(repository.store(), stored.state);
    }
  }
}

/// The run that all panels went on from; nothing where all are fitted and proven.
std::optional<EarlierRun> go_on_or_begin(const RunWork& work, const std::string& settings,
                                         std::vector<RunPanel>& panels) {
  std::string reason;
  constexpr int kTries = 3;  // another run may become current meanwhile: then from that one
  for (int i = 0; i < kTries; ++i) {
    reason.clear();
    auto earlier = run_to_continue(work.repository, work.request, settings, work.hashes, reason);
    if (!earlier) break;
    if (make_panels(work, &*earlier, reason, panels)) {
      earlier->panels.clear();  // as many rows as there are series
      return earlier;
    }
    if (current_run(work.repository, work.request) == earlier->name()) break;
  }
  make_panels(work, nullptr, reason, panels);
  return std::nullopt;
}

/// All of a run between its opening and its manifest, which learns what there is to tell.
void make_run(const RunWork& work, RunReport& report, json& manifest) {
  Repository& repository = work.repository;
  const std::string& dataset = work.request.dataset;
  manifest["settings"] = keep_settings(repository, dataset);
  manifest["input_tables"] = keep_inputs(repository, dataset, work.dataset);
  manifest["demand"] = demand_settings(work.dataset);
  if (work.request.preliminary) manifest["preliminary"] = true;
  if (!work.request.plan.empty()) manifest["plan"] = work.request.plan;
  if (!work.request.asked_by.empty()) manifest["asked_by"] = work.request.asked_by;
  if (!work.dataset.holidays.empty()) {
    manifest["holidays"] = {{"countries", work.dataset.holidays}, {"source", holiday_source()}};
  }
  report.refreshed = refresh_sales(repository, dataset, work.dataset);
  merge_sales(repository, dataset, cleaning_settings(work.dataset));
  const auto earlier = go_on_or_begin(work, manifest["settings"].get<std::string>(), report.panels);
  if (earlier) {
    manifest["warm_start_from"] = earlier->name();
    report.proven_by = earlier->manifest.value("proven_by", earlier->name());
    manifest["proven_by"] = report.proven_by;
  } else if (work.request.choice.warm_start) {
    manifest["warm_start_from"] = current_run(repository, work.request);
  }
  work.meter.begin("write");
  manifest["tables"] = write_run_tables(repository, report);
  if (earlier) carry_over(repository, report, earlier->manifest, manifest["tables"]);
  manifest["models"] = states_of(report);
  manifest["panels"] = describe_panels(report);
  keep_named(repository, report, manifest);
  manifest["status"] = fell_back(report) ? "partly" : "ok";
}

/// The same; throws Interrupted where it is cancelled or interrupted before all is made.
void make_unless_cancelled(const RunWork& work, CancelWatch& cancel, RunReport& report,
                           json& manifest) {
  const InterruptionScope scope(&cancel.interruption());
  make_run(work, report, manifest);
  if (cancel.is_cancelled()) throw Interrupted();
}

/// Makes a run; of one that comes to no end its record says why.
void make_or_tell(const RunWork& work, CancelWatch& cancel, RunReport& report, RunRecord& record) {
  try {
    make_unless_cancelled(work, cancel, report, record.manifest());
  } catch (const Interrupted&) {
    record.manifest()["status"] = "cancelled";
    record.write();
    if (!cancel.was_cancelled()) throw;  // by whoever called this
    throw Cancelled(report.dataset, report.run);
  } catch (const std::exception& error) {
    record.fail(error);
    record.write();
    throw;
  }
}

/// A run of these inputs that has its name and nothing else.
RunReport named_report(const std::string& dataset, const std::vector<std::string>& hashes) {
  RunReport report;
  report.dataset = dataset;
  report.run = make_stamp(sha256(json(hashes).dump()));
  report.folder = fmt::format("runs/{}/{}", report.dataset, report.run);
  return report;
}

/// Fits that others have made by the plan of the request; null where it names none.
std::unique_ptr<StoredPieces> planned_pieces(Repository& repository, const RunRequest& request) {
  if (request.plan.empty()) return nullptr;
  return std::make_unique<StoredPieces>(repository.store(),
                                        plan_folder(request.dataset, request.plan));
}

/// Publishes the run, and promises before what its settings want to follow it.
bool publish_with_follow_up(const RunWork& work, const RunReport& report) {
  const bool is_last = !work.request.preliminary;  // else another run follows at once
  const bool follows = is_last && (work.dataset.publish_report || work.dataset.publish_quicksight);
  if (follows) owe_follow_up(work.repository, report.dataset, report.run);
  const bool published = publish(work.repository, report, work.hashes, work.request.preliminary);
  if (follows && !published) settle_follow_up(work.repository, report.dataset, report.run);
  return published;
}

}  // namespace

RunReport run_dataset(const RunRequest& request) {
  UsageMeter meter;
  meter.begin("clean");
  Repository repository = Repository::open(request.repository);
  const Prices prices = prices_for(request.prices, &repository);
  const auto [config, hashes] = read_source(repository, request);
  const auto own = request.cancel == nullptr
                       ? std::make_unique<CancelWatch>(repository, request.dataset)
                       : nullptr;
  const auto pieces = planned_pieces(repository, request);
  const RunWork work{request, repository, config, hashes, meter, pieces.get()};
  RunReport report = named_report(request.dataset, hashes);
  RunRecord record({request, hashes, prices, repository, meter}, report);
  make_or_tell(work, own ? *own : *request.cancel, report, record);
  record.write();
  report.published = publish_with_follow_up(work, report);
  return report;
}

json to_json(const RunReport& report) {
  json panels = json::array();
  for (const RunPanel& panel : report.panels) {
    json one = panel.outcome.windows > 0
                   ? backtest_json(panel.panel, panel.outcome.results, panel.options)
                   : json::object();
    one["panel"] = panel.name;
    one["retraining"] = retraining_json(panel.outcome);
    one["watch"] = watch_json(panel.outcome);
    one["notes"] = panel.notes;
    if (panel.hierarchy && panel.outcome.windows > 0) {
      one["levels"] = rows_json(
          level_table(panel.panel, panel.outcome.results, *panel.hierarchy, panel.options.levels));
    }
    panels.push_back(std::move(one));
  }
  return {{"dataset", report.dataset},      {"run", report.run},
          {"folder", report.folder},        {"seconds", report.seconds},
          {"published", report.published},  {"panels", panels},
          {"usage", to_json(report.usage)}, {"cost", to_json(report.bill)}};
}

}  // namespace forecart

#include "pipeline/continued_run.h"

#include "base/error.h"
#include "base/hash.h"
#include "pipeline/changed_series.h"
#include "pipeline/find_run.h"
#include "pipeline/run_models.h"
#include "pipeline/run_options.h"
#include "pipeline/run_output.h"
#include "pipeline/saved_forecast.h"
#include "pipeline/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// Options of a run but for those that say when to fit.
json what_is_fitted(json options) {
  for (const char* key : {"retrain", "refit_budget"}) options.erase(key);
  return options;
}

/// Whether dataset.toml, kept below raw/ by these hashes, differs in what forecasts depend on.
bool differ(const Repository& repository, const std::string& before, const std::string& now) {
  if (before == now) return false;
  const auto old_text = repository.store().read(Repository::raw_key(before));
  const auto new_text = repository.store().read(Repository::raw_key(now));
  if (!old_text || !new_text) return true;
  return !(what_forecasts_depend_on(parse_dataset_config(*old_text, "the earlier dataset.toml")) ==
           what_forecasts_depend_on(parse_dataset_config(*new_text, "dataset.toml")));
}

std::string why_not(const Repository& repository, const json& manifest, const RunRequest& request,
                    const std::string& settings, const std::vector<std::string>& hashes) {
  if (manifest.value("version", "") != kVersion) return "another version of forecart made it";
  if (!manifest.value("tables", json::object()).contains("retraining")) return "it is too old";
  if (differ(repository, manifest.value("settings", ""), settings)) {
    return "dataset.toml has changed";
  }
  if (what_is_fitted(manifest.at("options")) != what_is_fitted(options_json(request)) ||
      manifest.at("seed") != request.choice.seed) {
    return "the options are others";
  }
  for (const json& input : manifest.at("inputs")) {
    if (!std::binary_search(hashes.begin(), hashes.end(), input.get<std::string>())) {
      return "it knew an order file that is gone";
    }
  }
  return "";
}

/// Whether a file of the run is as it was written.
bool is_whole(const Repository& repository, const json& manifest, const std::string& table,
              const std::string& format) {
  const std::string key = Repository::run_key(manifest.at("dataset").get<std::string>(),
                                              manifest.at("run").get<std::string>(),
                                              fmt::format("{}.{}", table, format));
  return repository.store().exists(key) &&
         sha256_file(repository.store().fetch(key)) ==
             manifest.at("tables").at(table).at(format).get<std::string>();
}

/// The first file that going on needs and that is not as it was written; else empty.
std::string damaged_file(const Repository& repository, const json& manifest) {
  std::vector<std::pair<std::string, std::string>> needed;
  for (const char* table : kRecalledTables) needed.emplace_back(table, "json");
  for (const char* table : kCarriedTables) {
    for (const char* format : {"csv", "json", "parquet"}) needed.emplace_back(table, format);
  }
  for (const auto& [table, format] : needed) {
    if (!manifest.at("tables").contains(table)) continue;
    if (!is_whole(repository, manifest, table, format)) return fmt::format("{}.{}", table, format);
  }
  return "";
}

/// Origins of the proof that the earlier run made or took over.
Eigen::Index windows_of(const EarlierRun& earlier, const std::string& panel) {
  const json told = panel_in(earlier.manifest, panel);
  return told.is_null() ? 0 : told.value("windows", Eigen::Index{0});
}

/// Fills in what the last fit of a series took, which states do not tell; `costs` are of its model.
void recall_cost(const std::unordered_map<std::string, FitCost>& costs, LedgerRow& row) {
  const auto found = costs.find(row.unique_id);
  if (found == costs.end()) return;
  row.search_milliseconds = 1000 * found->second.search_seconds;
  row.milliseconds = row.search_milliseconds + 1000 * found->second.estimate_seconds;
}

/// Rows of a ledger in the order of the panel's series; those of others are left out.
template <class Row>
std::vector<Row> in_order(const Panel& panel, std::vector<Row> rows, std::string Row::*id) {
  std::unordered_map<std::string, std::size_t> at;
  for (std::size_t i = 0; i < rows.size(); ++i) at[rows[i].*id] = i;
  std::vector<Row> result;
  for (const std::string& own : panel.ids()) {
    const auto found = at.find(own);
    if (found == at.end()) {
      throw Error(
          ErrorCode::bad_data,
          fmt::format("a state does not know series '{}'; fit all with --retrain always", own));
    }
    result.push_back(std::move(rows[found->second]));
  }
  return result;
}

/// The score that a model's proof in the earlier run came to.
double proven_mae(const EarlierRun& earlier, const std::string& panel, const std::string& model) {
  for (const json& row : earlier.leaderboard) {
    if (row.at("panel") == panel && row.at("model") == model && row.at("mae").is_number()) {
      return row.at("mae").get<double>();
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

class PanelContinuation {
 public:
  PanelContinuation(const EarlierRun& earlier, const ContinuedPanel& now, Bucket end)
      : earlier_(earlier),
        now_(now),
        models_(now.registry, now.options.availability, now.options.hierarchy),
        recent_(now.panel.between(end, now.panel.end())),
        known_(earlier.panel(now.name)),
        changed_(changed_series(earlier.name(), known_.histories, now.panel,
                                history_marks(now.panel, end, now.options.availability.get(),
                                              now.options.covariates))) {
    run_.moved_on_from = earlier.name();
    run_.windows_of_proof = windows_of(earlier, now.name);
  }

  std::vector<std::string> published() const { return models_.published(now_.options.models); }

  /// Whether the proof says little of what the panel is now, and nothing limits a new one.
  bool needs_proof() const {
    return !now_.budget.is_limited() && is_another_panel(changed_, now_.panel.size());
  }

  void go_on(const std::string& model, std::unique_ptr<Fitted> fitted) {
    fitted->update(recent_, now_.options.covariates);
    std::vector<RetrainingDecision> decisions = decide(model, *fitted);
    remember_what_waits(decisions);
    Retrained own = retrain(*models_.make(model), std::move(fitted), std::move(decisions),
                            {now_.panel, now_.options.covariates, now_.options.backtest.fit});
    now_.budget.spend(own.decisions);
    add(model, std::move(own));
  }

  PanelRun take() { return std::move(run_); }

 private:
  std::vector<RetrainingDecision> decide(const std::string& model, const Fitted& fitted) const {
    std::vector<LedgerRow> ledger = fitted.ledger_rows();
    for (LedgerRow& row : ledger) recall_cost(costs_of(model), row);
    return now_.budget.decide(ledger, changed_);
  }

  /// Series whose changed history no budget was left for are known by the old one, so that the next
  /// run sees the change again.
  void remember_what_waits(const std::vector<RetrainingDecision>& decisions) {
    for (const RetrainingDecision& own : decisions) {
      if (own.decision != Retraining::move_on || !changed_.contains(own.unique_id)) continue;
      const auto before = known_.histories.find(own.unique_id);
      run_.waiting[own.unique_id] =
          before == known_.histories.end() ? HistoryMark{} : before->second;
    }
  }

  void add(const std::string& model, Retrained own) {
    const Eigen::Index horizon = now_.options.backtest.horizon;
    ModelBacktest result;
    result.model = model;
    result.fitted = std::move(own.fitted);
    result.ledger = in_order(now_.panel, result.fitted->ledger_rows(), &LedgerRow::unique_id);
    keep_costs(model, own.decisions, result.ledger);
    result.fit_seconds = own.report.seconds;
    result.mean.mae = proven_mae(earlier_, now_.name, model);
    for (const std::string& id : now_.panel.ids()) {
      result.series.emplace_back().mae = proven_for(id, model, result.mean.mae);
    }
    run_.retraining.add(own.report);
    run_.decisions[model] =
        in_order(now_.panel, std::move(own.decisions), &RetrainingDecision::unique_id);
    NamedForecast named{model, result.fitted->forecast(horizon, now_.options.covariates),
                        reconciled_demand(*result.fitted, horizon, now_.options.covariates)};
    const auto sort = [&](Forecast& forecast) {
      forecast.series = in_order(now_.panel, std::move(forecast.series), &SeriesForecast::id);
    };
    sort(named.forecast);
    if (named.demand) sort(*named.demand);
    run_.forecasts.push_back(std::move(named));
    run_.results.push_back(std::move(result));
    now_.options.finished(run_.results.back(), true);
  }

  /// What tells the best model of a series: of those that the proof knew the mean of that model
  /// alone, of others the means of all.
  double proven_for(const std::string& id, const std::string& model, double mean) const {
    const auto best = known_.best.find(id);
    const bool known =
        best != known_.best.end() && std::ranges::count(published(), best->second) > 0;
    return !known || best->second == model ? mean : std::numeric_limits<double>::quiet_NaN();
  }

  /// Series that were not fitted now keep what their last fit took.
  void keep_costs(const std::string& model, const std::vector<RetrainingDecision>& decisions,
                  std::vector<LedgerRow>& ledger) const {
    std::set<std::string> fitted;
    for (const RetrainingDecision& own : decisions) {
      if (own.decision != Retraining::move_on) fitted.insert(own.unique_id);
    }
    for (LedgerRow& row : ledger) {
      if (!fitted.contains(row.unique_id) || row.milliseconds <= 0) {
        recall_cost(costs_of(model), row);
      }
    }
  }

  const std::unordered_map<std::string, FitCost>& costs_of(const std::string& model) const {
    static const std::unordered_map<std::string, FitCost> kNone;
    const auto found = known_.costs.find(model);
    return found == known_.costs.end() ? kNone : found->second;
  }

  const EarlierRun& earlier_;
  const ContinuedPanel& now_;
  RunModels models_;
  Panel recent_;  // what the states have not seen
  const EarlierPanel& known_;
  ChangedHistories changed_;
  PanelRun run_;
};

}  // namespace

std::optional<EarlierRun> run_to_continue(const Repository& repository, const RunRequest& request,
                                          const std::string& settings,
                                          const std::vector<std::string>& hashes,
                                          std::string& reason) {
  if (request.retrain_all || request.choice.warm_start) return std::nullopt;
  const auto current = repository.current(request.dataset);
  if (!current) return std::nullopt;
  const std::string name = current->value("run", "?");
  const auto refuse = [&](const std::string& why) {
    reason = fmt::format("fitted and proven anew: the current run {} cannot go on, {}", name, why);
    return std::nullopt;
  };
  try {
    const json manifest = repository.read_json(current->at("manifest").get<std::string>());
    if (manifest.value("preliminary", false)) return std::nullopt;
    const std::string why = why_not(repository, manifest, request, settings, hashes);
    if (!why.empty()) return refuse(why);
    if (const std::string file = damaged_file(repository, manifest); !file.empty()) {
      return refuse(fmt::format("its {} is damaged or gone", file));
    }
    return read_earlier_run(repository, manifest);
  } catch (const Error& error) {
    return refuse(error.what());
  } catch (const json::exception& error) {
    return refuse(fmt::format("its manifest is damaged: {}", error.what()));
  }
}

std::optional<PanelRun> continue_panel(const Repository& repository, const EarlierRun& earlier,
                                       const ContinuedPanel& now, std::string& reason) {
  const auto refuse = [&](const std::string& why) {
    reason = fmt::format("fitted and proven anew: run {} cannot go on, {}", earlier.name(), why);
    return std::nullopt;
  };
  const json told = panel_in(earlier.manifest, now.name);
  if (told.is_null()) return refuse("it did not make the panel");
  const auto current = repository.current(earlier.manifest.at("dataset").get<std::string>());
  if (!current || current->value("run", "") != earlier.name()) {
    return refuse("another run is current by now");
  }
  std::optional<PanelContinuation> panel;
  try {
    panel.emplace(earlier, now, told.at("end").get<Bucket>());
  } catch (const json::exception& error) {
    return refuse(fmt::format("its manifest or ledger is damaged: {}", error.what()));
  }
  if (panel->needs_proof()) return refuse("half of its series or more are new or much changed");
  for (const std::string& model : panel->published()) {
    std::unique_ptr<Fitted> state;
    try {
      state = state_of_run(repository, earlier.manifest, now.name, model, now.options.availability);
    } catch (const Error& error) {
      return refuse(fmt::format("the state of {} cannot be read: {}", model, error.what()));
    }
    if (state == nullptr) return refuse("it has no state of " + model);
    panel->go_on(model, std::move(state));
  }
  return panel->take();
}

}  // namespace forecart

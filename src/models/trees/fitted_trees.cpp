#include "models/trees/fitted_trees.h"

#include "base/error.h"
#include "base/parallel.h"
#include "models/saved_state.h"
#include "models/trees/entry.h"
#include "models/trees/learner.h"
#include "models/trees/parts.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace forecart::trees {

namespace {

using Eigen::Index;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr const char* kModel = "GradientBoostedTrees";
constexpr const char* kIntervals = "held-out errors of like series";
constexpr int kStateVersion = 2;
/// Share of the series that may go below zero before the panel counts as one that does.
constexpr double kFewBelowZero = 0.1;

LedgerRow describe(const SeriesView& series) {
  LedgerRow row;
  row.unique_id = series.id;
  row.model = kModel;
  row.interval_method = kIntervals;
  for (const double y : series.values) std::isnan(y) ? ++row.gaps : ++row.rows_used;
  return row;
}

void tell(LedgerRow& row, const std::string& note) {
  if (note.empty()) return;
  row.reason += row.reason.empty() ? note : "; " + note;
}

class FittedTrees final : public Fitted {
 public:
  FittedTrees(SeriesModelPtr fallback, Calendar calendar, FitOptions options)
      : fallback_(std::move(fallback)), calendar_(calendar), options_(options) {}

  FittedTrees(const FittedTrees& other)
      : Fitted(other),
        fallback_(other.fallback_),
        calendar_(other.calendar_),
        options_(other.options_),
        learnt_(other.learnt_),
        ledger_(other.ledger_),
        known_(other.known_) {
    for (const Entry& entry : other.entries_) entries_.push_back(entry.clone());
  }
  FittedTrees& operator=(const FittedTrees&) = delete;

  void fit(const Panel& panel, const Covariates& covariates, const TreesOptions& options) {
    const auto start = Clock::now();
    std::vector<std::string> obstacles = survey(panel);
    LearningPanel part = learning_part(panel, covariates, obstacles);
    const std::string refusal = learn_from(part, options);
    entries_.resize(static_cast<std::size_t>(panel.size()));
    parallel_for(entries_.size(), options_.threads, [&](std::size_t i) {
      const SeriesView whole = panel[static_cast<Index>(i)];
      if (obstacles[i].empty()) obstacles[i] = refusal;
      if (obstacles[i].empty()) {
        entries_[i] = make_entry(part, {trimmed(whole), 0}, learnt_->plan());
      } else {
        fall_back(trimmed(whole), i, obstacles[i]);
      }
      move_on(entries_[i], whole, covariates, plan());  // missing values at the end are history
    });
    const std::chrono::duration<double, std::milli> elapsed = Clock::now() - start;
    for (LedgerRow& row : ledger_) {
      row.milliseconds = elapsed.count() / static_cast<double>(ledger_.size());
    }
    options_.progress = &no_progress();
    know_from(0);
  }

  void restore(const json& state) {
    if (!state.at("learnt").is_null()) learnt_ = load_learnt(state.at("learnt"));
    for (const json& row : state.at("series")) restore_series(row);
    know_from(0);
  }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    Forecast result{calendar_, horizon, {}};
    result.series.resize(entries_.size());
    parallel_for(entries_.size(), options_.threads, [&](std::size_t i) {
      const Entry& entry = entries_[i];
      PredictivePtr distribution = entry.fallback != nullptr ? entry.fallback->forecast(horizon)
                                                             : by_trees(i, horizon, future);
      if (entry.non_negative) distribution = clamp_below(std::move(distribution), 0);
      result.series[i] = {ledger_[i].unique_id, entry.end, std::move(distribution)};
    });
    return result;
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<Components> result(entries_.size());
    parallel_for(entries_.size(), options_.threads, [&](std::size_t i) {
      const Entry& entry = entries_[i];
      result[i] = entry.fallback != nullptr ? entry.fallback->components(horizon)
                                            : tree_components(*learnt_, calendar_, entry.origin(),
                                                              ahead(i, horizon, future), horizon);
      if (!entry.non_negative) return;
      result[i].complete(kFloor, result[i].total().cwiseMax(0.0));
    });
    return result;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    const std::size_t before = entries_.size();
    parallel_for(before, options_.threads, [&](std::size_t i) {
      const Index at = recent.find(ledger_[i].unique_id);
      if (at >= 0) move_on(entries_[i], recent[at], covariates, plan());
    });
    for (Index i = 0; i < recent.size(); ++i) {
      if (!known_.contains(recent.ids()[static_cast<std::size_t>(i)])) join(recent[i], covariates);
    }
    know_from(before);
  }

  std::unique_ptr<Fitted> clone() const override { return std::make_unique<FittedTrees>(*this); }

  json save() const override {
    json rows = json::array();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      const bool is_fallback = entry.fallback != nullptr;
      rows.push_back({{"unique_id", ledger_[i].unique_id},
                      {"end", entry.end},
                      {"non_negative", entry.non_negative},
                      {"fallback", is_fallback},
                      {"reason", ledger_[i].reason},
                      {"rows_used", ledger_[i].rows_used},
                      {"gaps", ledger_[i].gaps},
                      {"state", is_fallback ? entry.fallback->save() : save_entry(entry)}});
    }
    return {{"model", kModel},
            {"version", kStateVersion},
            {"frequency", calendar_.frequency().name()},
            {"zone", calendar_.zone().name()},
            {"learnt", learnt_ == nullptr ? json() : save_learnt(*learnt_)},
            {"series", std::move(rows)}};
  }

  json explain(Index series) const override {
    const Entry& entry = entries_.at(static_cast<std::size_t>(series));
    return entry.fallback != nullptr ? entry.fallback->explain() : learnt_->report;
  }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

 private:
  const FeaturePlan* plan() const { return learnt_ == nullptr ? nullptr : &learnt_->plan(); }

  /// A ledger row for each series, and why it cannot be learnt from.
  std::vector<std::string> survey(const Panel& panel) {
    std::vector<std::string> obstacles;
    for (Index i = 0; i < panel.size(); ++i) {
      const SeriesView series = trimmed(panel[i]);
      ledger_.push_back(describe(series));
      obstacles.push_back(obstacle(series.values));
    }
    return obstacles;
  }

  /// The series that can be learnt from. Where only few go below zero the others count as sales,
  /// and those few fall back.
  LearningPanel learning_part(const Panel& panel, const Covariates& covariates,
                              std::vector<std::string>& obstacles) {
    LearningPanel part{calendar_, covariates, {}, options_.threads};
    std::vector<std::size_t> below;
    Index usable = 0;
    for (std::size_t i = 0; i < obstacles.size(); ++i) {
      if (!obstacles[i].empty()) continue;
      ++usable;
      if (!never_negative(panel[static_cast<Index>(i)].values)) below.push_back(i);
    }
    centred_ = static_cast<double>(below.size()) > kFewBelowZero * static_cast<double>(usable);
    if (!centred_) {
      for (const std::size_t i : below) {
        obstacles[i] = "goes below zero, which most series of the panel do not";
      }
    }
    for (std::size_t i = 0; i < obstacles.size(); ++i) {
      if (!obstacles[i].empty()) continue;
      const SeriesView series = trimmed(panel[static_cast<Index>(i)]);
      part.subjects.push_back({series, roughness_of(series.values)});
    }
    return part;
  }

  /// Why nothing can be learnt, or nothing.
  std::string learn_from(const LearningPanel& part, const TreesOptions& options) {
    if (part.subjects.empty()) return "no series can be learnt from";
    FeaturePlan plan = FeaturePlan::for_frequency(calendar_.frequency(), options.season);
    plan.centred = centred_;
    plan.covariates = plan_covariates(part.covariates);
    try {
      LearningOutcome outcome = learn(part, plan, options, options_);
      learnt_ = std::move(outcome.learnt);
      if (learnt_ == nullptr) return outcome.refusal;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unavailable) throw;
      return error.what();
    }
    for (LedgerRow& row : ledger_) {
      tell(row, sampling_note());
      tell(row, objective_note());
    }
    return "";
  }

  /// Of rows drawn, where not all were learnt from.
  std::string sampling_note() const {
    const json& report = learnt_->report;
    const auto rows = whole<std::int64_t>(report.at("rows"));
    const auto available = whole<std::int64_t>(report.at("rows_available"));
    const auto budget = whole<std::int64_t>(report.at("budget"));
    if (available <= budget) return "";
    return fmt::format("learnt from {} of {} rows, drawn to a budget of {}", rows, available,
                       budget);
  }

  /// Of an objective that was asked for and cannot be.
  std::string objective_note() const {
    const json& report = learnt_->report;
    if (!report.contains("objective_asked")) return "";
    return fmt::format("trained on {} errors, not {}: the panel goes below zero",
                       report.at("objective").get<std::string>(),
                       report.at("objective_asked").get<std::string>());
  }

  void fall_back(const SeriesView& series, std::size_t i, const std::string& reason) {
    entries_[i] = baseline_entry(series);
    mark_fallback(ledger_[i], reason);
  }

  Entry baseline_entry(const SeriesView& series) const {
    Entry entry;
    entry.end = series.end();
    entry.non_negative = never_negative(series.values);
    std::vector<double> values(series.values.begin(), series.values.end());
    for (double& value : values) {
      if (!std::isfinite(value)) value = std::numeric_limits<double>::quiet_NaN();
    }
    entry.fallback = fallback_->fit({calendar_, series.first, values}, options_).fitted;
    return entry;
  }

  void mark_fallback(LedgerRow& row, const std::string& reason) const {
    row.fallback = fallback_->name();
    row.interval_method = fallback_->interval_method();
    row.reason = reason;
    row.converged = false;
  }

  /// A series first seen in an update is forecast by the trees of the others, if it can be.
  void join(const SeriesView& whole, const Covariates& covariates) {
    const SeriesView series = trimmed(whole);
    LedgerRow row = describe(series);
    row.reason = "new since the last fit";
    std::string why = learnt_ == nullptr ? "nothing was learnt" : obstacle(series.values);
    if (why.empty() && !learnt_->plan().centred && !never_negative(series.values)) {
      why = "goes below zero, which most series of the panel do not";
    }
    if (why.empty()) {
      const LearningPanel part{calendar_, covariates, {}, 1};
      entries_.push_back(make_entry(part, {series, 0}, learnt_->plan()));
      tell(row, objective_note());
    } else {
      entries_.push_back(baseline_entry(series));
      mark_fallback(row, fmt::format("{}; {}", row.reason, why));
    }
    move_on(entries_.back(), whole, covariates, plan());
    ledger_.push_back(std::move(row));
  }

  /// The future columns of a series over the next steps, all known.
  CovariateRows ahead(std::size_t i, Index horizon, const Covariates& future) const {
    require_known(i, horizon, future);
    const Bucket end = entries_[i].end;
    return future_rows(learnt_->plan().covariates, future, ledger_[i].unique_id, end,
                       end + horizon);
  }

  PredictivePtr by_trees(std::size_t i, Index horizon, const Covariates& future) const {
    const FeaturePlan& plan = learnt_->plan();
    const Origin origin = entries_[i].origin();
    Eigen::VectorXd mean = JointForecaster(learnt_->forests, calendar_)
                               .path(origin, ahead(i, horizon, future), horizon);
    const double share = origin.history.zero_share(origin.end(), plan.spread_window);
    return pooled_predictive(std::move(mean), error_scale(plan, origin.history, origin.end()),
                             learnt_->errors.group(share));
  }

  /// Throws Error bad_data for the first value of a regressor that a forecast lacks.
  void require_known(std::size_t i, Index horizon, const Covariates& future) const {
    const Entry& entry = entries_[i];
    const std::vector<std::string>& names = learnt_->plan().covariates.future;
    const bool all = std::all_of(names.begin(), names.end(),
                                 [&](const std::string& name) { return future.has(name); });
    if (!all) return;  // future_rows names the column
    const auto unknown =
        future.first_unknown(ledger_[i].unique_id, names, entry.end, entry.end + horizon);
    if (!unknown) return;
    throw Error(ErrorCode::bad_data,
                fmt::format("the forecast of series '{}' needs regressor '{}' at {}, and it is not "
                            "known there; give its value at every step ahead",
                            ledger_[i].unique_id, unknown->name, calendar_.label(unknown->bucket)));
  }

  void restore_series(const json& row) {
    const bool is_fallback = row.at("fallback").get<bool>();
    Entry entry;
    if (is_fallback) {
      entry.fallback = fallback_->load(row.at("state"), calendar_);
    } else {
      if (learnt_ == nullptr) refuse_state(kModel, "learnt");
      entry = load_entry(row.at("state"), learnt_->plan(), calendar_);
    }
    entry.end = whole<Bucket>(row.at("end"));
    if (!calendar_.holds(entry.end)) refuse_state(kModel, "end");
    entry.non_negative = row.at("non_negative").get<bool>();
    LedgerRow ledger;
    ledger.unique_id = row.at("unique_id").get<std::string>();
    ledger.model = kModel;
    ledger.interval_method = kIntervals;
    ledger.rows_used = whole<Index>(row.at("rows_used"));
    ledger.gaps = whole<Index>(row.at("gaps"));
    ledger.reason = row.at("reason").get<std::string>();
    if (is_fallback) mark_fallback(ledger, ledger.reason);
    entries_.push_back(std::move(entry));
    ledger_.push_back(std::move(ledger));
  }

  void know_from(std::size_t first) {
    for (std::size_t i = first; i < ledger_.size(); ++i) known_.insert(ledger_[i].unique_id);
  }

  SeriesModelPtr fallback_;
  Calendar calendar_;
  FitOptions options_;
  bool centred_ = false;
  std::shared_ptr<const Learnt> learnt_;  ///< null where all series fell back
  std::vector<Entry> entries_;
  std::vector<LedgerRow> ledger_;          ///< as entries_
  std::unordered_set<std::string> known_;  ///< the unique_ids
};

}  // namespace

std::unique_ptr<Fitted> fit_trees(const Panel& panel, const Covariates& covariates,
                                  const TreesOptions& options, const FitOptions& fit,
                                  SeriesModelPtr fallback) {
  auto result = std::make_unique<FittedTrees>(std::move(fallback), panel.calendar(), fit);
  result->fit(panel, covariates, options);
  return result;
}

std::unique_ptr<Fitted> load_trees(const json& state, SeriesModelPtr fallback) {
  const auto version = whole_number(state, "version", 1, INT32_MAX);
  if (version > kStateVersion) {
    throw Error(ErrorCode::newer_version,
                fmt::format("the saved state of {} has format version {}, this program reads up "
                            "to {}; use a newer forecart or fit again",
                            kModel, version, kStateVersion));
  }
  auto result =
      std::make_unique<FittedTrees>(std::move(fallback), read_calendar(state), FitOptions{});
  result->restore(state);
  return result;
}

}  // namespace forecart::trees

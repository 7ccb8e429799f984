#include "models/global/fitted_global.h"

#include "base/error.h"
#include "base/parallel.h"
#include "base/work_clock.h"
#include "models/exported_network.h"
#include "models/saved_state.h"
#include "models/stability.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
/// Steps a state is moved on over at most; beyond it the dates are wrong.
constexpr Bucket kLongestGap = 100'000'000;

/// One series of a fitted panel: what was learnt forecasts it, or the baseline that stands in.
struct Entry {
  Bucket end = 0;
  bool non_negative = true;
  std::unique_ptr<FittedSeries> fallback;
  std::unique_ptr<GlobalSeries> own;  ///< exactly one of the two is there

  Entry clone() const {
    return {end, non_negative, fallback ? fallback->clone() : nullptr,
            own ? own->clone() : nullptr};
  }
};

void tell(LedgerRow& row, const std::string& note) {
  if (note.empty()) return;
  row.reason += row.reason.empty() ? note : "; " + note;
}

class FittedGlobal final : public Fitted {
 public:
  FittedGlobal(GlobalParts parts, Calendar calendar, FitOptions options)
      : parts_(std::move(parts)), calendar_(calendar), options_(std::move(options)) {}

  FittedGlobal(const FittedGlobal& other)
      : Fitted(other),
        parts_(other.parts_),
        calendar_(other.calendar_),
        options_(other.options_),
        learnt_(other.learnt_),
        ledger_(other.ledger_),
        known_(other.known_) {
    for (const Entry& entry : other.entries_) entries_.push_back(entry.clone());
  }
  FittedGlobal& operator=(const FittedGlobal&) = delete;

  void fit(const Panel& panel, const Covariates& covariates) {
    const double start = work_seconds();
    std::vector<std::string> obstacles = survey(panel);
    const std::string refusal = learn(panel, covariates, obstacles);
    entries_.resize(static_cast<std::size_t>(panel.size()));
    parallel_for(entries_.size(), options_.threads, [&](std::size_t i) {
      const SeriesView whole = panel[static_cast<Index>(i)];
      const SeriesView series = trimmed(whole);
      if (obstacles[i].empty()) obstacles[i] = refusal;
      if (obstacles[i].empty()) obstacles[i] = learnt_->obstacle(series);
      obstacles[i].empty() ? begin(entries_[i], series, covariates)
                           : fall_back(entries_[i], ledger_[i], series, obstacles[i]);
      move_on(entries_[i], whole, covariates);  // missing values at the end are history
    });
    distrust(panel, covariates);
    const double milliseconds = 1000 * (work_seconds() - start);
    for (LedgerRow& row : ledger_) {
      row.milliseconds = milliseconds / static_cast<double>(ledger_.size());
      if (row.fallback.empty() && learnt_ != nullptr) tell(row, learnt_->note());
    }
    options_.progress = &no_progress();
    options_.earlier = nullptr;
    know_from(0);
  }

  void restore(const json& state) {
    const json& learnt = state.at("learnt");
    if (!learnt.is_null()) learnt_ = parts_.method->load(learnt, calendar_);
    for (const json& row : state.at("series")) restore_series(row);
    know_from(0);
  }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    Forecast result{calendar_, horizon, {}};
    std::vector<PredictivePtr> own = learnt_forecasts(horizon, future);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      result.series.push_back({ledger_[i].unique_id, entries_[i].end, std::move(own[i])});
    }
    parallel_for(entries_.size(), options_.threads, [&](std::size_t i) {
      PredictivePtr& distribution = result.series[i].distribution;
      if (distribution == nullptr) distribution = entries_[i].fallback->forecast(horizon);
      if (entries_[i].non_negative) distribution = clamp_below(std::move(distribution), 0);
    });
    return result;
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<Components> result(entries_.size());
    parallel_for(entries_.size(), options_.threads, [&](std::size_t i) {
      const Entry& entry = entries_[i];
      result[i] = entry.own == nullptr ? entry.fallback->components(horizon)
                                       : learnt_->components(origin(i), horizon, future);
      if (!entry.non_negative) return;
      result[i].complete(kFloor, result[i].total().cwiseMax(0.0));
    });
    return result;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    const std::size_t before = entries_.size();
    parallel_for(before, options_.threads, [&](std::size_t i) {
      const Index at = recent.find(ledger_[i].unique_id);
      if (at >= 0) move_on(entries_[i], recent[at], covariates);
    });
    for (Index i = 0; i < recent.size(); ++i) {
      if (!known_.contains(recent.ids()[static_cast<std::size_t>(i)])) join(recent[i], covariates);
    }
    know_from(before);
  }

  std::unique_ptr<Fitted> clone() const override { return std::make_unique<FittedGlobal>(*this); }

  json save() const override {
    json rows = json::array();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      rows.push_back(
          {{"unique_id", ledger_[i].unique_id},
           {"end", entry.end},
           {"non_negative", entry.non_negative},
           {"fallback", entry.own == nullptr},
           {"reason", ledger_[i].reason},
           {"rows_used", ledger_[i].rows_used},
           {"gaps", ledger_[i].gaps},
           {"state", entry.own == nullptr ? entry.fallback->save() : entry.own->save()}});
    }
    return {{"model", parts_.method->name()},
            {"version", parts_.method->state_version()},
            {"frequency", calendar_.frequency().name()},
            {"zone", calendar_.zone().name()},
            {"learnt", learnt_ == nullptr ? json() : learnt_->save()},
            {"series", std::move(rows)}};
  }

  json explain(Index series) const override {
    const Entry& entry = entries_.at(static_cast<std::size_t>(series));
    return entry.own == nullptr ? entry.fallback->explain() : learnt_->explain();
  }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

  std::shared_ptr<const ExportedNetwork> export_network(
      const ExportRequest& request) const override {
    if (learnt_ == nullptr) return nullptr;
    std::vector<GlobalOrigin> shown;
    for (std::size_t i = 0; i < entries_.size() && shown.size() < request.most_shown; ++i) {
      if (entries_[i].own != nullptr) shown.push_back(origin(i));
    }
    return learnt_->export_network(parts_.method->name(), shown, request);
  }

 private:
  GlobalOrigin origin(std::size_t i) const {
    return {ledger_[i].unique_id, *entries_[i].own, entries_[i].end};
  }

  /// By what was learnt; nothing for a series that fell back.
  std::vector<PredictivePtr> learnt_forecasts(Index horizon, const Covariates& future) const {
    std::vector<std::size_t> places;
    std::vector<GlobalOrigin> origins;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].own == nullptr) continue;
      places.push_back(i);
      origins.push_back(origin(i));
    }
    std::vector<PredictivePtr> result(entries_.size());
    if (origins.empty()) return result;
    auto own = learnt_->forecast(origins, horizon, future, options_.threads);
    for (std::size_t k = 0; k < places.size(); ++k) result[places[k]] = std::move(own[k]);
    return result;
  }

  /// Series whose forecasts would not be stable fall back: errors that are pooled in units of the
  /// level may be far wider than what a series ever changed by. With covariates nobody can say yet,
  /// as a fit does not look ahead.
  void distrust(const Panel& panel, const Covariates& covariates) {
    if (!covariates.empty()) return;
    const std::vector<PredictivePtr> said = learnt_forecasts(options_.horizon, covariates);
    parallel_for(said.size(), options_.threads, [&](std::size_t i) {
      if (said[i] == nullptr) return;
      const SeriesView whole = panel[static_cast<Index>(i)];
      const SeriesView series = trimmed(whole);
      const std::string flaw = instability(*said[i], series.values);
      if (flaw.empty()) return;
      entries_[i].own = nullptr;
      fall_back(entries_[i], ledger_[i], series, flaw);
      move_on(entries_[i], whole, covariates);
    });
  }

  LedgerRow describe(const SeriesView& series) const {
    LedgerRow row;
    row.unique_id = series.id;
    row.model = parts_.method->name();
    row.interval_method = parts_.method->interval_method();
    for (const double y : series.values) std::isnan(y) ? ++row.gaps : ++row.rows_used;
    return row;
  }

  /// A ledger row for each series, and why nothing can be learnt from it.
  std::vector<std::string> survey(const Panel& panel) {
    std::vector<std::string> obstacles;
    for (Index i = 0; i < panel.size(); ++i) {
      const SeriesView series = trimmed(panel[i]);
      ledger_.push_back(describe(series));
      obstacles.push_back(nothing_to_learn(series.values));
    }
    return obstacles;
  }

  /// What the earlier fit of this model learnt, or nothing.
  const GlobalLearnt* earlier() const {
    const auto* const same = dynamic_cast<const FittedGlobal*>(options_.earlier);
    const bool fits = same != nullptr && same->parts_.method->name() == parts_.method->name();
    return fits ? same->learnt_.get() : nullptr;
  }

  /// Why nothing was learnt, or nothing.
  std::string learn(const Panel& panel, const Covariates& covariates,
                    const std::vector<std::string>& obstacles) {
    GlobalPanel part{calendar_, covariates, {}, earlier()};
    for (std::size_t i = 0; i < obstacles.size(); ++i) {
      if (obstacles[i].empty()) part.series.push_back(trimmed(panel[static_cast<Index>(i)]));
    }
    if (part.series.empty()) return "no series can be learnt from";
    GlobalOutcome outcome = parts_.method->learn(part, options_);
    learnt_ = std::move(outcome.learnt);
    return learnt_ == nullptr ? outcome.refusal : "";
  }

  void begin(Entry& entry, const SeriesView& series, const Covariates& covariates) const {
    entry.end = series.end();
    entry.non_negative = never_negative(series.values);
    entry.own = learnt_->begin(series, covariates);
  }

  void fall_back(Entry& entry, LedgerRow& row, const SeriesView& series,
                 const std::string& reason) const {
    entry.end = series.end();
    entry.non_negative = never_negative(series.values);
    std::vector<double> values(series.values.begin(), series.values.end());
    for (double& value : values) {
      if (!std::isfinite(value)) value = kUnknown;
    }
    entry.fallback = parts_.fallback->fit({calendar_, series.first, values}, options_).fitted;
    mark_fallback(row, reason);
  }

  void mark_fallback(LedgerRow& row, const std::string& reason) const {
    row.fallback = parts_.fallback->name();
    row.interval_method = parts_.fallback->interval_method();
    row.reason = reason;
    row.converged = false;
  }

  /// A series first seen in an update is forecast by what the others taught, if it can be.
  void join(const SeriesView& whole, const Covariates& covariates) {
    const SeriesView series = trimmed(whole);
    LedgerRow row = describe(series);
    row.reason = "new since the last fit";
    std::string why = learnt_ == nullptr ? "nothing was learnt" : nothing_to_learn(series.values);
    if (why.empty()) why = learnt_->obstacle(series);
    entries_.emplace_back();
    if (why.empty()) {
      begin(entries_.back(), series, covariates);
      tell(row, learnt_->note());
    } else {
      fall_back(entries_.back(), row, series, fmt::format("{}; {}", row.reason, why));
    }
    move_on(entries_.back(), whole, covariates);
    ledger_.push_back(std::move(row));
  }

  /// Feeds what follows the entry's end; a gap before `recent` counts as missing.
  void move_on(Entry& entry, const SeriesView& recent, const Covariates& covariates) const {
    if (recent.end() <= entry.end) return;
    if (recent.end() - entry.end > kLongestGap) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("series '{}' ends {} steps after what the model knows, more than {}; "
                              "fit it again or check the last ds",
                              recent.id, recent.end() - entry.end, kLongestGap));
    }
    entry.non_negative = entry.non_negative && never_negative(recent.values);
    if (entry.own != nullptr) {
      // of a gap longer than all that is looked back over, only the end matters
      entry.own->move_on(recent, std::max(entry.end, recent.end() - learnt_->lookback()),
                         covariates);
    } else {
      std::vector<double> values;
      for (Bucket bucket = entry.end; bucket < recent.end(); ++bucket) {
        values.push_back(value_at(recent, bucket));
      }
      entry.fallback->update(values);
    }
    entry.end = recent.end();
  }

  void restore_series(const json& row) {
    const std::string name = parts_.method->name();
    Entry entry;
    if (row.at("fallback").get<bool>()) {
      entry.fallback = parts_.fallback->load(row.at("state"), calendar_);
    } else {
      if (learnt_ == nullptr) refuse_state(name, "learnt");
      entry.own = learnt_->load_series(row.at("state"));
    }
    entry.end = whole<Bucket>(row.at("end"));
    if (!calendar_.holds(entry.end)) refuse_state(name, "end");
    entry.non_negative = row.at("non_negative").get<bool>();
    LedgerRow ledger;
    ledger.unique_id = row.at("unique_id").get<std::string>();
    ledger.model = name;
    ledger.interval_method = parts_.method->interval_method();
    ledger.rows_used = whole<Index>(row.at("rows_used"));
    ledger.gaps = whole<Index>(row.at("gaps"));
    ledger.reason = row.at("reason").get<std::string>();
    if (entry.own == nullptr) mark_fallback(ledger, ledger.reason);
    entries_.push_back(std::move(entry));
    ledger_.push_back(std::move(ledger));
  }

  void know_from(std::size_t first) {
    for (std::size_t i = first; i < ledger_.size(); ++i) known_.insert(ledger_[i].unique_id);
  }

  GlobalParts parts_;
  Calendar calendar_;
  FitOptions options_;
  std::shared_ptr<const GlobalLearnt> learnt_;  ///< null where all series fell back
  std::vector<Entry> entries_;
  std::vector<LedgerRow> ledger_;          ///< as entries_
  std::unordered_set<std::string> known_;  ///< the unique_ids
};

}  // namespace

std::unique_ptr<Fitted> fit_global(const GlobalParts& parts, const Panel& panel,
                                   const Covariates& covariates, const FitOptions& options) {
  auto result = std::make_unique<FittedGlobal>(parts, panel.calendar(), options);
  result->fit(panel, covariates);
  return result;
}

std::unique_ptr<Fitted> load_global(const GlobalParts& parts, const json& state) {
  check_version(parts.method->name(), state, parts.method->state_version());
  auto result = std::make_unique<FittedGlobal>(parts, read_calendar(state), FitOptions{});
  result->restore(state);
  return result;
}

}  // namespace forecart

#include "base/error.h"
#include "base/parallel.h"
#include "models/saved_state.h"
#include "models/series_model.h"
#include "models/stability.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

/// Steps a state is moved on over at most; beyond it the dates are wrong.
constexpr Bucket kLongestGap = 100'000'000;

/// One series of a fitted panel: where its data end, who forecasts it, and whether it may go below
/// zero.
struct Entry {
  Bucket end = 0;
  bool non_negative = true;
  bool is_fallback = false;
  std::unique_ptr<FittedSeries> fitted;
};

bool never_negative(std::span<const double> values) {
  for (const double y : values) {
    if (y < 0) return false;
  }
  return true;
}

/// Columns that a fitted model needs, of one series.
class SeriesCovariates {
 public:
  SeriesCovariates(const Covariates& all, std::string_view id) : all_(all), id_(id) {}

  /// What is known ahead, over the history that a model is fitted to; none where the model uses
  /// none.
  Regressors history(const SeriesModel& model, const SeriesView& series) const {
    if (!model.uses_regressors()) return {};
    const std::vector<std::string> names = all_.future_names();
    return names.empty() ? Regressors{} : all_.of(id_, names, series.first, series.end());
  }

  /// Of buckets [from, to) that a fitted model moves on over. Throws Error bad_data where a column
  /// is not there at all.
  Regressors beside(const std::vector<std::string>& needs, Bucket from, Bucket to) const {
    if (needs.empty()) return {};
    for (const std::string& name : needs) {
      if (!all_.has(name)) refuse(name);
    }
    return all_.of(id_, needs, from, to);
  }

  /// The same for a forecast, which needs every value. Throws Error bad_data naming the first that
  /// is unknown.
  Regressors future(const std::vector<std::string>& needs, Bucket from, Bucket to,
                    const Calendar& calendar) const {
    if (needs.empty()) return {};
    const auto unknown = all_.first_unknown(id_, needs, from, to);
    if (!unknown) return all_.of(id_, needs, from, to);
    throw Error(ErrorCode::bad_data,
                fmt::format("the forecast of series '{}' needs regressor '{}' at {}, and it is not "
                            "known there; give its value at every step ahead",
                            id_, unknown->name, calendar.label(unknown->bucket)));
  }

 private:
  [[noreturn]] void refuse(const std::string& name) const {
    throw Error(ErrorCode::bad_data,
                fmt::format("the model of series '{}' was fitted with regressor '{}', which is not "
                            "among those given; give its values",
                            id_, name));
  }

  const Covariates& all_;
  std::string_view id_;
};

/// Stands for the steps ahead where only stability matters: the last row, unknown values as 0.
Regressors next_like_last(const Regressors& history, const std::vector<std::string>& needs,
                          Eigen::Index horizon) {
  Regressors next{needs, Eigen::MatrixXd::Zero(horizon, std::ssize(needs))};
  for (std::size_t i = 0; i < needs.size(); ++i) {
    const auto at = std::find(history.names.begin(), history.names.end(), needs[i]);
    const double last = history.values(history.values.rows() - 1, at - history.names.begin());
    if (std::isfinite(last)) next.values.col(static_cast<Eigen::Index>(i)).setConstant(last);
  }
  return next;
}

/// Fits one series or falls back; always gives an entry and a ledger row.
class EntryFitter {
 public:
  EntryFitter(const SeriesModel& model, const SeriesModel& fallback, const Calendar& calendar,
              const FitOptions& options)
      : model_(model), fallback_(fallback), calendar_(calendar), options_(options) {}

  /// With `earlier`, an entry of the same model and series, its structure stays.
  std::pair<Entry, LedgerRow> fit(const SeriesView& whole, const Covariates& covariates,
                                  const Entry* earlier = nullptr) const {
    const auto start = Clock::now();
    const SeriesView series = trimmed(whole);
    LedgerRow row = describe(whole, series);
    const SeriesCovariates beside(covariates, whole.id);
    const SeriesInput input{calendar_, series.first, series.values, beside.history(model_, series)};
    Entry entry;
    entry.end = series.end();
    entry.non_negative = never_negative(series.values);
    const bool has_structure = earlier != nullptr && !earlier->is_fallback;
    SeriesFit fit = try_fit(input, has_structure ? earlier->fitted.get() : nullptr);
    row.reason = fit.reason;
    row.converged = fit.converged;
    if (fit.fitted == nullptr)
      fall_back(input, entry, row);
    else
      entry.fitted = std::move(fit.fitted);
    move_on(entry, whole, covariates);  // missing values at the end are part of the history
    row.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    return {std::move(entry), std::move(row)};
  }

  /// Feeds what follows the entry's end; a gap before `recent` counts as missing.
  static void move_on(Entry& entry, const SeriesView& recent, const Covariates& covariates) {
    if (recent.end() <= entry.end) return;
    if (recent.end() - entry.end > kLongestGap) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("series '{}' ends {} steps after what the model knows, more than {}; "
                              "fit it again or check the last ds",
                              recent.id, recent.end() - entry.end, kLongestGap));
    }
    std::vector<double> values(static_cast<std::size_t>(recent.end() - entry.end),
                               std::numeric_limits<double>::quiet_NaN());
    for (Bucket bucket = std::max(recent.first, entry.end); bucket < recent.end(); ++bucket) {
      values[static_cast<std::size_t>(bucket - entry.end)] =
          recent.values[static_cast<std::size_t>(bucket - recent.first)];
    }
    entry.non_negative = entry.non_negative && never_negative(values);
    const SeriesCovariates beside(covariates, recent.id);
    entry.fitted->update(values, beside.beside(entry.fitted->needs(), entry.end, recent.end()));
    entry.end = recent.end();
  }

 private:
  LedgerRow describe(const SeriesView& whole, const SeriesView& series) const {
    LedgerRow row;
    row.unique_id = whole.id;
    row.model = model_.name();
    row.interval_method = model_.interval_method();
    for (const double y : series.values) std::isnan(y) ? ++row.gaps : ++row.rows_used;
    return row;
  }

  SeriesFit try_fit(const SeriesInput& input, const FittedSeries* earlier) const {
    if (input.values.empty()) return {nullptr, "no values", false};
    SeriesFit fit =
        earlier != nullptr ? model_.refit(input, *earlier, options_) : model_.fit(input, options_);
    if (fit.fitted == nullptr) return fit;
    const Regressors next = next_like_last(input.regressors, fit.fitted->needs(), options_.horizon);
    std::string flaw = instability(*fit.fitted, input.values, options_.horizon, next);
    if (!flaw.empty()) return {nullptr, std::move(flaw), false};
    return fit;
  }

  void fall_back(const SeriesInput& input, Entry& entry, LedgerRow& row) const {
    entry.fitted = fallback_.fit(input, options_).fitted;
    entry.is_fallback = true;
    row.fallback = fallback_.name();
    row.interval_method = fallback_.interval_method();
    row.converged = false;
  }

  const SeriesModel& model_;
  const SeriesModel& fallback_;
  const Calendar& calendar_;
  const FitOptions& options_;
};

class PerSeriesFitted final : public Fitted {
 public:
  PerSeriesFitted(SeriesModelPtr model, SeriesModelPtr fallback, Calendar calendar)
      : model_(std::move(model)), fallback_(std::move(fallback)), calendar_(calendar) {}

  PerSeriesFitted(const PerSeriesFitted& other)
      : Fitted(other),
        model_(other.model_),
        fallback_(other.fallback_),
        calendar_(other.calendar_),
        options_(other.options_),
        ledger_(other.ledger_),
        known_(other.known_) {
    for (const Entry& entry : other.entries_) {
      entries_.push_back({entry.end, entry.non_negative, entry.is_fallback, entry.fitted->clone()});
    }
  }
  PerSeriesFitted& operator=(const PerSeriesFitted&) = delete;

  void fit(const Panel& panel, const Covariates& covariates, const FitOptions& options) {
    options_ = options;
    entries_.resize(static_cast<std::size_t>(panel.size()));
    ledger_.resize(entries_.size());
    parallel_for(entries_.size(), options.threads, [&](std::size_t i) {
      std::tie(entries_[i], ledger_[i]) =
          fitter(*model_).fit(panel[static_cast<Eigen::Index>(i)], covariates);
    });
    forget_the_task();
    know_from(0);
  }

  /// Fits those series again that `decisions` say, by series of the panel, with `model`.
  void refit(SeriesModelPtr model, SeriesModelPtr fallback,
             const std::vector<Retraining>& decisions, const FitTask& task) {
    model_ = std::move(model);  // what a state was loaded with may have other options
    fallback_ = std::move(fallback);
    options_ = task.options;
    std::unordered_map<std::string, std::size_t> rows;
    for (std::size_t i = 0; i < ledger_.size(); ++i) rows.emplace(ledger_[i].unique_id, i);
    parallel_for(decisions.size(), options_.threads, [&](std::size_t i) {
      if (decisions[i] == Retraining::move_on && !model_->ages_quickly()) return;
      const SeriesView series = task.panel[static_cast<Eigen::Index>(i)];
      const std::size_t row = rows.at(std::string(series.id));
      const bool keeps_structure = decisions[i] != Retraining::select_anew;
      std::tie(entries_[row], ledger_[row]) =
          fitter(*model_).fit(series, task.covariates, keeps_structure ? &entries_[row] : nullptr);
    });
    forget_the_task();
  }

  void restore(const json& state) {
    for (const json& row : state.at("series")) {
      const bool is_fallback = row.at("fallback").get<bool>();
      const SeriesModel& model = is_fallback ? *fallback_ : *model_;
      const auto end = whole<Bucket>(row.at("end"));
      if (!calendar_.holds(end)) refuse_state(model_->name(), "end");
      entries_.push_back({end, row.at("non_negative").get<bool>(), is_fallback,
                          model.load(row.at("state"), calendar_)});
      LedgerRow ledger;
      ledger.unique_id = row.at("unique_id").get<std::string>();
      ledger.model = model_->name();
      ledger.fallback = is_fallback ? fallback_->name() : "";
      ledger.reason = row.at("reason").get<std::string>();
      ledger.interval_method = model.interval_method();
      ledger.rows_used = whole<Eigen::Index>(row.at("rows_used"));
      ledger.gaps = whole<Eigen::Index>(row.at("gaps"));
      ledger.converged = row.at("converged").get<bool>();
      ledger_.push_back(std::move(ledger));
    }
    know_from(0);
  }

  Forecast forecast(Eigen::Index horizon, const Covariates& future) const override {
    Forecast result{calendar_, horizon, {}};
    result.series.resize(entries_.size());
    parallel_for(entries_.size(), options_.threads, [&](std::size_t i) {
      const Entry& entry = entries_[i];
      PredictivePtr distribution = entry.fitted->forecast(horizon, beside(i, horizon, future));
      if (entry.non_negative) distribution = clamp_below(std::move(distribution), 0);
      result.series[i] = {ledger_[i].unique_id, entry.end, std::move(distribution)};
    });
    return result;
  }

  std::vector<Components> components(Eigen::Index horizon,
                                     const Covariates& future) const override {
    std::vector<Components> result(entries_.size());
    parallel_for(entries_.size(), options_.threads, [&](std::size_t i) {
      const Entry& entry = entries_[i];
      result[i] = entry.fitted->components(horizon, beside(i, horizon, future));
      if (!entry.non_negative) return;
      result[i].complete(kFloor, result[i].total().cwiseMax(0.0));
    });
    return result;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    const std::size_t before = entries_.size();
    parallel_for(before, options_.threads, [&](std::size_t i) {
      const Eigen::Index at = recent.find(ledger_[i].unique_id);
      if (at >= 0) EntryFitter::move_on(entries_[i], recent[at], covariates);
    });
    for (Eigen::Index i = 0; i < recent.size(); ++i) {
      if (!known_.contains(recent.ids()[static_cast<std::size_t>(i)])) join(recent[i]);
    }
    know_from(before);
  }

  std::unique_ptr<Fitted> clone() const override {
    return std::make_unique<PerSeriesFitted>(*this);
  }

  json save() const override {
    json rows = json::array();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      rows.push_back({{"unique_id", ledger_[i].unique_id},
                      {"end", entries_[i].end},
                      {"non_negative", entries_[i].non_negative},
                      {"fallback", entries_[i].is_fallback},
                      {"reason", ledger_[i].reason},
                      {"rows_used", ledger_[i].rows_used},
                      {"gaps", ledger_[i].gaps},
                      {"converged", ledger_[i].converged},
                      {"state", entries_[i].fitted->save()}});
    }
    return {{"model", model_->name()},
            {"frequency", calendar_.frequency().name()},
            {"zone", calendar_.zone().name()},
            {"series", std::move(rows)}};
  }

  json explain(Eigen::Index series) const override {
    return entries_.at(static_cast<std::size_t>(series)).fitted->explain();
  }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

 private:
  /// What lives only as long as a fit.
  void forget_the_task() {
    options_.progress = &no_progress();
    options_.earlier = nullptr;
  }

  EntryFitter fitter(const SeriesModel& model) const {
    return {model, *fallback_, calendar_, options_};
  }

  /// What the series' model needs to know of its next steps.
  Regressors beside(std::size_t series, Eigen::Index horizon, const Covariates& future) const {
    const Entry& entry = entries_[series];
    return SeriesCovariates(future, ledger_[series].unique_id)
        .future(entry.fitted->needs(), entry.end, entry.end + horizon, calendar_);
  }

  /// Notes the ids from row `first` on as known.
  void know_from(std::size_t first) {
    for (std::size_t i = first; i < ledger_.size(); ++i) known_.insert(ledger_[i].unique_id);
  }

  /// A series first seen in an update is forecast by the baseline until the next fit.
  void join(const SeriesView& series) {
    auto [entry, row] = fitter(*fallback_).fit(series, {});
    entry.is_fallback = true;
    row.model = model_->name();
    row.fallback = fallback_->name();
    row.reason = "new since the last fit";
    entries_.push_back(std::move(entry));
    ledger_.push_back(std::move(row));
  }

  SeriesModelPtr model_;
  SeriesModelPtr fallback_;
  Calendar calendar_;
  FitOptions options_;
  std::vector<Entry> entries_;
  std::vector<LedgerRow> ledger_;          // as entries_
  std::unordered_set<std::string> known_;  // the unique_ids
};

class PerSeries final : public Model {
 public:
  PerSeries(SeriesModelPtr model, SeriesModelPtr fallback)
      : model_(std::move(model)), fallback_(std::move(fallback)) {}

  std::string name() const override { return model_->name(); }
  bool ages_quickly() const override { return model_->ages_quickly(); }
  bool uses_covariates() const override { return model_->uses_regressors(); }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    auto result = std::make_unique<PerSeriesFitted>(model_, fallback_, panel.calendar());
    result->fit(panel, covariates, options);
    return result;
  }

  std::unique_ptr<Fitted> refit(const Fitted& kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    const auto* const same = dynamic_cast<const PerSeriesFitted*>(&kept);
    if (same == nullptr) return fit(task.panel, task.covariates, task.options);
    auto result = std::make_unique<PerSeriesFitted>(*same);
    result->refit(model_, fallback_, decisions, task);
    return result;
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return read_state(name(), [&] { return restore(state); });
  }

 private:
  std::unique_ptr<Fitted> restore(const json& state) const {
    auto result = std::make_unique<PerSeriesFitted>(model_, fallback_, read_calendar(state));
    result->restore(state);
    return result;
  }

  SeriesModelPtr model_;
  SeriesModelPtr fallback_;
};

}  // namespace

ModelPtr per_series(SeriesModelPtr model, SeriesModelPtr fallback) {
  return std::make_shared<PerSeries>(std::move(model), std::move(fallback));
}

}  // namespace forecart

#include "base/interruption.h"
#include "base/parallel.h"
#include "models/fit_pieces.h"
#include "models/saved_state.h"
#include "models/series_entry.h"
#include "models/series_model.h"
#include "models/state_shelf.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// Between two times that fits are kept: who fits a share may end at any moment.
constexpr std::chrono::seconds kKeepEvery{10};

/// The pieces of one fit, by series of its panel: those that are there, and those that are made.
/// Safe for several threads, each with series of its own.
class SharedSeries {
 public:
  /// Nothing is shared without `options.pieces`, or a recipe.
  SharedSeries(const std::string& recipe, const Panel& panel, const FitOptions& options)
      : pieces_(recipe.empty() ? nullptr : options.pieces) {
    if (pieces_ == nullptr) return;
    fit_ = name_of_fit(recipe, panel, options);
    found_ = pieces_->find(fit_);
  }

  /// Nothing where it is not there, or cannot be read.
  std::optional<json> find(const SeriesView& series, const Covariates& beside) const {
    if (pieces_ == nullptr) return std::nullopt;
    const auto found = found_.find(name_of_piece(series, beside));
    if (found == found_.end()) return std::nullopt;
    json row = json::from_cbor(found->second, true, false);
    return row.is_object() ? std::optional(std::move(row)) : std::nullopt;
  }

  /// What was fitted to a series as it was not found; kept now and then.
  template <class Row>
  void made(const SeriesView& series, const Covariates& beside, const Row& row) {
    if (pieces_ == nullptr) return;
    const std::vector<std::uint8_t> bytes = json::to_cbor(row());
    const bool is_time = add(name_of_piece(series, beside), {bytes.begin(), bytes.end()});
    if (is_time) keep();
  }

  /// What is not kept yet.
  void keep() {
    Pieces fresh;
    {
      const std::lock_guard lock(mutex_);
      fresh = std::exchange(made_, {});
      kept_ = Clock::now();
    }
    if (!fresh.empty()) pieces_->keep(fit_, fresh);
  }

 private:
  using Clock = std::chrono::steady_clock;

  bool add(std::string name, std::string bytes) {
    const std::lock_guard lock(mutex_);
    made_.emplace(std::move(name), std::move(bytes));
    return Clock::now() - kept_ > kKeepEvery;
  }

  FitPieces* pieces_;
  std::string fit_;
  Pieces found_;
  std::mutex mutex_;
  Pieces made_;
  Clock::time_point kept_ = Clock::now();
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
    for (const SeriesEntry& entry : other.entries_) entries_.push_back(entry.clone());
  }
  PerSeriesFitted& operator=(const PerSeriesFitted&) = delete;

  void fit(const std::string& recipe, const Panel& panel, const Covariates& covariates,
           const FitOptions& options) {
    options_ = options;
    entries_.resize(static_cast<std::size_t>(panel.size()));
    ledger_.resize(entries_.size());
    SharedSeries shared(recipe, panel, options);
    const Covariates beside = model_->uses_regressors() ? covariates : Covariates{};
    const auto fit_or_take = [&](std::size_t i) {
      const SeriesView series = panel[static_cast<Eigen::Index>(i)];
      const auto known = shared.find(series, beside);
      if (known && take(*known, i)) return;
      std::tie(entries_[i], ledger_[i]) = fitter(*model_).fit(series, covariates);
      shared.made(series, beside, [&] { return save_piece(i); });
    };
    try {
      parallel_for(entries_.size(), options.threads, fit_or_take);
    } catch (const Interrupted&) {
      shared.keep();  // for whoever goes on
      throw;
    }
    shared.keep();
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

  void restore(const json& state, const StateShelf& shelf) {
    shelf.each(state.at("series"), [this](const std::string&, const json& row) {
      auto [entry, ledger] = read_row(row);
      entries_.push_back(std::move(entry));
      ledger_.push_back(std::move(ledger));
    });
    know_from(0);
  }

  Forecast forecast(Eigen::Index horizon, const Covariates& future) const override {
    Forecast result{calendar_, horizon, {}};
    result.series.resize(entries_.size());
    parallel_for(entries_.size(), options_.threads, [&](std::size_t i) {
      const SeriesEntry& entry = entries_[i];
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
      const SeriesEntry& entry = entries_[i];
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
      if (at >= 0) move_on(entries_[i], recent[at], covariates);
    });
    for (Eigen::Index i = 0; i < recent.size(); ++i) {
      if (!known_.contains(recent.ids()[static_cast<std::size_t>(i)])) join(recent[i]);
    }
    know_from(before);
  }

  std::unique_ptr<Fitted> clone() const override {
    return std::make_unique<PerSeriesFitted>(*this);
  }

  /// See the function restarted.
  RestartedPanel restarted(const Panel& panel) const {
    std::unordered_map<std::string_view, std::size_t> rows;
    for (std::size_t i = 0; i < ledger_.size(); ++i) rows.emplace(ledger_[i].unique_id, i);
    auto whole = std::make_unique<PerSeriesFitted>(model_, fallback_, calendar_);
    whole->options_ = options_;
    RestartedPanel result;
    for (Eigen::Index i = 0; i < panel.size(); ++i) {
      const std::size_t row = rows.at(panel[i].id);
      const SeriesEntry& known = entries_[row];
      Restart own = known.is_fallback ? Restart{} : known.fitted->restarted();
      const bool stays = own.fitted == nullptr;
      result.warm_up.push_back(stays ? -1 : own.warm_up);
      whole->ledger_.push_back(ledger_[row]);
      whole->entries_.push_back(stays ? known.clone()
                                      : SeriesEntry{trimmed(panel[i]).first, known.non_negative,
                                                    false, std::move(own.fitted)});
    }
    whole->know_from(0);
    result.fitted = std::move(whole);
    return result;
  }

  json save() const override {
    StateShelf whole;
    return save_parts(whole);
  }

  json save_parts(StateShelf& shelf) const override {
    std::size_t next = 0;
    json rows = shelf.put_list(entries_.size(), [&] { return save_row(next++); });
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
  json save_row(std::size_t i) const {
    json row{{"unique_id", ledger_[i].unique_id},
             {"end", entries_[i].end},
             {"non_negative", entries_[i].non_negative},
             {"fallback", entries_[i].is_fallback},
             {"reason", ledger_[i].reason},
             {"rows_used", ledger_[i].rows_used},
             {"gaps", ledger_[i].gaps},
             {"converged", ledger_[i].converged},
             {"state", entries_[i].fitted->save()}};
    if (entries_[i].is_last_resort) row["last_resort"] = true;
    return row;
  }

  json save_piece(std::size_t i) const {
    json row = save_row(i);
    row["milliseconds"] = ledger_[i].milliseconds;
    return row;
  }

  /// Restores a series from what save_piece gave; false where that cannot be read.
  bool take(const json& piece, std::size_t i) {
    try {
      std::tie(entries_[i], ledger_[i]) = read_row(piece);
      ledger_[i].milliseconds = piece.at("milliseconds").get<double>();
      return true;
    } catch (const std::exception&) {  // then it is fitted
      return false;
    }
  }

  std::pair<SeriesEntry, LedgerRow> read_row(const json& row) const {
    const bool is_fallback = row.at("fallback").get<bool>();
    const bool is_last_resort = row.value("last_resort", false);
    const SeriesModel& fallback = is_last_resort ? last_resort() : *fallback_;
    const SeriesModel& model = is_fallback ? fallback : *model_;
    const auto end = whole<Bucket>(row.at("end"));
    if (!calendar_.holds(end)) refuse_state(model_->name(), "end");
    SeriesEntry entry{end, row.at("non_negative").get<bool>(), is_fallback,
                      model.load(row.at("state"), calendar_), is_last_resort};
    LedgerRow ledger;
    ledger.unique_id = row.at("unique_id").get<std::string>();
    ledger.model = model_->name();
    ledger.fallback = is_fallback ? fallback.name() : "";
    ledger.reason = row.at("reason").get<std::string>();
    ledger.interval_method = model.interval_method();
    ledger.rows_used = whole<Eigen::Index>(row.at("rows_used"));
    ledger.gaps = whole<Eigen::Index>(row.at("gaps"));
    ledger.converged = row.at("converged").get<bool>();
    return {std::move(entry), std::move(ledger)};
  }

  /// What lives only as long as a fit.
  void forget_the_task() {
    options_.progress = &no_progress();
    options_.earlier = nullptr;
    options_.pieces = nullptr;
  }

  EntryFitter fitter(const SeriesModel& model) const {
    return {model, *fallback_, calendar_, options_};
  }

  /// What the series' model needs to know of its next steps.
  Regressors beside(std::size_t series, Eigen::Index horizon, const Covariates& future) const {
    return regressors_ahead(future, ledger_[series].unique_id, entries_[series], horizon,
                            calendar_);
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
    if (row.fallback.empty()) row.fallback = fallback_->name();
    row.reason = "new since the last fit";
    entries_.push_back(std::move(entry));
    ledger_.push_back(std::move(row));
  }

  SeriesModelPtr model_;
  SeriesModelPtr fallback_;
  Calendar calendar_;
  FitOptions options_;
  std::vector<SeriesEntry> entries_;
  std::vector<LedgerRow> ledger_;          // as entries_
  std::unordered_set<std::string> known_;  // the unique_ids
};

class PerSeries final : public Model {
 public:
  PerSeries(SeriesModelPtr model, SeriesModelPtr fallback, std::string recipe)
      : model_(std::move(model)), fallback_(std::move(fallback)), recipe_(std::move(recipe)) {}

  std::string name() const override { return model_->name(); }
  bool ages_quickly() const override { return model_->ages_quickly(); }
  bool uses_covariates() const override { return model_->uses_regressors(); }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    auto result = std::make_unique<PerSeriesFitted>(model_, fallback_, panel.calendar());
    result->fit(recipe_, panel, covariates, options);
    return result;
  }

  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    auto* const same = dynamic_cast<PerSeriesFitted*>(kept.get());
    if (same == nullptr) {
      return fit(in_order_of(*kept, task.panel), task.covariates, task.options);
    }
    same->refit(model_, fallback_, decisions, task);
    return kept;
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return load_parts(state, StateShelf());
  }

  std::unique_ptr<Fitted> load_parts(const json& state, const StateShelf& shelf) const override {
    return read_state(name(), [&] {
      auto result = std::make_unique<PerSeriesFitted>(model_, fallback_, read_calendar(state));
      result->restore(state, shelf);
      return result;
    });
  }

 private:
  SeriesModelPtr model_;
  SeriesModelPtr fallback_;
  std::string recipe_;
};

}  // namespace

RestartedPanel restarted(const Fitted& fitted, const Panel& panel) {
  const auto* const own = dynamic_cast<const PerSeriesFitted*>(&fitted);
  return own == nullptr ? RestartedPanel{} : own->restarted(panel);
}

ModelPtr per_series(SeriesModelPtr model, SeriesModelPtr fallback, std::string recipe) {
  return std::make_shared<PerSeries>(std::move(model), std::move(fallback), std::move(recipe));
}

}  // namespace forecart

#include "evaluation/item_life.h"

#include "evaluation/model_around.h"
#include "models/saved_state.h"
#include "models/state_shelf.h"
#include "series/sales_rhythm.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;
using Rhythms = std::map<std::string, SalesRhythm, std::less<>>;  // by unique_id

/// Steps of a silence at most; beyond it a state is damaged.
constexpr Index kLongest = 100'000'000;
/// How the ledger row of a series that has ended begins; the label of its last sale follows.
constexpr std::string_view kEnded = "ended: last sale ";
/// Series that a note names.
constexpr std::size_t kShown = 5;

json to_json(const std::string& id, const SalesRhythm& rhythm) {
  json latest = json::array();
  for (const Sale& sale : rhythm.latest) latest.push_back({sale.interval, sale.amount});
  return {{"unique_id", id},          {"latest", std::move(latest)}, {"has_sold", rhythm.has_sold},
          {"last", rhythm.last},      {"end", rhythm.end.value()},   {"silent", rhythm.silent},
          {"longest", rhythm.longest}};
}

/// Throws Error bad_data for a bucket that the calendar does not hold.
Bucket read_bucket(const json& state, const char* key, const Calendar& calendar) {
  const auto bucket = whole<Bucket>(state.at(key));
  if (!calendar.holds(bucket)) refuse_state("endings", key);
  return bucket;
}

SalesRhythm read_rhythm(const json& state, const Calendar& calendar) {
  SalesRhythm rhythm;
  for (const json& sale : state.at("latest")) {
    const auto interval = whole<Index>(sale.at(0));
    const auto amount = sale.at(1).get<double>();
    if (interval < 1 || interval > kLongest || !std::isfinite(amount))
      refuse_state("endings", "latest");
    rhythm.latest.push_back({interval, amount});
  }
  if (rhythm.latest.size() > SalesRhythm::kRemembered) refuse_state("endings", "latest");
  rhythm.has_sold = state.at("has_sold").get<bool>();
  rhythm.last = read_bucket(state, "last", calendar);
  rhythm.end = read_bucket(state, "end", calendar);
  rhythm.silent = whole_number(state, "silent", 0, kLongest);
  rhythm.longest = whole_number(state, "longest", 0, kLongest);
  return rhythm;
}

class EndingFitted final : public FittedAround {
 public:
  EndingFitted(std::unique_ptr<Fitted> inner, Calendar calendar, Index horizon)
      : FittedAround(std::move(inner)), calendar_(calendar), horizon_(horizon) {}

  void watch(const Panel& panel) {
    for (Index i = 0; i < panel.size(); ++i) {
      const SeriesView series = panel[i];
      if (!series.values.empty()) rhythms_[std::string(series.id)].move_on(series);
    }
    forget_ledger();
  }

  /// From the first value on, of series whose history may have changed.
  void watch_again(const Panel& panel) {
    for (const std::string& id : panel.ids()) rhythms_.erase(id);
    watch(panel);
  }

  void restore(const json& rhythms, const StateShelf& shelf) {
    shelf.each(rhythms, [this](const std::string&, const json& row) {
      rhythms_[row.at("unique_id").get<std::string>()] = read_rhythm(row, calendar_);
    });
    forget_ledger();
  }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    Forecast result = inner().forecast(horizon, future);
    for (SeriesForecast& series : result.series) {
      const SalesRhythm* const ended = ending_of(series.id);
      if (ended != nullptr) series.distribution = after_the_end(*ended, horizon);
    }
    return result;
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<Components> parts = inner().components(horizon, future);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const SalesRhythm* const ended = ending_of(ledger()[i].unique_id);
      if (ended == nullptr) continue;
      parts[i].values.setZero();
      parts[i].complete(kLevel, means_of(*after_the_end(*ended, horizon)));
    }
    return parts;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    inner().update(recent, covariates);
    watch(recent);
  }
  void inherit(const Fitted& earlier) override {
    inner().inherit(inside<EndingFitted>(earlier));
    forget_ledger();
  }
  std::unique_ptr<Fitted> clone() const override {
    auto copy = std::make_unique<EndingFitted>(inner().clone(), calendar_, horizon_);
    copy->rhythms_ = rhythms_;
    return copy;
  }

  json save() const override {
    StateShelf whole;
    return save_parts(whole);
  }

  json save_parts(StateShelf& shelf) const override {
    json inside = inner().save_parts(shelf);
    auto next = rhythms_.begin();
    json rows = shelf.put_list(rhythms_.size(), [&next] {
      const auto& [id, rhythm] = *next++;
      return to_json(id, rhythm);
    });
    return {{"version", 1},
            {"frequency", calendar_.frequency().name()},
            {"zone", calendar_.zone().name()},
            {"horizon", horizon_},
            {"rhythms", std::move(rows)},
            {"inner", std::move(inside)}};
  }

  json explain(Index series) const override {
    json told = inner().explain(series);
    const auto& id = ledger().at(static_cast<std::size_t>(series)).unique_id;
    if (const SalesRhythm* const ended = ending_of(id)) told["ended"] = text_of(*ended);
    return told;
  }

  std::vector<LedgerRow> ledger_rows() const override {
    std::vector<LedgerRow> rows = inner().ledger_rows();
    for (LedgerRow& row : rows) {
      const SalesRhythm* const ended = ending_of(row.unique_id);
      if (ended == nullptr) continue;
      row.watch.reset();
      row.demand = text_of(*ended) + (row.demand.empty() ? "" : "; before: " + row.demand);
    }
    return rows;
  }

 private:
  /// The rhythm of a series that has ended, else nothing.
  const SalesRhythm* ending_of(std::string_view id) const {
    const auto found = rhythms_.find(id);
    return found != rhythms_.end() && found->second.has_ended(horizon_) ? &found->second : nullptr;
  }

  std::string text_of(const SalesRhythm& rhythm) const {
    return fmt::format(
        "{}{}, silent for {} steps since, whose chance is {:.1g} where {:.2g} of the steps sold "
        "something",
        kEnded, calendar_.label(rhythm.last), rhythm.silent, rhythm.chance_of_silence(),
        rhythm.rate());
  }

  Calendar calendar_;
  Index horizon_;
  Rhythms rhythms_;
};

class EndingModel final : public ModelAround {
 public:
  using ModelAround::ModelAround;

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    auto fitted = std::make_unique<EndingFitted>(
        inner().fit(panel, covariates, inside<EndingFitted>(options)), panel.calendar(),
        options.horizon);
    fitted->watch(panel);
    return fitted;
  }

  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    auto* const same = dynamic_cast<EndingFitted*>(kept.get());
    if (same == nullptr) {
      return fit(in_order_of(*kept, task.panel), task.covariates, task.options);
    }
    same->replace_inner(inner().refit(same->take_inner(), decisions, task));
    same->watch_again(fitted_again(task.panel, decisions));
    return kept;
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return load_parts(state, StateShelf());
  }

  std::unique_ptr<Fitted> load_parts(const json& state, const StateShelf& shelf) const override {
    return read_state(name(), [&]() -> std::unique_ptr<Fitted> {
      if (!state.contains("rhythms"))
        return inner().load_parts(state, shelf);  // written before there were any
      check_version(name(), state, 1);
      auto fitted = std::make_unique<EndingFitted>(inner().load_parts(state.at("inner"), shelf),
                                                   read_calendar(state),
                                                   whole_number(state, "horizon", 1, kLongest));
      fitted->restore(state.at("rhythms"), shelf);
      return fitted;
    });
  }
};

/// The label of the last sale of a series that has ended; empty of others.
std::string_view last_sale(const LedgerRow& row) {
  std::string_view told = row.demand;
  if (!told.starts_with(kEnded)) return {};
  told.remove_prefix(kEnded.size());
  return told.substr(0, told.find(','));
}

}  // namespace

ModelPtr with_endings(ModelPtr model) {
  return std::make_shared<EndingModel>(std::move(model));
}

void Endings::add(const Fitted& fitted) {
  for (const LedgerRow& row : fitted.ledger_rows()) {
    const std::string_view last = last_sale(row);
    if (last.empty() || !ended_.insert(row.unique_id).second || ended_.size() > kShown) continue;
    named_ += fmt::format("{}'{}', last sale {}", named_.empty() ? "" : "; ", row.unique_id, last);
  }
}

std::string Endings::note() const {
  if (ended_.empty()) return {};
  const std::string more =
      ended_.size() > kShown ? fmt::format("; and {} more", ended_.size() - kShown) : "";
  return fmt::format("{} series {} ended: {}{}", ended_.size(), ended_.size() == 1 ? "has" : "have",
                     named_, more);
}

std::string note_of_endings(const std::vector<const Fitted*>& models) {
  Endings endings;
  for (const Fitted* model : models) endings.add(*model);
  return endings.note();
}

}  // namespace forecart

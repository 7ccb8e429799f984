#include "evaluation/watched_model.h"

#include "evaluation/comparison.h"
#include "evaluation/model_around.h"
#include "evaluation/series_watch.h"
#include "models/saved_state.h"
#include "models/state_shelf.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

/// Known values of a series from a bucket on.
Index known_from(const SeriesView& series, Bucket bucket) {
  Index known = 0;
  for (Bucket at = std::max(bucket, series.first); at < series.end(); ++at) {
    known += std::isnan(value_in(series, at)) ? 0 : 1;
  }
  return known;
}

/// Whether some series are, or were, fitted again.
bool any_fit(const std::vector<Retraining>& decisions) {
  return std::ranges::any_of(decisions, [](Retraining own) { return own != Retraining::move_on; });
}

/// The state that a refit replaced, and the series that it was replaced for.
struct Shadow {
  std::unique_ptr<Fitted> fitted;
  std::set<std::string> ids;
  Index updates = 0;
};

class WatchedFitted final : public FittedAround {
 public:
  explicit WatchedFitted(std::unique_ptr<Fitted> inner) : FittedAround(std::move(inner)) {
    watch_newcomers();
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    compare(recent, covariates);
    inner().update(recent, covariates);
    if (shadow_.fitted != nullptr) shadow_.fitted->update(recent, covariates);
    if (compared_steps(recent) > 0 && ++shadow_.updates >= kShadowed) shadow_ = {};
    watch_newcomers();
  }

  void inherit(const Fitted& earlier) override {
    inner().inherit(inside<WatchedFitted>(earlier));
    forget_ledger();
  }

  std::unique_ptr<Fitted> clone() const override {
    auto copy = std::make_unique<WatchedFitted>(inner().clone());
    copy->watches_ = watches_;
    if (shadow_.fitted != nullptr) copy->shadow_.fitted = shadow_.fitted->clone();
    copy->shadow_.ids = shadow_.ids;
    copy->shadow_.updates = shadow_.updates;
    return copy;
  }

  /// Notes a refit of the inner state that did these things to the series of `panel`, and the state
  /// that it replaced. Where nothing was fitted an earlier comparison goes on.
  void refitted(std::unique_ptr<Fitted> replaced, const Panel& panel,
                const std::vector<Retraining>& done) {
    if (any_fit(done)) shadow_ = {std::move(replaced), {}, 0};
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (done[i] == Retraining::move_on) continue;
      const SeriesView series = panel[static_cast<Index>(i)];
      const std::string& id = panel.ids()[i];
      watches_.at(id).restart(done[i], known_from(series, series.first));
      shadow_.ids.insert(id);
    }
    forget_ledger();
  }

  json save() const override {
    StateShelf whole;
    return save_parts(whole);
  }

  json save_parts(StateShelf& shelf) const override {
    auto next = watches_.begin();
    json watches = shelf.put_map(watches_.size(), [&next] {
      const auto& [id, watch] = *next++;
      return std::pair(id, watch.save());
    });
    json state{
        {"version", 1}, {"watches", std::move(watches)}, {"inner", inner().save_parts(shelf)}};
    if (shadow_.fitted == nullptr) return state;
    state["replaced"] = {{"state", shadow_.fitted->save_parts(shelf)},
                         {"series", shadow_.ids},
                         {"updates", shadow_.updates}};
    return state;
  }

  void restore(const json& watches, const StateShelf& shelf) {
    shelf.each(watches, [this](const std::string& id, const json& state) {
      watches_.insert_or_assign(id, SeriesWatch::load(state));
    });
    forget_ledger();
  }

  void restore(Shadow shadow) { shadow_ = std::move(shadow); }

  std::vector<LedgerRow> ledger_rows() const override {
    std::vector<LedgerRow> rows = inner().ledger_rows();
    for (LedgerRow& row : rows) {
      const auto own = watches_.find(row.unique_id);
      if (own != watches_.end()) row.watch = own->second.watch();
    }
    return rows;
  }

 private:
  void compare(const Panel& recent, const Covariates& covariates) {
    const Index horizon = compared_steps(recent);
    if (horizon == 0) return;
    const Forecast now = inner().forecast(horizon, covariates);
    for (const SeriesForecast& said : now.series) {
      const Index at = recent.find(said.id);
      if (at < 0) continue;
      watches_.at(said.id).add(*said.distribution, values_beside(recent[at], said),
                               known_from(recent[at], said.first));
    }
    if (shadow_.fitted != nullptr) {
      compare_with_kept(now, shadow_.fitted->forecast(horizon, covariates), recent);
    }
  }

  void compare_with_kept(const Forecast& now, const Forecast& kept, const Panel& recent) {
    std::map<std::string, const SeriesForecast*> of;
    for (const SeriesForecast& said : kept.series) of[said.id] = &said;
    for (const SeriesForecast& said : now.series) {
      const Index at = recent.find(said.id);
      if (at < 0 || !shadow_.ids.contains(said.id) || !of.contains(said.id)) continue;
      watches_.at(said.id).compare(errors_beside(recent[at], said),
                                   errors_beside(recent[at], *of.at(said.id)));
    }
  }

  /// Series are watched from when they are first seen.
  void watch_newcomers() {
    for (const LedgerRow& row : inner().ledger_rows()) {
      watches_.try_emplace(row.unique_id, row.rows_used);
    }
    forget_ledger();
  }

  std::map<std::string, SeriesWatch> watches_;  // by unique_id
  Shadow shadow_;
};

class WatchedModel final : public ModelAround {
 public:
  using ModelAround::ModelAround;

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    return std::make_unique<WatchedFitted>(
        inner().fit(panel, covariates, inside<WatchedFitted>(options)));
  }

  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    auto* const same = dynamic_cast<WatchedFitted*>(kept.get());
    if (same == nullptr) return inner().refit(std::move(kept), decisions, task);
    std::unique_ptr<Fitted> replaced =
        any_fit(decisions) ? std::as_const(*same).inner().clone() : nullptr;
    same->replace_inner(inner().refit(same->take_inner(), decisions, task));
    same->refitted(std::move(replaced), task.panel, decisions);
    return kept;
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return load_parts(state, StateShelf());
  }

  std::unique_ptr<Fitted> load_parts(const json& state, const StateShelf& shelf) const override {
    return read_state(name(), [&]() -> std::unique_ptr<Fitted> {
      if (!state.contains("watches"))
        return inner().load_parts(state, shelf);  // written before there were any
      check_version(name(), state, 1);
      auto fitted = std::make_unique<WatchedFitted>(inner().load_parts(state.at("inner"), shelf));
      fitted->restore(state.at("watches"), shelf);
      if (state.contains("replaced")) {
        const json& replaced = state["replaced"];
        fitted->restore(Shadow{inner().load_parts(replaced.at("state"), shelf),
                               shelf.whole(replaced.at("series")).get<std::set<std::string>>(),
                               whole_number(replaced, "updates", 0, kShadowed)});
      }
      return fitted;
    });
  }
};

}  // namespace

ModelPtr watched(ModelPtr model) {
  return std::make_shared<WatchedModel>(std::move(model));
}

}  // namespace forecart

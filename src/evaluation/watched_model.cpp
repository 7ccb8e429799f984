#include "evaluation/watched_model.h"

#include "evaluation/comparison.h"
#include "evaluation/model_around.h"
#include "evaluation/series_watch.h"
#include "models/saved_state.h"

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
    write_ledger();
  }

  std::unique_ptr<Fitted> clone() const override {
    auto copy = std::make_unique<WatchedFitted>(inner().clone());
    copy->watches_ = watches_;
    if (shadow_.fitted != nullptr) copy->shadow_.fitted = shadow_.fitted->clone();
    copy->shadow_.ids = shadow_.ids;
    copy->shadow_.updates = shadow_.updates;
    copy->write_ledger();
    return copy;
  }

  /// The state after a refit that did these things to the series of `panel`.
  std::unique_ptr<Fitted> after(std::unique_ptr<Fitted> fitted, const Panel& panel,
                                const std::vector<Retraining>& done) const {
    auto result = std::make_unique<WatchedFitted>(std::move(fitted));
    result->watches_ = watches_;
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (done[i] == Retraining::move_on) continue;
      const SeriesView series = panel[static_cast<Index>(i)];
      const std::string& id = panel.ids()[i];
      result->watches_.at(id).restart(done[i], known_from(series, series.first));
      result->shadow_.ids.insert(id);
    }
    if (!result->shadow_.ids.empty()) {
      result->shadow_.fitted = inner().clone();
    } else if (shadow_.fitted != nullptr) {  // nothing new was fitted: the comparison goes on
      result->shadow_ = {shadow_.fitted->clone(), shadow_.ids, shadow_.updates};
    }
    result->write_ledger();
    return result;
  }

  json save() const override {
    json watches = json::object();
    for (const auto& [id, watch] : watches_) watches[id] = watch.save();
    json state{{"version", 1}, {"watches", std::move(watches)}, {"inner", inner().save()}};
    if (shadow_.fitted == nullptr) return state;
    state["replaced"] = {
        {"state", shadow_.fitted->save()}, {"series", shadow_.ids}, {"updates", shadow_.updates}};
    return state;
  }

  void restore(const json& watches) {
    for (const auto& [id, state] : watches.items()) {
      watches_.insert_or_assign(id, SeriesWatch::load(state));
    }
    write_ledger();
  }

  void restore(Shadow shadow) { shadow_ = std::move(shadow); }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

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
    for (const LedgerRow& row : inner().ledger())
      watches_.try_emplace(row.unique_id, row.rows_used);
    write_ledger();
  }

  void write_ledger() {
    ledger_ = inner().ledger();
    for (LedgerRow& row : ledger_) {
      const auto own = watches_.find(row.unique_id);
      if (own != watches_.end()) row.watch = own->second.watch();
    }
  }

  std::map<std::string, SeriesWatch> watches_;  // by unique_id
  Shadow shadow_;
  std::vector<LedgerRow> ledger_;  // of inner_, with the watches
};

class WatchedModel final : public ModelAround {
 public:
  using ModelAround::ModelAround;

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    return std::make_unique<WatchedFitted>(
        inner().fit(panel, covariates, inside<WatchedFitted>(options)));
  }

  std::unique_ptr<Fitted> refit(const Fitted& kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    const auto* const same = dynamic_cast<const WatchedFitted*>(&kept);
    if (same == nullptr) return inner().refit(kept, decisions, task);
    auto fitted = inner().refit(same->inner(), decisions, task);
    return same->after(std::move(fitted), task.panel, decisions);
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return read_state(name(), [&]() -> std::unique_ptr<Fitted> {
      if (!state.contains("watches")) return inner().load(state);  // written before there were any
      check_version(name(), state, 1);
      auto fitted = std::make_unique<WatchedFitted>(inner().load(state.at("inner")));
      fitted->restore(state.at("watches"));
      if (state.contains("replaced")) {
        const json& replaced = state["replaced"];
        fitted->restore(Shadow{inner().load(replaced.at("state")),
                               replaced.at("series").get<std::set<std::string>>(),
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

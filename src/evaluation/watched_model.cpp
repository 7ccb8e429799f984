#include "evaluation/watched_model.h"

#include "evaluation/comparison.h"
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

class WatchedFitted final : public Fitted {
 public:
  explicit WatchedFitted(std::unique_ptr<Fitted> inner) : inner_(std::move(inner)) {
    watch_newcomers();
  }

  const Fitted& inner() const { return *inner_; }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    return inner_->forecast(horizon, future);
  }
  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    return inner_->components(horizon, future);
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    compare(recent, covariates);
    inner_->update(recent, covariates);
    if (shadow_.fitted != nullptr) shadow_.fitted->update(recent, covariates);
    if (++shadow_.updates >= kShadowed) shadow_ = {};
    watch_newcomers();
  }

  void inherit(const Fitted& earlier) override {
    const auto* const same = dynamic_cast<const WatchedFitted*>(&earlier);
    inner_->inherit(same != nullptr ? *same->inner_ : earlier);
    write_ledger();
  }

  std::unique_ptr<Fitted> clone() const override {
    auto copy = std::make_unique<WatchedFitted>(inner_->clone());
    copy->watches_ = watches_;
    if (shadow_.fitted != nullptr) copy->shadow_.fitted = shadow_.fitted->clone();
    copy->shadow_.ids = shadow_.ids;
    copy->shadow_.updates = shadow_.updates;
    copy->write_ledger();
    return copy;
  }

  /// The state after a refit that did these things to the series of `panel`.
  std::unique_ptr<Fitted> after(std::unique_ptr<Fitted> inner, const Panel& panel,
                                const std::vector<Retraining>& done) const {
    auto result = std::make_unique<WatchedFitted>(std::move(inner));
    result->watches_ = watches_;
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (done[i] == Retraining::move_on) continue;
      const SeriesView series = panel[static_cast<Index>(i)];
      const std::string& id = panel.ids()[i];
      result->watches_.at(id).restart(done[i], known_from(series, series.first));
      result->shadow_.ids.insert(id);
    }
    if (!result->shadow_.ids.empty()) {
      result->shadow_.fitted = inner_->clone();
    } else if (shadow_.fitted != nullptr) {  // nothing new was fitted: the comparison goes on
      result->shadow_ = {shadow_.fitted->clone(), shadow_.ids, shadow_.updates};
    }
    result->write_ledger();
    return result;
  }

  json save() const override {
    json watches = json::object();
    for (const auto& [id, watch] : watches_) watches[id] = watch.save();
    json state{{"version", 1}, {"watches", std::move(watches)}, {"inner", inner_->save()}};
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

  json explain(Index series) const override { return inner_->explain(series); }
  const std::vector<LedgerRow>& ledger() const override { return ledger_; }
  std::shared_ptr<const ExportedNetwork> export_network(
      const ExportRequest& request) const override {
    return inner_->export_network(request);
  }

 private:
  void compare(const Panel& recent, const Covariates& covariates) {
    const Index horizon = compared_steps(recent);
    if (horizon == 0) return;
    const Forecast now = inner_->forecast(horizon, covariates);
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
    for (const LedgerRow& row : inner_->ledger())
      watches_.try_emplace(row.unique_id, row.rows_used);
    write_ledger();
  }

  void write_ledger() {
    ledger_ = inner_->ledger();
    for (LedgerRow& row : ledger_) {
      const auto own = watches_.find(row.unique_id);
      if (own != watches_.end()) row.watch = own->second.watch();
    }
  }

  std::unique_ptr<Fitted> inner_;
  std::map<std::string, SeriesWatch> watches_;  // by unique_id
  Shadow shadow_;
  std::vector<LedgerRow> ledger_;  // of inner_, with the watches
};

class WatchedModel final : public Model {
 public:
  explicit WatchedModel(ModelPtr inner) : inner_(std::move(inner)) {}

  std::string name() const override { return inner_->name(); }
  bool uses_covariates() const override { return inner_->uses_covariates(); }
  bool pools() const override { return inner_->pools(); }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    FitOptions inner = options;
    if (const auto* same = dynamic_cast<const WatchedFitted*>(options.earlier)) {
      inner.earlier = &same->inner();
    }
    return std::make_unique<WatchedFitted>(inner_->fit(panel, covariates, inner));
  }

  std::unique_ptr<Fitted> refit(const Fitted& kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    const auto* const same = dynamic_cast<const WatchedFitted*>(&kept);
    if (same == nullptr) return inner_->refit(kept, decisions, task);
    auto inner = inner_->refit(same->inner(), decisions, task);
    return same->after(std::move(inner), task.panel, decisions);
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return read_state(name(), [&]() -> std::unique_ptr<Fitted> {
      if (!state.contains("watches")) return inner_->load(state);  // written before there were any
      check_version(name(), state, 1);
      auto fitted = std::make_unique<WatchedFitted>(inner_->load(state.at("inner")));
      fitted->restore(state.at("watches"));
      if (state.contains("replaced")) {
        const json& replaced = state["replaced"];
        fitted->restore(Shadow{inner_->load(replaced.at("state")),
                               replaced.at("series").get<std::set<std::string>>(),
                               whole_number(replaced, "updates", 0, kShadowed)});
      }
      return fitted;
    });
  }

 private:
  ModelPtr inner_;
};

}  // namespace

ModelPtr watched(ModelPtr model) {
  return std::make_shared<WatchedModel>(std::move(model));
}

}  // namespace forecart

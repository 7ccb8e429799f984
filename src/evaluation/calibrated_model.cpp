#include "evaluation/calibrated_model.h"

#include "evaluation/comparison.h"
#include "evaluation/model_around.h"
#include "models/saved_state.h"
#include "models/state_shelf.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

class CalibratedFitted final : public FittedAround {
 public:
  CalibratedFitted(std::unique_ptr<Fitted> inner, Intervals rule)
      : FittedAround(std::move(inner)), rule_(rule), common_(neutral_scores()) {}

  Forecast forecast(Index horizon, const Covariates& future) const override {
    Forecast result = inner().forecast(horizon, future);
    for (SeriesForecast& series : result.series) {
      const ScoreHistory* const own = evidence_of(series.id);
      if (own == nullptr) continue;
      series.distribution =
          recalibrated(series.distribution, calibrated_scores(*own, common_, rule_), rule_);
    }
    return result;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    compare(recent, covariates);
    inner().update(recent, covariates);
    refresh();
  }

  void inherit(const Fitted& earlier) override {
    inner().inherit(inside<CalibratedFitted>(earlier));
    const auto* const same = dynamic_cast<const CalibratedFitted*>(&earlier);
    if (same != nullptr && same->rule_ == rule_) histories_ = same->histories_;
    refresh();
  }

  std::unique_ptr<Fitted> clone() const override {
    auto copy = std::make_unique<CalibratedFitted>(inner().clone(), rule_);
    copy->histories_ = histories_;
    copy->common_ = common_;
    return copy;
  }

  json save() const override {
    StateShelf whole;
    return save_parts(whole);
  }

  json save_parts(StateShelf& shelf) const override {
    std::map<std::string_view, const ScoreHistory*> known;
    for (const auto& [id, history] : histories_) known.emplace(id, &history);
    auto next = known.begin();
    json histories = shelf.put_map(known.size(), [&next] {
      const auto& [id, history] = *next++;
      return std::pair(std::string(id), history->save());
    });
    return {{"version", 2},
            {"intervals", name_of(rule_)},
            {"scores", std::move(histories)},
            {"inner", inner().save_parts(shelf)}};
  }

  void restore(const json& scores, const StateShelf& shelf) {
    shelf.each(scores, [this](const std::string& id, const json& state) {
      histories_[id] = ScoreHistory::load(state);
    });
    refresh();
  }

  std::vector<LedgerRow> ledger_rows() const override {
    std::vector<LedgerRow> rows = inner().ledger_rows();
    for (LedgerRow& row : rows) {
      const ScoreHistory* const own = evidence_of(row.unique_id);
      if (own == nullptr) continue;
      row.interval_method +=
          fmt::format(" + calibrated ({}) on {} origins", name_of(rule_), own->origins());
    }
    return rows;
  }

 private:
  /// Notes where what `recent` brings lies in what the model says of it.
  void compare(const Panel& recent, const Covariates& covariates) {
    const Index horizon = compared_steps(recent);
    if (horizon == 0) return;
    const Forecast said = inner().forecast(horizon, covariates);
    for (const SeriesForecast& series : said.series) {
      const Index at = recent.find(series.id);
      if (at < 0) continue;
      const Eigen::VectorXd came = values_beside(recent[at], series);
      if (came.array().isNaN().all()) continue;  // nothing new
      histories_[series.id].add(*series.distribution, came, rule_);
    }
  }

  /// What is known of a series; null where that is nothing.
  const ScoreHistory* evidence_of(const std::string& id) const {
    const auto own = histories_.find(id);
    return own == histories_.end() || own->second.origins() == 0 ? nullptr : &own->second;
  }

  /// Finds what all series lend each other. The table of each is made when it is needed: kept for
  /// all, they would be larger than the histories.
  void refresh() {
    std::vector<const ScoreHistory*> histories;
    for (const LedgerRow& row : inner().ledger_rows()) {
      const ScoreHistory* const own = evidence_of(row.unique_id);
      if (own != nullptr) histories.push_back(own);
    }
    common_ = common_scores(histories, rule_);
    forget_ledger();
  }

  Intervals rule_;
  std::unordered_map<std::string, ScoreHistory> histories_;  // by unique_id
  ScoreTable common_;                                        // of all of them
};

class CalibratedModel final : public ModelAround {
 public:
  CalibratedModel(ModelPtr inner, Intervals rule) : ModelAround(std::move(inner)), rule_(rule) {}

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    return std::make_unique<CalibratedFitted>(
        inner().fit(panel, covariates, inside<CalibratedFitted>(options)), rule_);
  }

  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    auto* const same = dynamic_cast<CalibratedFitted*>(kept.get());
    if (same == nullptr) return inner().refit(std::move(kept), decisions, task);
    same->replace_inner(inner().refit(same->take_inner(), decisions, task));
    return kept;
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return load_parts(state, StateShelf());
  }

  std::unique_ptr<Fitted> load_parts(const json& state, const StateShelf& shelf) const override {
    return read_state(name(), [&]() -> std::unique_ptr<Fitted> {
      if (!state.contains("scores"))
        return inner().load_parts(state, shelf);  // written before there were any
      check_version(name(), state, 2);
      auto fitted = std::make_unique<CalibratedFitted>(
          inner().load_parts(state.at("inner"), shelf),
          parse_intervals(state.at("intervals").get<std::string>()));
      fitted->restore(state.at("scores"), shelf);
      return fitted;
    });
  }

 private:
  Intervals rule_;
};

}  // namespace

ModelPtr calibrated(ModelPtr model, Intervals rule) {
  if (rule == Intervals::model) return model;
  return std::make_shared<CalibratedModel>(std::move(model), rule);
}

}  // namespace forecart

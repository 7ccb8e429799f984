#include "evaluation/calibrated_model.h"

#include "evaluation/comparison.h"
#include "evaluation/model_around.h"
#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

class CalibratedFitted final : public FittedAround {
 public:
  CalibratedFitted(std::unique_ptr<Fitted> inner, Intervals rule)
      : FittedAround(std::move(inner)), rule_(rule) {
    write_ledger();
  }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    Forecast result = inner().forecast(horizon, future);
    for (SeriesForecast& series : result.series) {
      const auto table = tables_.find(series.id);
      if (table == tables_.end()) continue;
      series.distribution = recalibrated(series.distribution, table->second, rule_);
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

  std::unique_ptr<Fitted> clone() const override { return around(inner().clone()); }

  /// The same calibration around another state of the same series.
  std::unique_ptr<Fitted> around(std::unique_ptr<Fitted> inner) const {
    auto copy = std::make_unique<CalibratedFitted>(std::move(inner), rule_);
    copy->histories_ = histories_;
    copy->tables_ = tables_;
    copy->write_ledger();
    return copy;
  }

  json save() const override {
    json histories = json::object();
    for (const LedgerRow& row : ledger_) {
      const auto own = histories_.find(row.unique_id);
      if (own != histories_.end()) histories[row.unique_id] = own->second.save();
    }
    return {{"version", 2},
            {"intervals", name_of(rule_)},
            {"scores", std::move(histories)},
            {"inner", inner().save()}};
  }

  void restore(const json& scores) {
    for (const auto& [id, state] : scores.items()) histories_[id] = ScoreHistory::load(state);
    refresh();
  }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

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

  /// Tables from histories, as series lend each other evidence.
  void refresh() {
    std::vector<const ScoreHistory*> histories;
    std::vector<std::string> ids;
    for (const LedgerRow& row : inner().ledger()) {
      const auto own = histories_.find(row.unique_id);
      if (own == histories_.end() || own->second.origins() == 0) continue;
      ids.push_back(row.unique_id);
      histories.push_back(&own->second);
    }
    const std::vector<ScoreTablePtr> tables = calibrate(histories, rule_);
    tables_.clear();
    for (std::size_t i = 0; i < ids.size(); ++i) tables_.emplace(ids[i], tables[i]);
    write_ledger();
  }

  void write_ledger() {
    ledger_ = inner().ledger();
    for (LedgerRow& row : ledger_) {
      const auto own = histories_.find(row.unique_id);
      if (own == histories_.end() || own->second.origins() == 0) continue;
      row.interval_method +=
          fmt::format(" + calibrated ({}) on {} origins", name_of(rule_), own->second.origins());
    }
  }

  Intervals rule_;
  std::unordered_map<std::string, ScoreHistory> histories_;  // by unique_id
  std::unordered_map<std::string, ScoreTablePtr> tables_;    // likewise
  std::vector<LedgerRow> ledger_;  // of inner_, with how intervals are calibrated
};

class CalibratedModel final : public ModelAround {
 public:
  CalibratedModel(ModelPtr inner, Intervals rule) : ModelAround(std::move(inner)), rule_(rule) {}

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    return std::make_unique<CalibratedFitted>(
        inner().fit(panel, covariates, inside<CalibratedFitted>(options)), rule_);
  }

  std::unique_ptr<Fitted> refit(const Fitted& kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    const auto* const same = dynamic_cast<const CalibratedFitted*>(&kept);
    if (same == nullptr) return inner().refit(kept, decisions, task);
    return same->around(inner().refit(same->inner(), decisions, task));
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return read_state(name(), [&]() -> std::unique_ptr<Fitted> {
      if (!state.contains("scores")) return inner().load(state);  // written before there were any
      check_version(name(), state, 2);
      auto fitted = std::make_unique<CalibratedFitted>(
          inner().load(state.at("inner")),
          parse_intervals(state.at("intervals").get<std::string>()));
      fitted->restore(state.at("scores"));
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

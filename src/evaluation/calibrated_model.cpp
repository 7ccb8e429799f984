#include "evaluation/calibrated_model.h"

#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

/// Updates longer than this are compared on their first steps only.
constexpr Index kLongestCompared = 168;

/// Values of a series over the steps of a forecast (h); NaN where none is known.
Eigen::VectorXd values_beside(const SeriesView& came, const SeriesForecast& said) {
  Eigen::VectorXd values = Eigen::VectorXd::Constant(said.distribution->horizon(),
                                                     std::numeric_limits<double>::quiet_NaN());
  for (Index step = 0; step < values.size(); ++step) {
    const Bucket bucket = said.first + step;
    if (bucket < came.first || bucket >= came.end()) continue;
    values[step] = came.values[static_cast<std::size_t>(bucket - came.first)];
  }
  return values;
}

class CalibratedFitted final : public Fitted {
 public:
  CalibratedFitted(std::unique_ptr<Fitted> inner, Intervals rule)
      : inner_(std::move(inner)), rule_(rule) {
    write_ledger();
  }

  const Fitted& inner() const { return *inner_; }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    Forecast result = inner_->forecast(horizon, future);
    for (SeriesForecast& series : result.series) {
      const auto table = tables_.find(series.id);
      if (table == tables_.end()) continue;
      series.distribution = recalibrated(series.distribution, table->second, rule_);
    }
    return result;
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    return inner_->components(horizon, future);
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    compare(recent, covariates);
    inner_->update(recent, covariates);
    refresh();
  }

  void inherit(const Fitted& earlier) override {
    const auto* const same = dynamic_cast<const CalibratedFitted*>(&earlier);
    if (same == nullptr) return inner_->inherit(earlier);
    inner_->inherit(*same->inner_);
    if (same->rule_ == rule_) histories_ = same->histories_;
    refresh();
  }

  std::unique_ptr<Fitted> clone() const override {
    auto copy = std::make_unique<CalibratedFitted>(inner_->clone(), rule_);
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
    return {{"version", 1},
            {"intervals", name_of(rule_)},
            {"scores", std::move(histories)},
            {"inner", inner_->save()}};
  }

  void restore(const json& scores) {
    for (const auto& [id, state] : scores.items()) histories_[id] = ScoreHistory::load(state);
    refresh();
  }

  json explain(Index series) const override { return inner_->explain(series); }
  const std::vector<LedgerRow>& ledger() const override { return ledger_; }
  std::shared_ptr<const ExportedNetwork> export_network(
      const ExportRequest& request) const override {
    return inner_->export_network(request);
  }

 private:
  /// Notes where what `recent` brings lies in what the model says of it.
  void compare(const Panel& recent, const Covariates& covariates) {
    Index horizon = 0;
    for (Index i = 0; i < recent.size(); ++i) {
      horizon = std::max(horizon, std::ssize(recent[i].values));
    }
    if (horizon == 0) return;
    const Forecast said = inner_->forecast(std::min(horizon, kLongestCompared), covariates);
    for (const SeriesForecast& series : said.series) {
      const Index at = recent.find(series.id);
      if (at < 0) continue;
      histories_[series.id].add(*series.distribution, values_beside(recent[at], series), rule_);
    }
  }

  /// Tables from histories, as series lend each other evidence.
  void refresh() {
    std::vector<const ScoreHistory*> histories;
    std::vector<std::string> ids;
    for (const LedgerRow& row : inner_->ledger()) {
      const auto own = histories_.find(row.unique_id);
      if (own == histories_.end() || own->second.origins() == 0) continue;
      ids.push_back(row.unique_id);
      histories.push_back(&own->second);
    }
    const std::vector<ScoreTable> tables = calibrate(histories, rule_);
    tables_.clear();
    for (std::size_t i = 0; i < ids.size(); ++i) tables_.emplace(ids[i], tables[i]);
    write_ledger();
  }

  void write_ledger() {
    ledger_ = inner_->ledger();
    for (LedgerRow& row : ledger_) {
      const auto own = histories_.find(row.unique_id);
      if (own == histories_.end() || own->second.origins() == 0) continue;
      row.interval_method +=
          fmt::format(" + calibrated ({}) on {} origins", name_of(rule_), own->second.origins());
    }
  }

  std::unique_ptr<Fitted> inner_;
  Intervals rule_;
  std::unordered_map<std::string, ScoreHistory> histories_;  // by unique_id
  std::unordered_map<std::string, ScoreTable> tables_;       // likewise
  std::vector<LedgerRow> ledger_;  // of inner_, with how intervals are calibrated
};

class CalibratedModel final : public Model {
 public:
  CalibratedModel(ModelPtr inner, Intervals rule) : inner_(std::move(inner)), rule_(rule) {}

  std::string name() const override { return inner_->name(); }
  bool uses_covariates() const override { return inner_->uses_covariates(); }
  bool pools() const override { return inner_->pools(); }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    FitOptions inner = options;
    if (const auto* same = dynamic_cast<const CalibratedFitted*>(options.earlier)) {
      inner.earlier = &same->inner();
    }
    return std::make_unique<CalibratedFitted>(inner_->fit(panel, covariates, inner), rule_);
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return read_state(name(), [&]() -> std::unique_ptr<Fitted> {
      if (!state.contains("scores")) return inner_->load(state);  // written before there were any
      check_version(name(), state, 1);
      auto fitted = std::make_unique<CalibratedFitted>(
          inner_->load(state.at("inner")),
          parse_intervals(state.at("intervals").get<std::string>()));
      fitted->restore(state.at("scores"));
      return fitted;
    });
  }

 private:
  ModelPtr inner_;
  Intervals rule_;
};

}  // namespace

ModelPtr calibrated(ModelPtr model, Intervals rule) {
  if (rule == Intervals::model) return model;
  return std::make_shared<CalibratedModel>(std::move(model), rule);
}

}  // namespace forecart

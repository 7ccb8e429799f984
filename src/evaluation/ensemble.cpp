#include "evaluation/ensemble.h"

#include "evaluation/comparison.h"
#include "evaluation/track_record.h"
#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

std::vector<LedgerRow> combined_ledger(const std::vector<std::unique_ptr<Fitted>>& members) {
  std::vector<LedgerRow> rows = members.front()->ledger();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    LedgerRow& row = rows[i];
    std::size_t fallen = 0;
    LedgerRow whole;
    whole.unique_id = row.unique_id;
    whole.model = "Ensemble";
    whole.rows_used = row.rows_used;
    whole.gaps = row.gaps;
    row = std::move(whole);
    for (const auto& member : members) {
      const LedgerRow& part = member->ledger()[i];
      row.milliseconds += part.milliseconds;
      row.members.push_back({part.model, part.milliseconds});
      row.converged = row.converged && part.converged;
      row.interval_method += (row.interval_method.empty() ? "" : " + ") + part.interval_method;
      if (part.reason.empty()) continue;
      row.reason +=
          fmt::format("{}{}: {}", row.reason.empty() ? "" : "; ", part.model, part.reason);
      if (!part.fallback.empty() && ++fallen == members.size()) row.fallback = part.fallback;
    }
  }
  return rows;
}

bool same_series(const Fitted& a, const Fitted& b) {
  return std::equal(
      a.ledger().begin(), a.ledger().end(), b.ledger().begin(), b.ledger().end(),
      [](const LedgerRow& x, const LedgerRow& y) { return x.unique_id == y.unique_id; });
}

/// Errors of the members over what came (steps, members); NaN where nothing is known.
Eigen::MatrixXd errors_of(const SeriesView& came, const std::vector<const SeriesForecast*>& said) {
  Eigen::MatrixXd errors(said.front()->distribution->horizon(), std::ssize(said));
  for (Index m = 0; m < errors.cols(); ++m) {
    errors.col(m) = errors_beside(came, *said[static_cast<std::size_t>(m)]);
  }
  return errors;
}

class FittedEnsemble final : public Fitted {
 public:
  FittedEnsemble(std::vector<std::unique_ptr<Fitted>> members, Combination rule, Index origin)
      : members_(std::move(members)),
        rule_(rule),
        origin_(origin),
        ledger_(combined_ledger(members_)) {}

  Forecast forecast(Index horizon, const Covariates& future) const override {
    std::vector<Forecast> parts;
    for (const auto& member : members_) parts.push_back(member->forecast(horizon, future));
    Forecast result = parts.front();
    for (std::size_t i = 0; i < result.series.size(); ++i) {
      std::vector<PredictivePtr> distributions;
      for (const Forecast& part : parts) distributions.push_back(part.series[i].distribution);
      result.series[i].distribution = combined(std::move(distributions), result.series[i].id);
    }
    return result;
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<std::vector<Components>> parts;
    for (const auto& member : members_) parts.push_back(member->components(horizon, future));
    const Forecast whole = forecast(horizon, future);
    std::vector<Components> result;
    for (std::size_t i = 0; i < ledger_.size(); ++i) {
      std::vector<Components> terms;
      for (const auto& part : parts) terms.push_back(part[i]);
      result.push_back(Components::weighted_sum(terms, weights(ledger_[i].unique_id)));
      result.back().complete(kRemainder, means_of(*whole.series[i].distribution));
    }
    return result;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    learn_from(recent, covariates);
    for (const auto& member : members_) member->update(recent, covariates);
    ledger_ = combined_ledger(members_);
    weigh();
  }

  void inherit(const Fitted& earlier) override {
    const auto* const ensemble = dynamic_cast<const FittedEnsemble*>(&earlier);
    if (ensemble != nullptr) remember(ensemble->records_);
  }

  std::unique_ptr<Fitted> clone() const override {
    std::vector<std::unique_ptr<Fitted>> members;
    for (const auto& member : members_) members.push_back(member->clone());
    return around(std::move(members));
  }

  /// The same evidence and weights of other states of the same members and series.
  std::unique_ptr<Fitted> around(std::vector<std::unique_ptr<Fitted>> members) const {
    auto copy = std::make_unique<FittedEnsemble>(std::move(members), rule_, origin_);
    copy->records_ = records_;
    copy->weights_ = weights_;
    return copy;
  }

  json save() const override {
    json members = json::array();
    for (const auto& member : members_) members.push_back(member->save());
    json evidence = json::array();
    for (const auto& row : ledger_) {
      const auto found = records_.find(row.unique_id);
      if (found == records_.end()) continue;
      json record = found->second.save();
      record["unique_id"] = row.unique_id;
      evidence.push_back(std::move(record));
    }
    return {{"model", "Ensemble"},
            {"rule", name_of(rule_)},
            {"origin", origin_},
            {"members", std::move(members)},
            {"evidence", evidence}};
  }

  using Records = std::unordered_map<std::string, TrackRecord>;  // by unique_id

  /// Takes over what is known of the members and weighs them by it.
  void remember(Records records) {
    records_ = std::move(records);
    weigh();
  }

  /// Nothing where there are fewer.
  const Fitted* member(std::size_t i) const {
    return i < members_.size() ? members_[i].get() : nullptr;
  }

  json explain(Index series) const override {
    const auto own = weights(ledger_.at(static_cast<std::size_t>(series)).unique_id);
    json result = json::array();
    for (std::size_t i = 0; i < members_.size(); ++i) {
      result.push_back({{"member", members_[i]->ledger().front().model},
                        {"weight", own[static_cast<Index>(i)]},
                        {"state", members_[i]->explain(series)}});
    }
    return result;
  }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

 private:
  Eigen::VectorXd weights(const std::string& id) const {
    const auto found = weights_.find(id);
    if (found != weights_.end()) return found->second;
    const auto members = std::ssize(members_);
    return Eigen::VectorXd::Constant(members, 1.0 / static_cast<double>(members));
  }

  PredictivePtr combined(std::vector<PredictivePtr> distributions, const std::string& id) const {
    const double share = trimmed_share(rule_);
    if (share > 0) return trimmed_average(std::move(distributions), share);
    const Eigen::VectorXd own = weights(id);
    std::vector<PredictivePtr> used;
    std::vector<double> shares;
    for (std::size_t m = 0; m < distributions.size(); ++m) {
      if (own[static_cast<Index>(m)] == 0) continue;
      used.push_back(distributions[m]);
      shares.push_back(own[static_cast<Index>(m)]);
    }
    return average(std::move(used),
                   Eigen::Map<const Eigen::VectorXd>(shares.data(), std::ssize(shares)));
  }

  /// Weights of all series from their records, as those of one class lend each other evidence.
  void weigh() {
    std::vector<SeriesTrial> trials;
    std::vector<std::string> ids;
    for (const LedgerRow& row : ledger_) {
      const auto found = records_.find(row.unique_id);
      if (found == records_.end()) continue;
      ids.push_back(row.unique_id);
      trials.push_back(found->second.trial());
    }
    const std::vector<Eigen::VectorXd> found = combination_weights(rule_, trials);
    weights_.clear();
    for (std::size_t i = 0; i < ids.size(); ++i) weights_[ids[i]] = found[i];
  }

  /// Scores what the members say, before they see it, of what `recent` brings.
  void learn_from(const Panel& recent, const Covariates& covariates) {
    const Index horizon = compared_steps(recent);
    if (horizon == 0) return;
    std::vector<Forecast> said;
    for (const auto& member : members_) said.push_back(member->forecast(horizon, covariates));
    for (std::size_t i = 0; i < said.front().series.size(); ++i) {
      const std::string& id = said.front().series[i].id;
      const Index at = recent.find(id);
      if (at < 0) continue;
      std::vector<const SeriesForecast*> own;
      for (const Forecast& part : said) own.push_back(&part.series[i]);
      const auto record = records_.try_emplace(id, std::ssize(members_), origin_).first;
      record->second.add(errors_of(recent[at], own));
    }
  }

  std::vector<std::unique_ptr<Fitted>> members_;
  Combination rule_;
  Index origin_;
  Records records_;
  std::unordered_map<std::string, Eigen::VectorXd> weights_;  // by unique_id
  std::vector<LedgerRow> ledger_;
};

class Ensemble final : public Model {
 public:
  Ensemble(std::vector<ModelPtr> members, const EnsembleOptions& options)
      : members_(std::move(members)), rule_(options.rule), plan_(options.plan) {
    plan_.all_products = needs_products(rule_);
  }

  std::string name() const override { return "Ensemble"; }
  bool pools() const override {
    return std::any_of(members_.begin(), members_.end(),
                       [](const ModelPtr& member) { return member->pools(); });
  }
  bool uses_covariates() const override {
    return std::any_of(members_.begin(), members_.end(),
                       [](const ModelPtr& member) { return member->uses_covariates(); });
  }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    std::vector<std::unique_ptr<Fitted>> fitted;
    const auto* const earlier = dynamic_cast<const FittedEnsemble*>(options.earlier);
    for (std::size_t i = 0; i < members_.size(); ++i) {
      FitOptions own = options;
      if (earlier != nullptr) own.earlier = earlier->member(i);
      fitted.push_back(members_[i]->fit(panel, covariates, own));
    }
    auto result = std::make_unique<FittedEnsemble>(std::move(fitted), rule_, plan_.horizon);
    result->remember(trial_records(panel, covariates, options));
    return result;
  }

  /// The weights go on: what members did before still tells what they are worth.
  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    const auto* const same = dynamic_cast<const FittedEnsemble*>(kept.get());
    if (same == nullptr) {
      return fit(in_order_of(*kept, task.panel), task.covariates, task.options);
    }
    std::vector<std::unique_ptr<Fitted>> fitted;
    const std::vector<Retraining> asked = decisions;
    std::fill(decisions.begin(), decisions.end(), Retraining::move_on);
    for (std::size_t i = 0; i < members_.size(); ++i) {
      std::vector<Retraining> done = asked;
      fitted.push_back(members_[i]->refit(same->member(i)->clone(), done, task));
      for (std::size_t s = 0; s < done.size(); ++s) {  // one member alone is no estimate of others
        if (asked[s] != Retraining::move_on) decisions[s] = std::max(decisions[s], done[s]);
      }
    }
    return same->around(std::move(fitted));
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return read_state(name(), [&] { return restore(state); });
  }

 private:
  /// What the members do on origins inside the panel.
  FittedEnsemble::Records trial_records(const Panel& panel, const Covariates& covariates,
                                        const FitOptions& options) const {
    FittedEnsemble::Records records;
    if (members_.size() < 2 || trimmed_share(rule_) > 0 || rule_ == Combination::mean) {
      return records;
    }
    std::vector<Candidate> candidates;
    for (const ModelPtr& member : members_) candidates.push_back({member, 1, {}});
    std::vector<Tried> tried = try_candidates(candidates, plan_, {panel, covariates, options});
    for (std::size_t i = 0; i < tried.size(); ++i) {
      records.emplace(panel.ids()[i], TrackRecord(std::move(tried[i].trial), plan_.horizon));
    }
    return records;
  }

  std::unique_ptr<Fitted> restore(const json& state) const {
    std::vector<std::unique_ptr<Fitted>> fitted;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      fitted.push_back(members_[i]->load(state.at("members").at(i)));
      if (!same_series(*fitted.front(), *fitted.back())) refuse_state(name(), "members");
    }
    const auto origin = whole<Index>(state.at("origin"));
    if (origin < 1) refuse_state(name(), "origin");
    const Combination rule = parse_combination(state.at("rule").get<std::string>());
    FittedEnsemble::Records records;
    for (const json& row : state.at("evidence")) {
      records.emplace(row.at("unique_id").get<std::string>(),
                      TrackRecord::load(row, std::ssize(fitted)));
    }
    auto result = std::make_unique<FittedEnsemble>(std::move(fitted), rule, origin);
    result->remember(std::move(records));
    return result;
  }

  std::vector<ModelPtr> members_;
  Combination rule_;
  OriginPlan plan_;
};

}  // namespace

ModelPtr make_ensemble(std::vector<ModelPtr> members, const EnsembleOptions& options) {
  return std::make_shared<Ensemble>(std::move(members), options);
}

}  // namespace forecart

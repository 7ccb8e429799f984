#include "evaluation/ensemble.h"

#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using nlohmann::json;

/// Updates longer than this are scored on their first steps only.
constexpr Index kLongestScored = 168;
/// Points at which evidence and equal weights count the same.
constexpr double kPriorPoints = 96;

/// Squared errors of the members at one series' earlier origins.
struct Evidence {
  ArrayXd squares;  // (members), sums
  double points = 0;

  ArrayXd weights() const {
    const auto members = static_cast<double>(squares.size());
    ArrayXd equal = ArrayXd::Constant(squares.size(), 1 / members);
    const double total = squares.sum();
    if (points == 0 || !(total > 0)) return equal;
    const ArrayXd inverse = (squares + 1e-6 * total).inverse();
    const double share = points / (points + kPriorPoints);
    return (1 - share) * equal + share * inverse / inverse.sum();
  }
};

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

class FittedEnsemble final : public Fitted {
 public:
  explicit FittedEnsemble(std::vector<std::unique_ptr<Fitted>> members)
      : members_(std::move(members)), ledger_(combined_ledger(members_)) {}

  Forecast forecast(Index horizon, const Covariates& future) const override {
    std::vector<Forecast> parts;
    for (const auto& member : members_) parts.push_back(member->forecast(horizon, future));
    Forecast result = parts.front();
    for (std::size_t i = 0; i < result.series.size(); ++i) {
      std::vector<PredictivePtr> distributions;
      for (const Forecast& part : parts) distributions.push_back(part.series[i].distribution);
      result.series[i].distribution = average(distributions, weights(result.series[i].id));
    }
    return result;
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<std::vector<Components>> parts;
    for (const auto& member : members_) parts.push_back(member->components(horizon, future));
    std::vector<Components> result;
    for (std::size_t i = 0; i < ledger_.size(); ++i) {
      std::vector<Components> terms;
      for (const auto& part : parts) terms.push_back(part[i]);
      result.push_back(Components::weighted_sum(terms, weights(ledger_[i].unique_id)));
    }
    return result;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    learn_from(recent, covariates);
    for (const auto& member : members_) member->update(recent, covariates);
    ledger_ = combined_ledger(members_);
  }

  void inherit(const Fitted& earlier) override {
    const auto* const ensemble = dynamic_cast<const FittedEnsemble*>(&earlier);
    if (ensemble != nullptr) evidence_ = ensemble->evidence_;
  }

  std::unique_ptr<Fitted> clone() const override {
    std::vector<std::unique_ptr<Fitted>> members;
    for (const auto& member : members_) members.push_back(member->clone());
    auto copy = std::make_unique<FittedEnsemble>(std::move(members));
    copy->evidence_ = evidence_;
    return copy;
  }

  json save() const override {
    json members = json::array();
    for (const auto& member : members_) members.push_back(member->save());
    json evidence = json::array();
    for (const auto& row : ledger_) {
      const auto found = evidence_.find(row.unique_id);
      if (found == evidence_.end()) continue;
      const ArrayXd& squares = found->second.squares;
      evidence.push_back({{"unique_id", row.unique_id},
                          {"squares", std::vector<double>(squares.begin(), squares.end())},
                          {"points", found->second.points}});
    }
    return {{"model", "Ensemble"}, {"members", std::move(members)}, {"evidence", evidence}};
  }

  void restore_evidence(const json& state) {
    for (const json& row : state) {
      const auto squares = row.at("squares").get<std::vector<double>>();
      if (squares.size() != members_.size()) refuse_state("Ensemble", "evidence");
      Evidence& own = evidence_[row.at("unique_id").get<std::string>()];
      own.squares = Eigen::Map<const ArrayXd>(squares.data(), std::ssize(squares));
      own.points = row.at("points").get<double>();
    }
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
    const auto found = evidence_.find(id);
    if (found != evidence_.end()) return found->second.weights().matrix();
    const auto members = std::ssize(members_);
    return Eigen::VectorXd::Constant(members, 1.0 / static_cast<double>(members));
  }

  /// Scores what the members say, before they see it, of what `recent` brings.
  void learn_from(const Panel& recent, const Covariates& covariates) {
    Index horizon = 0;
    for (Index i = 0; i < recent.size(); ++i) {
      horizon = std::max(horizon, std::ssize(recent[i].values));
    }
    if (horizon == 0) return;
    for (std::size_t m = 0; m < members_.size(); ++m) {
      const Forecast said = members_[m]->forecast(std::min(horizon, kLongestScored), covariates);
      for (const SeriesForecast& series : said.series) {
        const Index at = recent.find(series.id);
        if (at >= 0) learn_from(recent[at], series, m);
      }
    }
  }

  void learn_from(const SeriesView& came, const SeriesForecast& said, std::size_t member) {
    Evidence& own = evidence_[said.id];
    if (own.squares.size() == 0) own.squares = ArrayXd::Zero(std::ssize(members_));
    for (Index step = 0; step < said.distribution->horizon(); ++step) {
      const Bucket bucket = said.first + step;
      if (bucket < came.first || bucket >= came.end()) continue;
      const double y = came.values[static_cast<std::size_t>(bucket - came.first)];
      if (std::isnan(y)) continue;
      own.squares[static_cast<Index>(member)] += std::pow(y - said.distribution->mean(step), 2);
      if (member == 0) ++own.points;
    }
  }

  std::vector<std::unique_ptr<Fitted>> members_;
  std::unordered_map<std::string, Evidence> evidence_;  // by unique_id
  std::vector<LedgerRow> ledger_;
};

class Ensemble final : public Model {
 public:
  explicit Ensemble(std::vector<ModelPtr> members) : members_(std::move(members)) {}

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
    return std::make_unique<FittedEnsemble>(std::move(fitted));
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return read_state(name(), [&] { return restore(state); });
  }

 private:
  std::unique_ptr<Fitted> restore(const json& state) const {
    std::vector<std::unique_ptr<Fitted>> fitted;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      fitted.push_back(members_[i]->load(state.at("members").at(i)));
      if (!same_series(*fitted.front(), *fitted.back())) refuse_state(name(), "members");
    }
    auto result = std::make_unique<FittedEnsemble>(std::move(fitted));
    result->restore_evidence(state.at("evidence"));
    return result;
  }

  std::vector<ModelPtr> members_;
};

}  // namespace

ModelPtr make_ensemble(std::vector<ModelPtr> members) {
  return std::make_shared<Ensemble>(std::move(members));
}

}  // namespace forecart

#include "evaluation/reconciled_model.h"

#include "base/error.h"
#include "evaluation/comparison.h"
#include "evaluation/demand_model.h"
#include "evaluation/error_record.h"
#include "evaluation/model_around.h"
#include "models/saved_state.h"

#include "hierarchy/reconciled_predictive.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

/// Origins inside a fit at which errors are learnt.
constexpr Index kOrigins = 4;
/// Share of the history that they hold out at most.
constexpr Index kHeldOut = 3;
/// Points from which on errors tell how wide intervals are, and how far they may change them.
constexpr Index kFewestPoints = 8;
constexpr double kNarrowest = 0.5;
constexpr double kWidest = 2;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// What a series sold in all, up to where.
struct Total {
  double sum = 0;
  Bucket end = 0;
};

bool is_below_zero(const Panel& panel) {
  for (Index i = 0; i < panel.size(); ++i) {
    const auto values = panel[i].values;
    if (std::any_of(values.begin(), values.end(), [](double y) { return y < 0; })) return true;
  }
  return false;
}

Index longest_of(const Panel& panel) {
  Index longest = 0;
  for (Index i = 0; i < panel.size(); ++i) longest = std::max(longest, std::ssize(panel[i].values));
  return longest;
}

/// The bucket in which most forecasts begin.
Bucket usual_first(const Forecast& forecast) {
  std::map<Bucket, std::size_t> counts;
  for (const SeriesForecast& series : forecast.series) ++counts[series.first];
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::max_element(counts.begin(), counts.end(), fewer)->first;
}

/// Series that are there at the origin. One that begins later has sold nothing yet and is no part
/// of any sum; one that stayed behind would be.
std::vector<std::size_t> present_series(const Forecast& forecast) {
  const Bucket first = usual_first(forecast);
  std::vector<std::size_t> present;
  for (std::size_t i = 0; i < forecast.series.size(); ++i) {
    const SeriesForecast& series = forecast.series[i];
    if (series.first < first) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("the forecast of '{}' begins at {}, others at {}: series of a "
                              "hierarchy must end together; give it rows up to there",
                              series.id, forecast.calendar.label(series.first),
                              forecast.calendar.label(first)));
    }
    if (series.first == first) present.push_back(i);
  }
  return present;
}

std::vector<std::string> ids_of(const Forecast& forecast, const std::vector<std::size_t>& series) {
  std::vector<std::string> ids;
  for (const std::size_t i : series) ids.push_back(forecast.series[i].id);
  return ids;
}

/// How much wider or narrower the errors of each node became.
VectorXd scales_of(const MatrixXd& errors, const MatrixXd& reconciled) {
  VectorXd scales = VectorXd::Ones(errors.rows());
  for (Index i = 0; i < scales.size(); ++i) {
    const auto known = errors.row(i).array().isFinite();
    const double before = known.select(errors.row(i).array(), 0).square().sum();
    const double after = known.select(reconciled.row(i).array(), 0).square().sum();
    if (known.count() < kFewestPoints || !(before > 0)) continue;
    scales[i] = std::clamp(std::sqrt(after / before), kNarrowest, kWidest);
  }
  return scales;
}

class FittedReconciled final : public FittedAround {
 public:
  FittedReconciled(std::unique_ptr<Fitted> inner, HierarchyPlan plan)
      : FittedAround(std::move(inner)), plan_(std::move(plan)) {
    settle();
  }

  Forecast forecast(Index horizon, const Covariates& future) const override {
    return add_up(inner().forecast(horizon, future));
  }

  /// The same forecast, adding up.
  Forecast add_up(Forecast base) const {
    const std::vector<std::size_t> present = present_series(base);
    const std::vector<std::string> ids = ids_of(base, present);
    for (const std::size_t i : present) silence_unknown(base, i);
    const std::vector<std::string> leaves = known_leaves(ids);
    if (leaves.empty()) return base;
    const Hierarchy hierarchy = make_hierarchy(leaves, plan_.levels);
    std::vector<std::size_t> places = places_of(hierarchy, ids);
    for (std::size_t& place : places) place = present[place];
    const BaseForecasts known = known_of(hierarchy, base, places);
    const MatrixXd means = reconcile(hierarchy, known, {method_, non_negative_});
    const VectorXd scales = widths(hierarchy, known);
    for (Index node = 0; node < hierarchy.nodes(); ++node) {
      auto& one = base.series[places[static_cast<std::size_t>(node)]].distribution;
      one = moved(std::move(one), {means.row(node).transpose(), scales[node], non_negative_});
    }
    return base;
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<Components> parts = inner().components(horizon, future);
    const Forecast whole = forecast(horizon, future);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      parts[i].complete("reconciliation", means_of(*whole.series[i].distribution));
    }
    return parts;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    const Index steps = compared_steps(recent);
    // Of the first steps alone one learns nothing of a forecast that is made for all of them.
    if (steps > 0 && 2 * steps >= errors_.longest_origin()) {
      errors_.add(inner().forecast(steps, covariates), recent);
    }
    inner().update(recent, covariates);
    count(recent);
    settle();
  }

  /// Adds what lies after what was counted before, of series of which anything is known.
  void count(const Panel& panel) {
    non_negative_ = non_negative_ && !is_below_zero(panel);
    for (Index i = 0; i < panel.size(); ++i) {
      const SeriesView series = panel[i];
      if (trimmed(series).values.empty()) continue;
      const auto [at, is_new] = totals_.try_emplace(std::string(series.id), Total{0, series.first});
      Total& own = at->second;
      for (std::size_t t = 0; t < series.values.size(); ++t) {
        const bool is_later = series.first + static_cast<Bucket>(t) >= own.end;
        if (is_later && !std::isnan(series.values[t])) own.sum += series.values[t];
      }
      own.end = std::max(own.end, series.end());
    }
  }

  /// From the first value on, of series whose history may have changed.
  void count_again(const Panel& panel) {
    for (const std::string& id : panel.ids()) totals_.erase(id);
    count(panel);
  }

  void learn(ErrorRecord errors) {
    errors_ = std::move(errors);
    settle();
  }

  void inherit(const Fitted& earlier) override {
    inner().inherit(inside<FittedReconciled>(earlier));
    const auto* const same = dynamic_cast<const FittedReconciled*>(&earlier);
    if (same != nullptr && same->errors_.points() > errors_.points()) learn(same->errors_);
  }

  std::unique_ptr<Fitted> clone() const override {
    auto copy = std::make_unique<FittedReconciled>(inner().clone(), plan_);
    copy->non_negative_ = non_negative_;
    copy->totals_ = totals_;
    copy->learn(errors_);
    return copy;
  }

  /// Goes on around another state of the same series.
  void refitted(std::unique_ptr<Fitted> inner) {
    replace_inner(std::move(inner));
    settle();
  }

  json save() const override {
    json totals = json::array();
    for (const auto& [id, total] : totals_) totals.push_back({id, total.sum, total.end});
    return {{"version", 1},
            {"method", to_string(plan_.method)},
            {"levels", plan_.levels},
            {"non_negative", non_negative_},
            {"totals", std::move(totals)},
            {"errors", errors_.save()},
            {"inner", inner().save()}};
  }

  void restore(const json& state) {
    non_negative_ = state.at("non_negative").get<bool>();
    learn(ErrorRecord::load(state.at("errors")));
    for (const json& row : state.at("totals")) {
      const auto sum = row.at(1).get<double>();
      if (!std::isfinite(sum)) refuse_state("a hierarchy", "totals");
      totals_[row.at(0).get<std::string>()] = {sum, whole<Bucket>(row.at(2))};
    }
  }

  json explain(Index series) const override {
    json told = inner().explain(series);
    return {{"reconciliation", to_string(method_)},
            {"points", errors_.points()},
            {"base", std::move(told)}};
  }

  const std::vector<LedgerRow>& ledger() const override { return ledger_; }
  std::vector<LedgerRow> ledger_rows() const override { return ledger_; }

 private:
  bool is_known(const std::string& id) const { return totals_.contains(id); }

  /// A leaf of which nothing is known is no part of any sum, so nothing is what it sells.
  void silence_unknown(Forecast& base, std::size_t series) const {
    auto& [id, first, distribution] = base.series[series];
    if (is_known(id)) return;
    distribution = moved(std::move(distribution), {VectorXd::Zero(base.horizon), 1, true});
  }

  std::vector<std::string> known_leaves(const std::vector<std::string>& ids) const {
    std::vector<std::string> leaves = leaves_of(ids);
    std::erase_if(leaves, [&](const std::string& id) { return !is_known(id); });
    return leaves;
  }

  /// A sum that was never known has no forecast.
  BaseForecasts known_of(const Hierarchy& hierarchy, const Forecast& base,
                         const std::vector<std::size_t>& places) const {
    BaseForecasts known{MatrixXd(hierarchy.nodes(), base.horizon), errors_.errors_of(hierarchy.ids),
                        VectorXd::Zero(hierarchy.leaves())};
    for (Index node = 0; node < hierarchy.nodes(); ++node) {
      const SeriesForecast& own = base.series[places[static_cast<std::size_t>(node)]];
      known.means.row(node) = means_of(*own.distribution).transpose();
      if (!is_known(own.id)) known.means.row(node).setConstant(kUnknown);
    }
    for (Index leaf = 0; leaf < hierarchy.leaves(); ++leaf) {
      const auto node = static_cast<std::size_t>(hierarchy.aggregates() + leaf);
      const auto found = totals_.find(hierarchy.ids[node]);
      if (found != totals_.end()) known.history[leaf] = found->second.sum;
    }
    return known;
  }

  VectorXd widths(const Hierarchy& hierarchy, const BaseForecasts& known) const {
    if (!keeps_coherent(method_) || errors_.points() < kFewestPoints) {
      return VectorXd::Ones(hierarchy.nodes());
    }
    return scales_of(known.errors, reconciled_errors(hierarchy, known, method_));
  }

  /// Chooses the method by what is known of errors, and writes the ledger.
  void settle() {
    ledger_ = inner().ledger_rows();
    method_ = plan_.method == Reconciliation::automatic ? best_method() : plan_.method;
    for (LedgerRow& row : ledger_) {
      row.members = row.members.empty() ? std::vector<MemberTime>{{row.model, row.milliseconds}}
                                        : row.members;
      row.model += "/" + to_string(plan_.method);
      row.interval_method += ", moved to what adds up by " + to_string(method_);
    }
  }

  Reconciliation best_method() const {
    if (errors_.points() == 0) return Reconciliation::structural;
    std::vector<std::string> ids;
    for (const LedgerRow& row : ledger_) ids.push_back(row.unique_id);
    const Hierarchy hierarchy = make_hierarchy(leaves_of(ids), plan_.levels);
    BaseForecasts past;
    past.errors = errors_.errors_of(hierarchy.ids);
    past.origins = errors_.origins();
    past.past_means = errors_.means_of(hierarchy.ids);
    return forecart::best_method(hierarchy, past);
  }

  HierarchyPlan plan_;
  Reconciliation method_ = Reconciliation::structural;
  bool non_negative_ = true;
  ErrorRecord errors_;
  std::map<std::string, Total> totals_;  // by unique_id
  std::vector<LedgerRow> ledger_;        // of inner_, under the name of the whole
};

class ReconciledModel final : public ModelAround {
 public:
  ReconciledModel(ModelPtr inner, HierarchyPlan plan)
      : ModelAround(std::move(inner)), plan_(std::move(plan)) {}

  std::string name() const override { return inner().name() + "/" + to_string(plan_.method); }
  bool pools() const override { return true; }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    const FitOptions own = inside<FittedReconciled>(options);
    ErrorRecord errors;
    if (uses_errors(plan_.method)) errors = past_errors(panel, covariates, own);
    auto fitted = std::make_unique<FittedReconciled>(inner().fit(panel, covariates, own), plan_);
    fitted->learn(std::move(errors));
    fitted->count(panel);
    return fitted;
  }

  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    auto* const same = dynamic_cast<FittedReconciled*>(kept.get());
    if (same == nullptr) {
      return fit(in_order_of(*kept, task.panel), task.covariates, task.options);
    }
    same->refitted(inner().refit(same->take_inner(), decisions, task));
    same->count_again(fitted_again(task.panel, decisions));
    return kept;
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return read_state(name(), [&] {
      check_version(name(), state, 1);
      HierarchyPlan plan{parse_reconciliation(state.at("method").get<std::string>()),
                         state.at("levels").get<std::vector<std::string>>()};
      auto fitted =
          std::make_unique<FittedReconciled>(inner().load(state.at("inner")), std::move(plan));
      fitted->restore(state);
      return fitted;
    });
  }

 private:
  /// Errors at the last origins that the history has room for; none where it has for none.
  ErrorRecord past_errors(const Panel& panel, const Covariates& covariates,
                          const FitOptions& options) const {
    const Index horizon = options.horizon;
    const Index origins = std::min(kOrigins, longest_of(panel) / kHeldOut / horizon);
    ErrorRecord errors;
    if (origins == 0) return errors;
    FitOptions trial = options;
    trial.trial = true;
    const auto fitted =
        inner().fit(panel.before_end(Panel::kAll, origins * horizon), covariates, trial);
    for (Index left = origins; left > 0; --left) {
      const Panel came = panel.before_end(left * horizon, (left - 1) * horizon);
      errors.add(fitted->forecast(horizon, covariates), came);
      if (left > 1) fitted->update(came, covariates);
    }
    return errors;
  }

  HierarchyPlan plan_;
};

}  // namespace

ModelPtr reconciled(ModelPtr model, HierarchyPlan plan) {
  return std::make_shared<ReconciledModel>(std::move(model), std::move(plan));
}

std::optional<Forecast> reconciled_demand(const Fitted& fitted, Index horizon,
                                          const Covariates& future) {
  const auto* const whole = dynamic_cast<const FittedReconciled*>(&fitted);
  if (whole == nullptr) return forecast_demand(fitted, horizon, future);
  auto demand = forecast_demand(whole->inner(), horizon, future);
  if (demand) demand = whole->add_up(*std::move(demand));
  return demand;
}

std::string chosen_reconciliation(std::string_view model, const Fitted& fitted) {
  if (!model.ends_with("/auto")) return "";
  return fitted.explain(0).value("reconciliation", "");
}

}  // namespace forecart

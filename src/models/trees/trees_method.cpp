#include "models/trees/trees_method.h"

#include "base/error.h"
#include "base/parallel.h"
#include "models/saved_state.h"
#include "models/trees/parts.h"
#include "models/trees/tree_series.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace forecart::trees {

namespace {

using Eigen::Index;
using nlohmann::json;

constexpr int kStateVersion = 2;
/// Share of the series that may go below zero before the panel counts as one that does.
constexpr double kFewBelowZero = 0.1;

const TreeSeries& own(const GlobalSeries& series) {
  return dynamic_cast<const TreeSeries&>(series);
}

class TreesLearnt final : public GlobalLearnt {
 public:
  TreesLearnt(std::shared_ptr<const Learnt> learnt, const Calendar& calendar)
      : learnt_(std::move(learnt)), calendar_(calendar) {}

  std::string obstacle(const SeriesView& series) const override {
    if (plan().centred || never_negative(series.values)) return "";
    return "goes below zero, which most series of the panel do not";
  }

  /// Of rows drawn, where not all were learnt from, and of an objective that cannot be.
  std::string note() const override {
    const json& report = learnt_->report;
    const auto rows = whole<std::int64_t>(report.at("rows"));
    const auto available = whole<std::int64_t>(report.at("rows_available"));
    const auto budget = whole<std::int64_t>(report.at("budget"));
    std::string note;
    if (available > budget) {
      note = fmt::format("learnt from {} of {} rows, drawn to a budget of {}", rows, available,
                         budget);
    }
    if (!report.contains("objective_asked")) return note;
    return fmt::format("{}{}trained on {} errors, not {}: the panel goes below zero", note,
                       note.empty() ? "" : "; ", report.at("objective").get<std::string>(),
                       report.at("objective_asked").get<std::string>());
  }

  std::unique_ptr<GlobalSeries> begin(const SeriesView& series,
                                      const Covariates& covariates) const override {
    const LearningPanel panel{calendar_, covariates, {}, 1};
    return std::make_unique<TreeSeries>(panel, Subject{series, 0}, plan());
  }

  Bucket lookback() const override { return plan().lookback(); }

  std::vector<PredictivePtr> forecast(const std::vector<GlobalOrigin>& origins, Index horizon,
                                      const Covariates& future, unsigned threads) const override {
    std::vector<PredictivePtr> result(origins.size());
    parallel_for(origins.size(), threads,
                 [&](std::size_t i) { result[i] = forecast(origins[i], horizon, future); });
    return result;
  }

  Components components(const GlobalOrigin& at, Index horizon,
                        const Covariates& future) const override {
    return tree_components(*learnt_, calendar_, own(at.series).origin(at.end),
                           ahead(at, horizon, future), horizon);
  }

  json explain() const override { return learnt_->report; }
  json save() const override { return save_learnt(*learnt_); }
  std::unique_ptr<GlobalSeries> load_series(const json& state) const override {
    return std::make_unique<TreeSeries>(state, plan(), calendar_);
  }

 private:
  const FeaturePlan& plan() const { return learnt_->plan(); }

  CovariateRows ahead(const GlobalOrigin& at, Index horizon, const Covariates& future) const {
    return known_future_rows(plan().covariates, future, at.id, calendar_, at.end, at.end + horizon);
  }

  PredictivePtr forecast(const GlobalOrigin& at, Index horizon, const Covariates& future) const {
    const Origin origin = own(at.series).origin(at.end);
    Eigen::VectorXd mean = JointForecaster(learnt_->forests, calendar_)
                               .path(origin, ahead(at, horizon, future), horizon);
    const double share = origin.history.zero_share(origin.end(), plan().spread_window);
    return pooled_predictive(std::move(mean), error_scale(plan(), origin.history, origin.end()),
                             learnt_->errors.group(share));
  }

  std::shared_ptr<const Learnt> learnt_;
  Calendar calendar_;
};

/// Whether enough series go below zero for the panel to count as one that does.
bool goes_below_zero(const std::vector<SeriesView>& series) {
  double below = 0;
  for (const SeriesView& one : series) below += never_negative(one.values) ? 0 : 1;
  return below > kFewBelowZero * static_cast<double>(series.size());
}

/// The series that are learnt from: where only few go below zero, the others.
LearningPanel learning_part(const GlobalPanel& panel, bool centred, unsigned threads) {
  LearningPanel part{panel.calendar, panel.covariates, {}, threads};
  for (const SeriesView& series : panel.series) {
    if (!centred && !never_negative(series.values)) continue;
    part.subjects.push_back({series, roughness_of(series.values)});
  }
  return part;
}

class TreesMethod final : public GlobalMethod {
 public:
  explicit TreesMethod(const TreesOptions& options) : options_(options) {}

  std::string name() const override { return "GradientBoostedTrees"; }
  std::string interval_method() const override { return "held-out errors of like series"; }
  int state_version() const override { return kStateVersion; }
  bool uses_covariates() const override { return true; }

  GlobalOutcome learn(const GlobalPanel& panel, const FitOptions& fit) const override {
    const bool centred = goes_below_zero(panel.series);
    const LearningPanel part = learning_part(panel, centred, fit.threads);
    FeaturePlan plan = FeaturePlan::for_frequency(panel.calendar.frequency(), options_.season);
    plan.centred = centred;
    Bucket end = panel.series.front().end();
    for (const SeriesView& series : panel.series) end = std::max(end, series.end());
    plan.covariates = plan_covariates(panel.covariates, end);
    try {
      LearningOutcome outcome = trees::learn(part, plan, options_, fit);
      if (outcome.learnt == nullptr) return {nullptr, outcome.refusal};
      return {std::make_shared<TreesLearnt>(std::move(outcome.learnt), panel.calendar), ""};
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unavailable) throw;
      return {nullptr, error.what()};
    }
  }

  std::shared_ptr<const GlobalLearnt> load(const json& state,
                                           const Calendar& calendar) const override {
    return std::make_shared<TreesLearnt>(load_learnt(state), calendar);
  }

 private:
  TreesOptions options_;
};

}  // namespace

std::shared_ptr<const GlobalMethod> make_trees_method(const TreesOptions& options) {
  return std::make_shared<TreesMethod>(options);
}

}  // namespace forecart::trees

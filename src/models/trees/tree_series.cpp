#include "models/trees/tree_series.h"

#include "models/saved_state.h"
#include "models/trees/held_out.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart::trees {

namespace {

using nlohmann::json;

/// The greatest value whose square sums stay finite.
constexpr double kGreatestValue = 1e100;

}  // namespace

TreeSeries::TreeSeries(const LearningPanel& panel, const Subject& subject, const FeaturePlan& plan)
    : plan_(&plan), covariates_(plan.covariates, plan.spread_window) {
  const SeriesView& series = subject.series;
  Origin origin = origin_at(panel, subject, plan, std::ssize(series.values));
  const auto kept = static_cast<std::ptrdiff_t>(origin.end());
  tail_.assign(series.values.end() - kept, series.values.end());
  if (origin.history.born()) born_ = origin.first + *origin.history.born();
  covariates_ = std::move(origin.covariates);
  fixed_ = std::move(origin.fixed);
}

TreeSeries::TreeSeries(const json& state, const FeaturePlan& plan, const Calendar& calendar)
    : plan_(&plan), covariates_(plan.covariates, plan.spread_window) {
  for (const json& value : state.at("tail")) tail_.push_back(number_or_missing(value));
  const bool fine = std::none_of(tail_.begin(), tail_.end(),
                                 [](double y) { return std::abs(y) > kGreatestValue; });
  if (!fine) refuse_state("GradientBoostedTrees", "tail");
  forget();
  if (!state.at("born").is_null()) {
    born_ = whole<Bucket>(state.at("born"));
    if (!calendar.holds(*born_)) refuse_state("GradientBoostedTrees", "born");
  }
  covariates_.restore(state.at("covariates"));
  for (const json& value : state.at("fixed")) fixed_.push_back(number_or_missing(value));
  if (fixed_.size() != plan.covariates.fixed.size()) {
    refuse_state("GradientBoostedTrees", "fixed");
  }
}

void TreeSeries::forget() {
  const auto most = static_cast<std::size_t>(plan_->lookback());
  if (tail_.size() <= most) return;
  tail_.erase(tail_.begin(), tail_.end() - static_cast<std::ptrdiff_t>(most));
}

void TreeSeries::move_on(const SeriesView& recent, Bucket from, const Covariates& covariates) {
  const CovariateRows rows =
      covariate_rows(plan_->covariates, covariates, recent.id, from, recent.end());
  for (Eigen::Index i = 0; i < rows.rows(); ++i) covariates_.advance(row_of(rows, i));
  for (Bucket bucket = from; bucket < recent.end(); ++bucket) {
    const double value = value_at(recent, bucket);
    if (!born_ && !std::isnan(value) && value != 0) born_ = bucket;
    tail_.push_back(std::clamp(value, -kGreatestValue, kGreatestValue));
  }
  forget();
}

std::unique_ptr<GlobalSeries> TreeSeries::clone() const {
  return std::make_unique<TreeSeries>(*this);
}

json TreeSeries::save() const {
  json born;
  if (born_) born = *born_;
  return {{"tail", numbers_or_null(tail_)},
          {"born", std::move(born)},
          {"covariates", covariates_.save()},
          {"fixed", numbers_or_null(fixed_)}};
}

Origin TreeSeries::origin(Bucket end) const {
  const Bucket first = end - static_cast<Bucket>(tail_.size());
  std::optional<Bucket> position;
  if (born_) position = *born_ - first;
  return {History(tail_, position), first, covariates_, fixed_};
}

}  // namespace forecart::trees

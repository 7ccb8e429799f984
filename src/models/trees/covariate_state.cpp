#include "models/trees/covariate_state.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart::trees {

namespace {

using Eigen::Index;
using nlohmann::json;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::vector<double> numbers(const json& list, std::size_t count, const char* part) {
  std::vector<double> result;
  for (const json& value : list) result.push_back(number_or_missing(value));
  if (result.size() != count) refuse_state("GradientBoostedTrees", part);
  return result;
}

}  // namespace

CovariateState::CovariateState(const CovariatePlan& plan, double half_life)
    : last_(plan.past.size(), kUnknown),
      mean_(plan.future.size() + plan.past.size(), kUnknown),
      rate_(1 - std::exp2(-1 / half_life)) {}

void CovariateState::advance(std::span<const double> row) {
  const std::size_t future = mean_.size() - last_.size();
  for (std::size_t i = 0; i < mean_.size(); ++i) {
    const double value = row[i];
    if (std::isnan(value)) continue;
    mean_[i] = std::isnan(mean_[i]) ? value : mean_[i] + rate_ * (value - mean_[i]);
    if (i >= future) last_[i - future] = value;
  }
}

CovariateView CovariateState::view(std::span<const double> future,
                                   std::span<const double> fixed) const {
  const std::span<const double> mean(mean_);
  const std::size_t ahead = mean_.size() - last_.size();
  return {last_, mean.subspan(ahead), future, mean.first(ahead), fixed};
}

json CovariateState::save() const {
  return {{"last", numbers_or_null(last_)}, {"mean", numbers_or_null(mean_)}};
}

void CovariateState::restore(const json& state) {
  last_ = numbers(state.at("last"), last_.size(), "last");
  mean_ = numbers(state.at("mean"), mean_.size(), "mean");
}

}  // namespace forecart::trees

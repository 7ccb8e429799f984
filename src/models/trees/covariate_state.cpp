#include "models/trees/covariate_state.h"

#include "base/error.h"
#include "models/saved_state.h"

#include <fmt/format.h>
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

template <typename Values>
bool is_indicator(const Values& values) {
  return (values.array().isNaN() || values.array() == 0 || values.array() == 1).all();
}

/// Whether a column holds nothing but 0 and 1.
bool only_says_yes_or_no(const Covariates& covariates, const std::string& name) {
  const auto shared = std::find(covariates.names.begin(), covariates.names.end(), name);
  if (shared != covariates.names.end()) {
    return is_indicator(covariates.values.col(shared - covariates.names.begin()));
  }
  const auto own = std::find(covariates.own_names.begin(), covariates.own_names.end(), name);
  const Index column = own - covariates.own_names.begin();
  return std::all_of(covariates.own.begin(), covariates.own.end(), [column](const auto& entry) {
    return is_indicator(entry.second.values.col(column));
  });
}

/// Buckets [from, to).
struct Stretch {
  Bucket from;
  Bucket to;
};

CovariateRows rows_of(const std::vector<std::string>& wanted, const Covariates& covariates,
                      std::string_view id, const Stretch& stretch) {
  for (const std::string& name : wanted) {
    if (covariates.has(name)) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("GradientBoostedTrees was fitted with regressor '{}', which is not "
                            "among those given for series '{}'; give its values",
                            name, id));
  }
  if (wanted.empty()) return CovariateRows(stretch.to - stretch.from, 0);
  return covariates.of(id, wanted, stretch.from, stretch.to).values;
}

std::vector<double> numbers(const json& list, std::size_t count, const char* part) {
  std::vector<double> result;
  for (const json& value : list) result.push_back(number_or_missing(value));
  if (result.size() != count) refuse_state("GradientBoostedTrees", part);
  return result;
}

}  // namespace

CovariatePlan plan_covariates(const Covariates& covariates) {
  CovariatePlan plan;
  plan.future = covariates.future_names();
  plan.past = covariates.past_names;
  for (const std::string& name : plan.future) {
    plan.relative.push_back(!only_says_yes_or_no(covariates, name));
  }
  for (const StaticColumn& column : covariates.statics.columns) plan.fixed.push_back(column.name);
  return plan;
}

CovariateRows covariate_rows(const CovariatePlan& plan, const Covariates& covariates,
                             std::string_view id, Bucket from, Bucket to) {
  std::vector<std::string> wanted = plan.future;
  wanted.insert(wanted.end(), plan.past.begin(), plan.past.end());
  return rows_of(wanted, covariates, id, {from, to});
}

CovariateRows future_rows(const CovariatePlan& plan, const Covariates& covariates,
                          std::string_view id, Bucket from, Bucket to) {
  return rows_of(plan.future, covariates, id, {from, to});
}

std::vector<double> fixed_values(const CovariatePlan& plan, const Covariates& covariates,
                                 std::string_view id) {
  std::vector<double> result(plan.fixed.size(), kUnknown);
  const Eigen::VectorXd cells = covariates.statics.of(id);
  const auto& columns = covariates.statics.columns;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto at = std::find_if(columns.begin(), columns.end(), [&](const StaticColumn& column) {
      return column.name == plan.fixed[i];
    });
    if (at != columns.end()) result[i] = cells[at - columns.begin()];
  }
  return result;
}

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

std::span<const double> row_of(const CovariateRows& rows, Index at) {
  return {rows.data() + at * rows.cols(), static_cast<std::size_t>(rows.cols())};
}

json numbers_or_null(std::span<const double> values) {
  json result = json::array();
  for (const double value : values) {
    std::isnan(value) ? result.push_back(nullptr) : result.push_back(value);
  }
  return result;
}

double number_or_missing(const json& value) {
  return value.is_null() ? kUnknown : value.get<double>();
}

}  // namespace forecart::trees

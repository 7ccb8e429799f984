#include "models/global/covariate_plan.h"

#include "base/error.h"
#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

template <typename Values>
bool is_indicator(const Values& values) {
  return (values.array().isNaN() || values.array() == 0 || values.array() == 1).all();
}

/// Whether a column holds nothing but 0 and 1 before bucket `end`.
bool only_says_yes_or_no(const Covariates& covariates, const std::string& name, Bucket end) {
  const auto before = [end](const Eigen::MatrixXd& values, Bucket first, Index column) {
    return values.col(column).head(std::clamp<Index>(end - first, 0, values.rows()));
  };
  const auto shared = std::find(covariates.names.begin(), covariates.names.end(), name);
  if (shared != covariates.names.end()) {
    return is_indicator(
        before(covariates.values, covariates.first, shared - covariates.names.begin()));
  }
  const auto own = std::find(covariates.own_names.begin(), covariates.own_names.end(), name);
  const Index column = own - covariates.own_names.begin();
  return std::all_of(covariates.own.begin(), covariates.own.end(), [&](const auto& entry) {
    return is_indicator(before(entry.second.values, entry.second.first, column));
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
                fmt::format("the model was fitted with regressor '{}', which is not "
                            "among those given for series '{}'; give its values",
                            name, id));
  }
  if (wanted.empty()) return CovariateRows(stretch.to - stretch.from, 0);
  return covariates.of(id, wanted, stretch.from, stretch.to).values;
}

}  // namespace

CovariatePlan plan_covariates(const Covariates& covariates, Bucket end) {
  CovariatePlan plan;
  plan.future = covariates.future_names();
  plan.past = covariates.past_names;
  for (const std::string& name : plan.future) {
    plan.relative.push_back(!only_says_yes_or_no(covariates, name, end));
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

CovariateRows known_future_rows(const CovariatePlan& plan, const Covariates& covariates,
                                std::string_view id, const Calendar& calendar, Bucket from,
                                Bucket to) {
  CovariateRows rows = future_rows(plan, covariates, id, from, to);
  const auto unknown = covariates.first_unknown(id, plan.future, from, to);
  if (!unknown) return rows;
  throw Error(ErrorCode::bad_data,
              fmt::format("the forecast of series '{}' needs regressor '{}' at {}, and it is not "
                          "known there; give its value at every step ahead",
                          id, unknown->name, calendar.label(unknown->bucket)));
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

nlohmann::json save_covariate_plan(const CovariatePlan& plan) {
  return {{"future", plan.future},
          {"relative", plan.relative},
          {"past", plan.past},
          {"fixed", plan.fixed}};
}

CovariatePlan load_covariate_plan(const nlohmann::json& state) {
  CovariatePlan plan;
  plan.future = state.at("future").get<std::vector<std::string>>();
  plan.relative = state.at("relative").get<std::vector<bool>>();
  plan.past = state.at("past").get<std::vector<std::string>>();
  plan.fixed = state.at("fixed").get<std::vector<std::string>>();
  if (plan.relative.size() != plan.future.size()) refuse_state("a model", "covariates");
  return plan;
}

std::span<const double> row_of(const CovariateRows& rows, Index at) {
  return {rows.data() + at * rows.cols(), static_cast<std::size_t>(rows.cols())};
}

}  // namespace forecart

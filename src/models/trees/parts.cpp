#include "models/trees/parts.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart::trees {

namespace {

using Eigen::Index;

/// The season that a calendar field belongs to: the hour to the shortest, the rest to the longest.
std::string calendar_part(const FeaturePlan& plan, CalendarField field) {
  if (plan.seasons.empty()) return std::string(kTrend);
  const auto shorter = [](const SeasonPlan& a, const SeasonPlan& b) { return a.length < b.length; };
  const auto [shortest, longest] =
      std::minmax_element(plan.seasons.begin(), plan.seasons.end(), shorter);
  return season_part((field == CalendarField::hour ? shortest : longest)->length);
}

/// The part that each column of a plan belongs to, in the order of the columns.
std::vector<std::string> part_of_columns(const FeaturePlan& plan) {
  const auto own = 2 * plan.covariates.past.size();
  std::vector<std::string> parts(plan.origin_names().size() - own, std::string(kTrend));
  for (const std::string& name : plan.covariates.past) parts.insert(parts.end(), 2, name);
  parts.emplace_back(kTrend);  // the horizon
  for (const SeasonPlan& season : plan.seasons) {
    parts.insert(parts.end(), 1 + season.means.size(), season_part(season.length));
  }
  if (plan.year > 0) parts.push_back(season_part(plan.year));
  for (const CalendarField field : plan.fields) parts.push_back(calendar_part(plan, field));
  for (std::size_t i = 0; i < plan.covariates.future.size(); ++i) {
    parts.insert(parts.end(), plan.covariates.relative[i] ? 2 : 1, plan.covariates.future[i]);
  }
  parts.insert(parts.end(), plan.covariates.fixed.begin(), plan.covariates.fixed.end());
  return parts;
}

/// Names in the order of their first column.
std::vector<std::string> distinct(const std::vector<std::string>& parts) {
  std::vector<std::string> names;
  for (const std::string& part : parts) {
    if (std::find(names.begin(), names.end(), part) == names.end()) names.push_back(part);
  }
  return names;
}

/// Margins of one step by part: (names), with what is there before any split in the first one.
Eigen::VectorXd by_part(const Eigen::VectorXd& contributions, const std::vector<std::string>& parts,
                        const std::vector<std::string>& names) {
  Eigen::VectorXd result = Eigen::VectorXd::Zero(std::ssize(names));
  result[0] = contributions[contributions.size() - 1];
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto at = std::find(names.begin(), names.end(), parts[i]) - names.begin();
    result[at] += contributions[static_cast<Index>(i)];
  }
  return result;
}

/// What each margin changes, in the unit of the series.
Eigen::VectorXd changes(const Eigen::VectorXd& margins, const Frame& frame, Link link) {
  if (link == Link::identity) return frame.scale * margins;
  Eigen::VectorXd result(margins.size());
  double value = frame.scale;
  for (Index i = 0; i < margins.size(); ++i) {
    result[i] = value * std::expm1(margins[i]);
    value *= std::exp(margins[i]);
  }
  return result;
}

}  // namespace

Components tree_components(const Learnt& learnt, const Calendar& calendar, const Origin& origin,
                           const CovariateRows& ahead, Index horizon) {
  const Eigen::VectorXd mean =
      JointForecaster(learnt.forests, calendar).path(origin, ahead, horizon);
  const Frame frame = frame_at(learnt.plan(), origin.history, origin.end());
  Components result;
  const Forest& forest = learnt.forests.front();
  if (forest.strategy == Strategy::recursive || !frame.usable()) {
    result.add(kRemainder, mean);
    return result;
  }
  const PathForecaster forecaster(forest, calendar);
  const std::vector<std::string> parts = part_of_columns(forest.plan);
  const std::vector<std::string> names = distinct(parts);
  Eigen::MatrixXd values(horizon, std::ssize(names));
  for (Index step = 0; step < horizon; ++step) {
    const std::vector<float> row = forecaster.row(origin, ahead, step + 1);
    const Eigen::VectorXd margins = by_part(forest.trees.contributions(row.data()), parts, names);
    values.row(step) = changes(margins, frame, forest.trees.link());
  }
  const double start = forest.trees.link() == Link::log ? frame.scale : frame.base;
  result.add(kLevel, Eigen::VectorXd::Constant(horizon, start));
  for (std::size_t i = 0; i < names.size(); ++i)
    result.add(names[i], values.col(static_cast<Index>(i)));
  result.complete(kRemainder, mean);
  return result;
}

}  // namespace forecart::trees

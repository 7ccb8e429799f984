#include "models/trees/path.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart::trees {

namespace {

using Eigen::Index;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
/// Share of the frame's scale that errors have at least.
constexpr double kLeastErrorShare = 0.1;

/// What a recursive forecast may say: the range of the last values and half of it on either side.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  double clamp(double y) const { return std::clamp(y, low, high); }
};

Bounds bounds_of(const History& history) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (Index i = 0; i < history.size(); ++i) {
    if (std::isnan(history[i])) continue;
    low = std::min(low, history[i]);
    high = std::max(high, history[i]);
  }
  if (low > high) return {};
  return {low - (high - low) / 2, high + (high - low) / 2};
}

}  // namespace

const char* name_of(Strategy strategy) {
  switch (strategy) {
    case Strategy::recursive:
      return "recursive";
    case Strategy::both:
      return "both";
    case Strategy::direct:
      break;
  }
  return "direct";
}

Eigen::VectorXd PathForecaster::path(const Origin& origin, const CovariateRows& ahead,
                                     Index horizon) const {
  if (!frame_at(writer_.plan(), origin.history, origin.end()).usable()) {
    return Eigen::VectorXd::Zero(horizon);
  }
  if (forest_.strategy == Strategy::recursive) return recursive(origin, ahead, horizon);
  return direct(origin, ahead, horizon);
}

std::vector<float> PathForecaster::row(const Origin& origin, const CovariateRows& ahead,
                                       Index step) const {
  std::vector<float> row(static_cast<std::size_t>(writer_.columns()));
  const Index end = origin.end();
  const Frame frame = frame_at(writer_.plan(), origin.history, end);
  const CovariateView view = origin.covariates.view(row_of(ahead, step - 1), origin.fixed);
  writer_.write_origin(origin.history, frame, end, view, row);
  writer_.write_target(origin.history, frame, {end, step, origin.first + end + step - 1}, view,
                       row);
  return row;
}

Eigen::VectorXd PathForecaster::direct(const Origin& origin, const CovariateRows& ahead,
                                       Index horizon) const {
  const Index end = origin.end();
  const Frame frame = frame_at(writer_.plan(), origin.history, end);
  std::vector<float> row(static_cast<std::size_t>(writer_.columns()));
  writer_.write_origin(origin.history, frame, end, origin.covariates.view({}, {}), row);
  Eigen::VectorXd result(horizon);
  for (Index step = 1; step <= horizon; ++step) {
    const RowSite site{end, step, origin.first + end + step - 1};
    writer_.write_target(origin.history, frame, site,
                         origin.covariates.view(row_of(ahead, step - 1), origin.fixed), row);
    result[step - 1] = frame.value(forest_.trees.predict(row.data()));
  }
  return result;
}

Eigen::VectorXd PathForecaster::recursive(Origin origin, const CovariateRows& ahead,
                                          Index horizon) const {
  const Bounds bounds = bounds_of(origin.history);
  std::vector<float> row(static_cast<std::size_t>(writer_.columns()));
  const std::size_t future = writer_.plan().covariates.future.size();
  std::vector<double> seen(future + writer_.plan().covariates.past.size(), kUnknown);
  Eigen::VectorXd result(horizon);
  for (Index step = 0; step < horizon; ++step) {
    const Index end = origin.end();
    const Frame frame = frame_at(writer_.plan(), origin.history, end);
    const std::span<const double> known = row_of(ahead, step);
    const CovariateView view = origin.covariates.view(known, origin.fixed);
    writer_.write_origin(origin.history, frame, end, view, row);
    writer_.write_target(origin.history, frame, {end, 1, origin.first + end}, view, row);
    result[step] =
        bounds.clamp(frame.usable() ? frame.value(forest_.trees.predict(row.data())) : 0);
    origin.history.append(result[step]);
    std::copy_n(known.begin(), future, seen.begin());
    origin.covariates.advance(seen);
  }
  return result;
}

JointForecaster::JointForecaster(std::span<const Forest> forests, const Calendar& calendar) {
  parts_.reserve(forests.size());
  for (const Forest& forest : forests) parts_.emplace_back(forest, calendar);
}

Eigen::VectorXd JointForecaster::path(const Origin& origin, const CovariateRows& ahead,
                                      Index horizon) const {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(horizon);
  for (const PathForecaster& part : parts_) sum += part.path(origin, ahead, horizon);
  return sum / static_cast<double>(parts_.size());
}

double error_scale(const FeaturePlan& plan, const History& history, Index end) {
  const Frame frame = frame_at(plan, history, end);
  if (!frame.usable()) return 0;
  const double mean = history.mean(end, plan.spread_window);
  const double spread = history.distance(end, plan.spread_window, mean);
  return std::hypot(std::isnan(spread) ? 0 : spread, kLeastErrorShare * frame.scale);
}

}  // namespace forecart::trees

#pragma once

#include "series/predictive.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <array>
#include <memory>
#include <vector>

namespace forecart::trees {

/// What a forecast made at a held-out origin missed by, in units of error_scale; NaN where nothing
/// came.
struct ErrorPath {
  Eigen::VectorXd errors;  // (horizon)
  double zero_share = 0;   ///< of the series before the origin
};

/// Errors of like series: whole paths, and per stretch of the horizon all of them in order.
struct ErrorGroup {
  Eigen::MatrixXf paths;                      // (horizon, paths), nothing missing
  std::vector<std::vector<float>> stretches;  ///< ascending
  Eigen::Index stretch = 1;                   ///< steps pooled together

  ErrorGroup() = default;
  ErrorGroup(Eigen::MatrixXf paths, Eigen::Index stretch);

  /// Type-7 quantile of the errors about a step [HyndmanFan1996]; beyond the horizon the last.
  double quantile(Eigen::Index step, double probability) const;
};

using ErrorGroupPtr = std::shared_ptr<const ErrorGroup>;

/// Errors at held-out origins, pooled over the series by how often they sell nothing: split
/// conformal intervals [Vovk2005] [Lei2018] from them hold on average over such series.
class ErrorPool {
 public:
  ErrorPool() = default;
  /// Needs at least one path. `stretch` steps of the horizon share their errors.
  ErrorPool(const std::vector<ErrorPath>& paths, Eigen::Index stretch);

  const ErrorGroupPtr& group(double zero_share) const;

  nlohmann::json save() const;
  /// Throws Error bad_data.
  static ErrorPool load(const nlohmann::json& state);

 private:
  static constexpr std::size_t kGroups = 3;
  std::array<ErrorGroupPtr, kGroups> groups_;
};

/// `mean` plus errors of a group in units of `scale`. Draws take whole paths, so that steps keep
/// their dependence; beyond the horizon of the group another path follows.
PredictivePtr pooled_predictive(Eigen::VectorXd mean, double scale, ErrorGroupPtr group);

}  // namespace forecart::trees

#pragma once

#include "series/forecast.h"
#include "series/panel.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <unordered_map>
#include <vector>

namespace forecart {

/// Errors (actual - mean) that forecasts of a panel made at past origins, for all series at the
/// same points, the latest kMostPoints of them.
class ErrorRecord {
 public:
  static constexpr Eigen::Index kMostPoints = 240;

  /// Adds what came after one forecast, a point for every step of it. What is not known, and
  /// forecasts of a series of which nothing was known then, are missing.
  void add(const Forecast& said, const Panel& came);

  Eigen::Index points() const { return points_; }

  /// (ids, points), NaN where missing.
  Eigen::MatrixXd errors_of(const std::vector<std::string>& ids) const;

  nlohmann::json save() const;
  /// Throws Error bad_data, or nlohmann's exception, for what save does not give.
  static ErrorRecord load(const nlohmann::json& state);

 private:
  void forget_oldest();

  std::unordered_map<std::string, std::vector<double>> errors_;  // by unique_id, points_ each
  Eigen::Index points_ = 0;
};

}  // namespace forecart

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

  Eigen::Index points() const { return std::ssize(origins_); }
  /// Points of the origin that has the most, 0 where there is none.
  Eigen::Index longest_origin() const;
  /// By point the number of its origin, in the order in which they came.
  const std::vector<Eigen::Index>& origins() const { return origins_; }

  /// (ids, points), NaN where missing.
  Eigen::MatrixXd errors_of(const std::vector<std::string>& ids) const;
  /// What was forecast at the points, (ids, points), NaN where missing.
  Eigen::MatrixXd means_of(const std::vector<std::string>& ids) const;

  nlohmann::json save() const;
  /// Throws Error bad_data, or nlohmann's exception, for what save does not give.
  static ErrorRecord load(const nlohmann::json& state);

 private:
  using Rows = std::unordered_map<std::string, std::vector<double>>;  // by unique_id, points() each

  void forget_oldest();
  /// As many numbers as there are points.
  std::vector<double> numbers_of(const nlohmann::json& values) const;
  Eigen::MatrixXd rows_of(const Rows& rows, const std::vector<std::string>& ids) const;

  Rows errors_;
  Rows means_;
  std::vector<Eigen::Index> origins_;  // (points)
};

}  // namespace forecart

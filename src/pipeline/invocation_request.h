#pragma once

#include "base/calendar.h"
#include "pipeline/invocation.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// One series of a request, on the calendar of all of them.
struct InvocationSeries {
  std::string id{};       ///< item_id or unique_id; "" where it has none
  bool is_known = false;  ///< of InvocationLimits::known
  Bucket first = 0;
  std::vector<double> target;  ///< NaN is missing; some value is not, unless the series is known
  Eigen::MatrixXd features{};  ///< (target and prediction_length, dynamic_feat)

  Bucket end() const { return first + static_cast<Bucket>(target.size()); }
  /// Missing values at the end of the target.
  Eigen::Index unknown_at_end() const;
};

struct InvocationQuantile {
  std::string name;  ///< as the request has it
  double probability = 0;
};

/// A request that can be met.
struct InvocationRequest {
  Calendar calendar;
  Eigen::Index prediction_length = 0;
  std::string model;
  Eigen::Index samples = 0;
  bool wants_mean = false;
  bool wants_samples = false;
  std::vector<InvocationQuantile> quantiles;  ///< empty: none wanted
  std::vector<InvocationSeries> series;
};

/// Throws Error as invoke does.
InvocationRequest read_invocation(const nlohmann::json& request, const InvocationLimits& limits);
/// The request for forecasts of a long table, the bytes of a csv file. Throws Error also as
/// read_long_table.
InvocationRequest read_invocation_table(std::string_view csv, const InvocationLimits& limits);

}  // namespace forecart

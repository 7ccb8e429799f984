#pragma once

#include "base/time.h"
#include "monitoring/metric_set.h"

#include <map>
#include <string>
#include <vector>

namespace forecart {

/// Metrics for CloudWatch as lines of its embedded metric format: JSON that CloudWatch Logs turns
/// into metrics. Counters, and histograms as `<name>_sum` and `<name>_count`, are told as what came
/// since the lines before, because CloudWatch adds up; gauges as they are. A line has the metrics
/// of one set of dimensions, at most kMostEmfMetrics; those that are rolled up
/// (MetricDefinition::roll_up) are declared by their other dimensions too.
class EmfWriter {
 public:
  explicit EmfWriter(std::string name_space = "forecart") : namespace_(std::move(name_space)) {}

  /// What stands in every line beside metrics and dimensions: names of the call that it is of.
  using Properties = std::map<std::string, std::string>;

  /// Without line ends; series that nothing happened to since are left out, gauges never.
  std::vector<std::string> lines(const std::vector<MetricSample>& samples, Instant now,
                                 const Properties& properties = {});

 private:
  std::string namespace_;
  std::map<std::string, double> told_;  ///< by metric and dimensions
};

inline constexpr std::size_t kMostEmfMetrics = 100;
inline constexpr std::size_t kMostEmfDimensions = 9;

}  // namespace forecart

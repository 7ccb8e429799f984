#pragma once

#include "monitoring/metric.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

/// One series of a metric as it stands.
struct MetricSample {
  Metric metric;
  std::vector<std::pair<std::string, std::string>> labels;  ///< names and values
  double value = 0;         ///< of a histogram the sum of what was observed
  std::uint64_t count = 0;  ///< of a histogram how much was observed
};

/// The metrics of a process: what metric_definitions() names, each with its values by label. Labels
/// are given in the order of the definition, all of them. Safe for several threads.
class MetricSet {
 public:
  using Labels = std::vector<std::string>;

  MetricSet();
  ~MetricSet();
  MetricSet(const MetricSet&) = delete;
  MetricSet& operator=(const MetricSet&) = delete;

  /// Of a counter; `amount` is not negative.
  void add(Metric metric, double amount, const Labels& labels = {});
  /// Raises a counter to a total that is counted elsewhere; a lower one changes nothing.
  void raise_to(Metric metric, double total, const Labels& labels = {});
  /// Of a gauge.
  void set(Metric metric, double value, const Labels& labels = {});
  /// Of a histogram.
  void observe(Metric metric, double value, const Labels& labels = {});
  /// A series of a gauge is no longer told; nothing happens where there is none.
  void drop(Metric metric, const Labels& labels);

  /// By metric, then by labels.
  std::vector<MetricSample> samples() const;
  /// All of them in Prometheus' text format 0.0.4.
  std::string prometheus_text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace forecart

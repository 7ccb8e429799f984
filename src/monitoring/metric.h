#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace forecart {

/// What is counted and measured of a process that stays. All that is said of a metric, its name in
/// Prometheus and in CloudWatch, its unit and its labels, stands in the table of metric.cpp alone.
enum class Metric {
  rows_read,
  rows_accepted,
  rows_rejected,
  files_taken,
  files_dead,
  files_waiting,
  runs,
  run_stage_seconds,
  run_core_seconds,
  run_cost,
  run_error,
  run_bias,
  run_error_above_band,
  coverage,
  data_age,
  forecast_age,
  failures,
  queue_depth,
  queue_oldest,
  alerts_active,
  store_requests,
  store_bytes,
  http_requests,
  http_request_seconds,
  http_connections,
  http_refused,
  http_waiting,
  reports_made,
  process_core_seconds,
  process_peak_bytes,
  build,
};

enum class MetricKind {
  counter,    ///< only grows
  gauge,      ///< the value now
  histogram,  ///< how values are spread over the buckets of Definition::bounds
};

enum class MetricUnit { count, seconds, bytes, ratio, money };

struct MetricDefinition {
  Metric metric;
  std::string_view name;  ///< as Prometheus wants it: base units, `_total` for counters
  MetricKind kind;
  MetricUnit unit;
  std::string_view help;
  /// Names with few values each: a data set, never an item, an order or a customer. "" where there
  /// are fewer.
  std::array<std::string_view, 3> labels;
  std::span<const double> bounds{};  ///< upper bounds of buckets, ascending
  /// CloudWatch, whose alarms cannot ask for whatever data set there is, is told it once more by
  /// this label alone; "": without any.
  std::optional<std::string_view> roll_up{};
};

/// In the order of Metric.
std::span<const MetricDefinition> metric_definitions();
const MetricDefinition& definition_of(Metric metric);
/// How many labels it has.
std::size_t label_count(const MetricDefinition& definition);

/// "counter", "gauge", "histogram".
std::string_view to_string(MetricKind kind);

}  // namespace forecart

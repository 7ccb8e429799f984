#include "monitoring/metric.h"

#include <algorithm>

namespace forecart {

namespace {

using enum Metric;
using enum MetricKind;

constexpr auto kCount = MetricUnit::count;
constexpr auto kSeconds = MetricUnit::seconds;
constexpr auto kBytes = MetricUnit::bytes;
constexpr auto kRatio = MetricUnit::ratio;
constexpr auto kMoney = MetricUnit::money;

constexpr std::span<const double> kNoBounds{};
constexpr std::string_view kOfAll;  // data sets together

constexpr std::array<double, 9> kStageBounds{0.01, 0.05, 0.25, 1, 5, 25, 100, 500, 2500};
constexpr std::array<double, 9> kRequestBounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30};

constexpr std::array kDefinitions{
    MetricDefinition{rows_read,
                     "forecart_rows_read_total",
                     counter,
                     kCount,
                     "Rows of order files read, blank and repeated ones too",
                     {"dataset"},
                     kNoBounds,
                     kOfAll},
    MetricDefinition{rows_accepted,
                     "forecart_rows_accepted_total",
                     counter,
                     kCount,
                     "Rows that became sales",
                     {"dataset"}},
    MetricDefinition{rows_rejected,
                     "forecart_rows_rejected_total",
                     counter,
                     kCount,
                     "Rows refused; each stands in rejects/ with its reason",
                     {"dataset"},
                     kNoBounds,
                     kOfAll},
    MetricDefinition{files_taken,
                     "forecart_files_taken_total",
                     counter,
                     kCount,
                     "Files taken out of the inbox, new or known already",
                     {"dataset"},
                     kNoBounds,
                     kOfAll},
    MetricDefinition{files_dead,
                     "forecart_files_dead_total",
                     counter,
                     kCount,
                     "Files set aside below dead/ with the reason",
                     {"dataset"},
                     kNoBounds,
                     kOfAll},
    MetricDefinition{files_waiting,
                     "forecart_files_waiting",
                     gauge,
                     kCount,
                     "Files in the inbox",
                     {"dataset"},
                     kNoBounds,
                     kOfAll},
    MetricDefinition{runs,
                     "forecart_runs_total",
                     counter,
                     kCount,
                     "Runs: published, lost to another that was quicker, or cancelled",
                     {"dataset", "status"},
                     kNoBounds,
                     "status"},
    MetricDefinition{run_stage_seconds,
                     "forecart_run_stage_seconds",
                     histogram,
                     kSeconds,
                     "Time that a stage of a run took",
                     {"stage"},
                     kStageBounds},
    MetricDefinition{run_core_seconds,
                     "forecart_run_core_seconds_total",
                     counter,
                     kSeconds,
                     "Time of cores that runs took",
                     {"dataset"}},
    MetricDefinition{run_cost,
                     "forecart_run_cost_total",
                     counter,
                     kMoney,
                     "What runs would have cost on a platform that they fit, S3 with it",
                     {"dataset", "platform"},
                     kNoBounds,
                     "platform"},
    MetricDefinition{run_error,
                     "forecart_run_error",
                     gauge,
                     kRatio,
                     "Scaled error (MASE) of the best model of the last run",
                     {"dataset", "panel"},
                     kNoBounds,
                     kOfAll},
    MetricDefinition{run_bias,
                     "forecart_run_bias",
                     gauge,
                     kRatio,
                     "Mean of forecast less actual value, of the best model of the last run",
                     {"dataset", "panel"}},
    MetricDefinition{run_error_above_band,
                     "forecart_run_error_above_band_ratio",
                     gauge,
                     kRatio,
                     "Share of series whose errors had grown beyond their band at the last run",
                     {"dataset", "panel"}},
    MetricDefinition{coverage,
                     "forecart_coverage_ratio",
                     gauge,
                     kRatio,
                     "Share of actual values inside the interval of that level in the last proof",
                     {"dataset", "panel", "level"},
                     kNoBounds,
                     "level"},
    MetricDefinition{data_age,
                     "forecart_data_age_seconds",
                     gauge,
                     kSeconds,
                     "Time since the last sale that is known",
                     {"dataset"},
                     kNoBounds,
                     kOfAll},
    MetricDefinition{forecast_age,
                     "forecart_forecast_age_seconds",
                     gauge,
                     kSeconds,
                     "Time since the current run was made",
                     {"dataset"},
                     kNoBounds,
                     kOfAll},
    MetricDefinition{failures,
                     "forecart_failures_total",
                     counter,
                     kCount,
                     "Tries to do waiting work that failed, by code",
                     {"dataset", "code"},
                     kNoBounds,
                     kOfAll},
    MetricDefinition{
        queue_depth, "forecart_queue_depth", gauge, kCount, "Data sets that work waits for", {}},
    MetricDefinition{queue_oldest,
                     "forecart_queue_oldest_seconds",
                     gauge,
                     kSeconds,
                     "Time since the first of what waits came",
                     {}},
    MetricDefinition{alerts_active,
                     "forecart_alerts_active",
                     gauge,
                     kCount,
                     "Alerts that have begun and not ended",
                     {"dataset"}},
    MetricDefinition{store_requests,
                     "forecart_store_requests_total",
                     counter,
                     kCount,
                     "Requests to the store: get, head, put, list, delete",
                     {"operation"}},
    MetricDefinition{store_bytes,
                     "forecart_store_bytes_total",
                     counter,
                     kBytes,
                     "Bytes read from the store and written to it",
                     {"direction"}},
    MetricDefinition{http_requests,
                     "forecart_http_requests_total",
                     counter,
                     kCount,
                     "Requests answered, by route",
                     {"route", "method", "status"}},
    MetricDefinition{http_request_seconds,
                     "forecart_http_request_seconds",
                     histogram,
                     kSeconds,
                     "Time from the head of a request to the end of its answer",
                     {"route"},
                     kRequestBounds},
    MetricDefinition{http_connections,
                     "forecart_http_connections",
                     gauge,
                     kCount,
                     "Open connections of clients",
                     {}},
    MetricDefinition{http_refused,
                     "forecart_http_refused_total",
                     counter,
                     kCount,
                     "Connections that a limit ended: too_many, slow, malformed, busy, tls",
                     {"reason"}},
    MetricDefinition{http_waiting,
                     "forecart_http_waiting_requests",
                     gauge,
                     kCount,
                     "Requests that wait for a thread, by kind of work",
                     {"lane"}},
    MetricDefinition{reports_made,
                     "forecart_reports_made_total",
                     counter,
                     kCount,
                     "Reports made for requests; those at hand are not made again",
                     {}},
    MetricDefinition{process_core_seconds,
                     "forecart_process_core_seconds_total",
                     counter,
                     kSeconds,
                     "Time of cores that the process took",
                     {}},
    MetricDefinition{process_peak_bytes,
                     "forecart_process_peak_memory_bytes",
                     gauge,
                     kBytes,
                     "Most memory that the process had at once",
                     {}},
    MetricDefinition{build,
                     "forecart_build_info",
                     gauge,
                     kCount,
                     "Always 1; the label tells the version",
                     {"version"}},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kDefinitions.size(); ++i) {
    if (static_cast<std::size_t>(kDefinitions[i].metric) != i) return false;
  }
  return true;
}
static_assert(is_in_order(), "a definition for every Metric, in its order");

}  // namespace

std::span<const MetricDefinition> metric_definitions() {
  return kDefinitions;
}

const MetricDefinition& definition_of(Metric metric) {
  return kDefinitions[static_cast<std::size_t>(metric)];
}

std::size_t label_count(const MetricDefinition& definition) {
  return static_cast<std::size_t>(
      std::find(definition.labels.begin(), definition.labels.end(), std::string_view()) -
      definition.labels.begin());
}

std::string_view to_string(MetricKind kind) {
  switch (kind) {
    case counter:
      return "counter";
    case gauge:
      return "gauge";
    case histogram:
      return "histogram";
  }
  return "";
}

}  // namespace forecart

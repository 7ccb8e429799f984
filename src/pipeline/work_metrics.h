#pragma once

#include "monitoring/metric_set.h"
#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <mutex>
#include <string>

namespace forecart {

/// Turns what was done for data sets into metrics. Safe for several threads.
class WorkMetrics {
 public:
  explicit WorkMetrics(MetricSet& metrics) : metrics_(metrics) {}

  /// A worker's report, as to_json(WorkReport) makes it.
  void count(const nlohmann::json& report);
  /// A worker that died before it could tell.
  void count_failure(const std::string& dataset, const std::string& code);

  /// What was known of a data set before this process began: errors and coverage of the current
  /// run, the last sale, alerts, its inbox. What was told since stays. Throws as the store does.
  void restore(const Repository& repository, const std::string& dataset);

  /// What changes while nothing is done: queue and ages. Asks the store for two listings. Throws as
  /// the store does.
  void look(const Repository& repository);
  /// The same, and what this process has used and asked of the store.
  void refresh(const Repository& repository);

 private:
  void count_inbox(const std::string& dataset, const nlohmann::json& inbox);
  void count_run(const std::string& dataset, const nlohmann::json& run);
  void count_cost(const std::string& dataset, const nlohmann::json& cost);
  void count_usage(const nlohmann::json& usage);
  void keep_last_sale(const std::string& dataset, const nlohmann::json& last);
  void keep_current_run(const std::string& dataset, const nlohmann::json& run);
  bool restore_quality(const Repository& repository, const std::string& dataset);
  void tell_queue(const Repository& repository);
  void tell_ages(Instant now);

  MetricSet& metrics_;
  std::mutex mutex_;
  std::map<std::string, Instant> last_sales_;
  std::map<std::string, Instant> current_runs_;  ///< when they were made
  std::map<std::string, std::size_t> waiting_;   ///< files, as they were told last
  std::map<std::string, std::size_t> reports_;   ///< so many of workers on a data set
  Traffic told_;
};

}  // namespace forecart

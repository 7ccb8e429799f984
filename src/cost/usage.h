#pragma once

#include "base/process_usage.h"
#include "store/counting_store.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace forecart {

/// What one part of a piece of work took.
struct StageUsage {
  std::string stage;
  double seconds = 0;
  double core_seconds = 0;
};

/// What a piece of work used: measured, or predicted.
struct Usage {
  double seconds = 0;  ///< of the clock on the wall
  double user_seconds = 0;
  double system_seconds = 0;
  std::int64_t peak_bytes = 0;  ///< of the whole process
  std::vector<StageUsage> stages;
  Traffic traffic;

  double core_seconds() const { return user_seconds + system_seconds; }
  /// Cores kept busy on average, at least one.
  double parallel() const;
};

/// Measures a piece of work by its stages, one after the other; a name that comes again adds up.
class UsageMeter {
 public:
  UsageMeter();
  /// Ends the stage before.
  void begin(const std::string& stage);
  /// Ends the last stage; of all since the meter was made.
  Usage finish(const Traffic& traffic);

 private:
  using Clock = std::chrono::steady_clock;
  struct Moment {
    Clock::time_point time;
    ProcessUsage process;
  };
  static Moment now();
  void end_stage();

  Moment start_;
  Moment stage_start_;
  std::string stage_;  // "": none
  std::vector<StageUsage> stages_;
};

/// `{"seconds":..,"core_seconds":..,"user_seconds":..,"system_seconds":..,"peak_memory_bytes":..,
/// "bytes_read":..,"bytes_written":..,"requests":{"get":..,"head":..,"put":..,"list":..,
/// "delete":..},"stages":[{"stage":..,"seconds":..,"core_seconds":..}]}`
nlohmann::json to_json(const Usage& usage);

/// "4.9 core-seconds (models 4.6, write 0.2) in 7.2 s, at most 69 MB of memory, 1.2 MB read and
/// 0.9 MB written in 41 requests".
std::string describe(const Usage& usage);

}  // namespace forecart

#pragma once

#include "automation/worker.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace forecart {

struct AutomationOptions {
  std::string repository;
  std::string program = "/proc/self/exe";  ///< whose `work` command does the work
  unsigned jobs = 1;              ///< workers at once; 0: others work, this process tells of it
  unsigned threads = 0;           ///< of each worker; 0: all cores
  std::chrono::seconds poll{60};  ///< the store is looked at as often, at least
  WorkerLimits limits{};
  std::string queue{};  ///< address of an SQS queue that hears of new objects; empty: none
  bool once = false;    ///< ends by itself when nothing can be done now
};

/// What happened to a data set, for logs and metrics.
struct StageEvent {
  enum class Kind {
    began,      ///< a worker was started
    ended,      ///< it did what waited
    cancelled,  ///< what it was to do was cancelled; files were taken in all the same
    failed,     ///< it could not, or died; `due` says when it is tried again
    settings,   ///< its dataset.toml is new here, or has changed, and may have rules of alerts
    progress,   ///< how far its worker is: `stage`, `share`
    note,       ///< something people should know, of a data set or ("") of all
  };
  Kind kind = Kind::note;
  std::string dataset{};
  double waited = 0;         ///< seconds between the first look that found the work and its begin
  double seconds = 0;        ///< that the worker took
  std::string run{};         ///< that was made, if any
  std::size_t files = 0;     ///< taken in
  std::size_t dead = 0;      ///< set aside for good
  std::size_t rejected = 0;  ///< rows
  int attempts = 0;          ///< failures in a row, this one too
  std::string code{};        ///< of a failure
  std::string message{};     ///< may hold what stands in order files: not for logs
  std::string stage{};       ///< of progress: what is being done, such as a model
  double share = 0;          ///< of it that is done, in [0, 1]
  std::string report{};      ///< JSON of WorkReport, where the worker came to tell it
};

/// "began", "ended", "cancelled", "failed", "settings", "progress", "note".
const char* to_string(StageEvent::Kind kind);

/// Makes forecasts of what people upload, as long as it runs: finds work in a repository by events
/// (the watched inbox of a local one, an SQS queue, whoever calls `ring`), by schedules and by a
/// poll, and has it done by child processes (`forecart work`), highest priority first, then what
/// waits longest. It keeps nothing that matters in memory: it may be killed at any moment.
class Automation {
 public:
  using Observer = std::function<void(const StageEvent&)>;

  /// Calls of the observer come one at a time, from threads of this. Throws Error
  /// where there is no repository, or an option cannot be met.
  Automation(const AutomationOptions& options, Observer observer);
  /// As `stop`.
  ~Automation();
  Automation(const Automation&) = delete;
  Automation& operator=(const Automation&) = delete;

  void start();
  /// Has workers end what they do soon, by force after the grace, and returns when all have.
  void stop();
  /// Whether it still runs: with `once` it ends by itself.
  bool is_running() const;

  /// What came of all work so far, as `forecart work` tells it by its exit status.
  enum class Outcome {
    done,
    partly,  ///< files were set aside, or settings could not be read
    failed,
  };
  Outcome outcome() const;

  /// Something has come for a data set; "" where it is not known for which.
  void ring(const std::string& dataset);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace forecart

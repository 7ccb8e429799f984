#pragma once

#include "base/interruption.h"
#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace forecart {

/// Work on a data set is cancelled by an object, `work/<dataset>/cancel.json`, that is other than
/// it was when the work began: whoever works, on whatever host, looks for it. So a cancellation
/// counts for what was asked for or going on when it came, and for nothing later, and no clock says
/// so.

/// What a cancellation has met.
struct CancelReport {
  std::string dataset;
  std::size_t withdrawn = 0;  ///< requests for a run that are gone
  bool working = false;       ///< a worker was at it; it ends within some seconds. A run that was
                              ///< begun by hand ends as well, but nobody can see it from here
};

/// Whether some process has claimed the work on a data set.
bool is_worked_on(const Repository& repository, const std::string& dataset);

/// Withdraws the requests for a run of a data set, and has runs that are going on end soon, in any
/// process: they publish nothing and count as no failure. What lies in the inbox stays and is taken
/// in as ever. Throws Error unknown_name where there is no such data set.
CancelReport cancel_work(Repository& repository, const std::string& dataset);

/// What `forecart cancel --json` prints.
nlohmann::json to_json(const CancelReport& report);

/// When a data set was last cancelled.
struct Cancellation {
  std::string stamp;  ///< sorts among the names of runs, as these do: by time
  std::string at;     ///< by the store's clock, "2026-04-12T08:30:15Z"
};
std::optional<Cancellation> last_cancellation(const Repository& repository,
                                              const std::string& dataset);

/// Thrown by work that was cancelled: nobody's fault, and no failed attempt.
class Cancelled : public Error {
 public:
  Cancelled(const std::string& dataset, const std::string& run);
};

/// Looks for a cancellation as long as it lives, every kCancelLook. What came before does not
/// count. Where the thread that makes it may be interrupted itself, so may what it watches.
class CancelWatch {
 public:
  /// The repository and the interruption around it outlive this. Throws as its store does.
  CancelWatch(const Repository& repository, const std::string& dataset);
  ~CancelWatch();
  CancelWatch(const CancelWatch&) = delete;
  CancelWatch& operator=(const CancelWatch&) = delete;

  /// Asked once the work is cancelled, or interrupted from around this; for an InterruptionScope.
  const Interruption& interruption() const { return interruption_; }
  /// Looks now: whether the work is cancelled. Throws as the store does.
  bool is_cancelled();
  /// Whether it was when somebody last looked.
  bool was_cancelled() const { return cancelled_; }

 private:
  std::string read() const;
  void keep_looking();

  const Repository& repository_;
  std::string key_;
  std::string before_;  ///< what the object held at first; "" where there was none
  const Interruption* around_;
  Interruption interruption_;
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

inline constexpr std::chrono::seconds kCancelLook{2};
/// An interruption from around it is passed on so soon.
inline constexpr std::chrono::milliseconds kInterruptionLook{100};

}  // namespace forecart

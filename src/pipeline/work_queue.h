#pragma once

#include "pipeline/repository.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// The queue of work is what the store shows: files below inbox/<dataset>/, and what was asked
/// for, an object work/<dataset>/ask-<stamp>.json each, which is gone once it is done; the same
/// goes for what is to follow a run. Whoever finds them may do the work; doing it twice changes
/// nothing.

/// Work that waits for a data set.
struct WaitingWork {
  std::string dataset;
  std::size_t files = 0;            ///< in its inbox
  std::vector<std::string> asked;   ///< keys of requests
  Instant newest{};                 ///< when the latest of all these came, by the store's clock
  Instant oldest = Instant::max();  ///< when the first came
  bool failed = false;              ///< the last try was one (last_failure)
  std::set<std::string> unread{};   ///< files of the inbox that are left alone (unread_name)
  bool follow_up = false;           ///< its run is published, what follows that is not done yet
};

/// Whether there is anything to do.
bool is_waiting(const WaitingWork& work);

/// The object of `work/<dataset>/` that says what is still to follow a run (follow_up.h).
inline constexpr std::string_view kFollowUp = "follow-up.json";

/// Data sets with something to do, by name: one listing of inbox/ and one of work/. `strays` gets
/// what lies in inbox/ where no data set takes it in: files outside of folders, "april.csv", and
/// folders whose name no data set can have, "my orders/".
std::vector<WaitingWork> waiting_work(const Repository& repository,
                                      std::set<std::string>* strays = nullptr);
/// What people should know of a stray, with the remedy.
std::string stray_text(const std::string& stray);
/// The same of one data set.
WaitingWork waiting_work(const Repository& repository, const std::string& dataset);

/// How a run that is asked for is made.
enum class RunMode {
  warm,  ///< it goes on from the current one where it can
  anew,  ///< everything is fitted and proven
};

/// "warm", "anew"; throws Error invalid_value.
RunMode parse_run_mode(std::string_view name);

/// Asks for a run of a data set; `why` is one of upload, schedule, request. The key of the request.
/// Of several that one run answers, one that asks for everything anew is enough.
std::string ask_for_run(Repository& repository, const std::string& dataset, std::string_view why,
                        RunMode mode = RunMode::warm);

/// Why work on a data set did not come to its end: `work/<dataset>/failure.json`.
struct WorkFailure {
  std::string code;
  std::string message;
  int attempts = 0;  ///< in a row
  Instant at{};      ///< of the last one, by the store's clock
  Instant due{};     ///< of the next one
};

std::optional<WorkFailure> last_failure(const Repository& repository, const std::string& dataset);
void keep_failure(Repository& repository, const std::string& dataset, const WorkFailure& failure);
void forget_failure(Repository& repository, const std::string& dataset);

/// After so many failures in a row what was asked for is given up, with the reason, to dead/.
inline constexpr int kMostAttempts = 8;

/// Wait before the next attempt after so many failures: half a minute, doubled each time, an hour
/// at most, each up to a quarter shorter at random so that hosts do not come together.
std::chrono::seconds backoff(int attempts, std::uint64_t seed);

/// Whether work that failed may be tried now: its time has come, or something new has.
bool is_due(const WaitingWork& waiting, const WorkFailure& failure, Instant now);

}  // namespace forecart

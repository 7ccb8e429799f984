#pragma once

#include "base/interruption.h"
#include "monitoring/alerts.h"
#include "pipeline/inbox.h"
#include "pipeline/run.h"
#include "pipeline/work_queue.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What is to be done of what waits.
enum class WorkPart {
  all,
  ingest,  ///< files of the inbox are taken in and sales are brought up to date, for runs to come
  run,     ///< what has asked for a run is answered; the inbox stays
};

struct WorkRequest {
  std::string repository;
  std::string dataset;
  unsigned threads = 0;
  std::filesystem::path prices{};
  Progress* progress = &no_progress();
  const Interruption* stop = nullptr;  ///< asked where the work is to end soon
  WorkPart part = WorkPart::all;
  std::string plan{};  ///< see RunRequest
};

/// What became of the work that waited for a data set.
struct WorkReport {
  std::string dataset;
  bool busy = false;  ///< another worker is at it
  std::optional<InboxOutcome> inbox;
  std::optional<RunReport> run;
  std::optional<WorkFailure> failure;  ///< with the time of the next attempt
  bool failed_files_alone = false;     ///< it is of files of the inbox, and all else was done
  bool cancelled = false;  ///< the run, before or while it was made; neither done nor failed
  bool stopped = false;    ///< somebody asked it to end soon: what it had not done waits still
  bool more = false;       ///< something is waiting still
  std::vector<ActiveAlert> alerts;           ///< that are active now
  std::vector<AlertNotice> alert_changes{};  ///< that have begun or ended
  std::string alert_error;  ///< why they could not be looked at or told; "" if they were
  /// Keys of the report of the run that whoever had this made has written, and why that could not
  /// be done.
  std::vector<std::string> report{};
  std::string report_error{};
  /// The same of its tables for QuickSight, and what became of having them taken in there.
  std::vector<std::string> tables{};
  std::string tables_refresh{};
  std::string tables_error{};
};

/// Does what waits for a data set (waiting_work): takes in its inbox, makes a run where one was
/// asked for that the current one does not answer already, and publishes it; before the first one a
/// preliminary one of two quick models. Uploads do not ask where dataset.toml leaves runs to its
/// schedule. A failure is kept with the time of the next attempt; after kMostAttempts in a row what
/// was asked for goes to dead/. Where it is cancelled (cancel_work) the run ends, what asked for it
/// is withdrawn, and files are taken in all the same. Where it is to stop it ends between two steps
/// and leaves what is not done to the next call, which is no failure. Any process may die at any
/// moment of it: the next call goes on. Throws only where the repository itself cannot be used.
WorkReport work_on_dataset(const WorkRequest& request);

/// Whether these requests (WaitingWork::asked) need a run: not where uploads alone have asked, and
/// the current run has taken in all that is known, or the schedule will make one.
bool needs_run(const Repository& repository, const std::string& dataset,
               const std::vector<std::string>& asked);

/// Whether one of them wants all models fitted and proven anew.
bool wants_all_anew(const Repository& repository, const std::vector<std::string>& asked);

/// Keeps a failure of a data set's work in a row with earlier ones: as WorkReport::failure has it.
/// After kMostAttempts, requests are given up, and files of the inbox too unless they were
/// `taken_in`; but neither where it came since the attempt before, as it has not been tried then.
/// For whoever sees that a worker died and could not say so itself.
WorkFailure record_failure(Repository& repository, const std::string& dataset,
                           const std::string& code, const std::string& message,
                           bool taken_in = false);

/// What `forecart work --json` prints of a data set.
nlohmann::json to_json(const WorkReport& report);

}  // namespace forecart

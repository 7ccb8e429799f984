#pragma once

#include "pipeline/ingest_orders.h"
#include "pipeline/repository.h"

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// inbox/<dataset>/ is where people and other programs put order files. What is there is taken in
/// and then removed, unless it has changed meanwhile; the bytes stay in raw/. What cannot be taken
/// in goes to dead/<dataset>/, with the reason beside it.

/// Whether a key below inbox/ is a file to take in: not one that some program still writes under a
/// name for the time being (.part, .tmp, .crdownload, ~), nor one longer than keys may be.
bool is_inbox_file(std::string_view key);

struct InboxRequest {
  std::string dataset;
  unsigned threads = 0;
  bool last_try = false;  ///< what fails goes to dead/ whatever the reason
  Progress* progress = &no_progress();
};

struct InboxOutcome {
  IngestReport ingest;
  std::size_t taken = 0;              ///< files, new or known already
  std::vector<FileFailure> dead;      ///< files that can never be taken in, and went to dead/
  std::size_t unsettled = 0;          ///< files that somebody still writes: later
  std::vector<FileFailure> failures;  ///< of files that stay for another try
};

/// Takes in what lies in the inbox of a data set, at most kInboxBatch files at a time, the oldest
/// names first. A new upload is followed by a request for a run (ask_for_run) before anything is
/// removed, so that a process that dies leaves the rest to the next. Throws Error where the data
/// set cannot be used; then everything stays.
InboxOutcome take_in_inbox(Repository& repository, const std::string& location,
                           const InboxRequest& request);

/// Why files are given up.
struct GivenUp {
  std::string code;
  std::string message;
  Instant before;  ///< files that came since stay: nobody has tried them
};

/// Gives up what lies in the inbox (kInboxBatch at most): to dead/, with this reason.
void bury_inbox(Repository& repository, const std::string& dataset, const GivenUp& reason);

inline constexpr std::size_t kInboxBatch = 1000;

/// Whether trying again may help: the store was full, far or slow.
bool is_passing(ErrorCode code);

}  // namespace forecart

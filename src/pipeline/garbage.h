#pragma once

#include "base/progress.h"
#include "store/location.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace forecart {

struct GarbageRequest {
  StoreLocation repository;
  std::size_t keep = 30;            ///< the last so many good runs of each data set
  std::chrono::days keep_days{30};  ///< and all of the last so many days
  bool dry_run = false;             ///< only tells
  Progress* progress = &no_progress();
};

/// Objects and bytes of one kind.
struct Amount {
  std::int64_t objects = 0;
  std::int64_t bytes = 0;
};

struct GarbageReport {
  std::map<std::string, Amount> freed;  ///< by the first part of their keys
  std::vector<std::string> runs;        ///< "<dataset>/<run>" of those that went
  std::int64_t kept_runs = 0;
  Amount total;
};

/// Removes runs beyond what is to be kept and what nothing names: fitted states, bytes below raw/,
/// sales and rejects of files that no upload names, what plans, runs and probes that died have
/// left. The current run stays, and so do the runs that kept ones were started from or proven by.
/// Only what is kKeptAnyway old by the store's clock goes, and no run of a data set that somebody
/// holds the lease of, nor what a run has kept of the settings and input tables of today. Of a run
/// the manifest goes first, so that one who is killed leaves nothing damaged. Others may work
/// meanwhile (lasting.h, removal_turns.h). Throws Error bad_data where a record that says what is
/// named cannot be trusted, conflict where another does the same on a store that is not local; then
/// nothing was removed.
GarbageReport collect_garbage(const GarbageRequest& request);

/// What `forecart gc --json` prints.
nlohmann::json to_json(const GarbageReport& report);

}  // namespace forecart

#pragma once

#include "pipeline/repository.h"

#include <optional>
#include <string>

namespace forecart {

/// What is still to follow a run that is published or about to be: its report and its tables for
/// QuickSight. `work/<dataset>/follow-up.json` stands from before the run is published until both
/// are done, so that what dies in between is made up for by the next one to work.
struct FollowUp {
  std::string run;
  int tries = 0;      ///< that were begun
  std::string begun;  ///< a stamp of the last one; "" for none
};

/// After so many tries whose processes all died it is given up.
inline constexpr int kMostFollowUps = 3;

/// Nothing where nothing is to follow, or the object cannot be read.
std::optional<FollowUp> owed_follow_up(const Repository& repository, const std::string& dataset);

/// Promises what follows `run`, in place of what was to follow an earlier one.
void owe_follow_up(Repository& repository, const std::string& dataset, const std::string& run);

/// Counts a try before it is made, also of a run that nothing was promised for.
FollowUp begin_follow_up(Repository& repository, const std::string& dataset,
                         const std::string& run);

/// Both are done, or given up; what is to follow another run stays.
void settle_follow_up(Repository& repository, const std::string& dataset, const std::string& run);

}  // namespace forecart

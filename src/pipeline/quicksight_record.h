#pragma once

#include "base/time.h"
#include "pipeline/repository.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What is known of a data set in QuickSight: work/<dataset>/quicksight.json, which all hosts share
/// and change by compare-and-swap only.
struct QuickSightRecord {
  std::string account{};
  std::string region{};
  std::string prefix{};  ///< of all names there
  std::vector<std::string> tables{};
  int most = 32;                 ///< refreshes in any 24 h, of each table
  std::vector<Instant> asked{};  ///< those of the last 24 h, the earliest first
  std::string told{};            ///< the run that QuickSight was told to take in last
  std::string wanted{};          ///< that it is to take in as soon as it may; "" for none
  std::string error{};           ///< why the last refresh failed; "" where it did not

  friend bool operator==(const QuickSightRecord&, const QuickSightRecord&) = default;
};

/// When QuickSight may be asked again; `now` or earlier where it may now.
Instant next_refresh(const QuickSightRecord& record, Instant now);

/// Nothing where `forecart quicksight setup` was never made for it.
std::optional<QuickSightRecord> read_quicksight_record(const Repository& repository,
                                                       const std::string& dataset);

/// Data sets that have a record.
std::vector<std::string> datasets_with_quicksight(const Repository& repository);

/// Looks, changes and writes, until nobody else has written meanwhile; `work` gets an empty record
/// where there is none and says whether to write. The record as it is then. Throws Error conflict
/// where others write all the time.
QuickSightRecord change_quicksight_record(Repository& repository, const std::string& dataset,
                                          const std::function<bool(QuickSightRecord&)>& work);

/// Why the tables of the last published run were not written or not taken in; "" forgets it.
void keep_quicksight_error(Repository& repository, const std::string& dataset,
                           const std::string& error);

}  // namespace forecart

#pragma once

#include "pipeline/quicksight_record.h"
#include "services/aws_client.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <map>
#include <string>

namespace forecart {

/// What became of a wish that QuickSight take in a run.
struct QuickSightRefresh {
  enum class State {
    not_set_up,  ///< QuickSight does not know the data set
    done,        ///< it was told to
    known,       ///< it was told before
    waits,       ///< no more today: the next one that may be takes in what is newest then
  };
  State state = State::not_set_up;
  std::string run{};
  Instant due{};  ///< of what waits
};
std::string to_string(QuickSightRefresh::State state);

/// Takes in a data set of QuickSight; QuickSight::ingest.
using Ingest = std::function<void(const std::string& data_set, const std::string& ingestion)>;

/// Has QuickSight take in the tables of a run, which are written, within what it allows in 24 hours
/// to all hosts together; nothing is asked twice. What fails is kept in the record, and throws.
QuickSightRefresh refresh_quicksight(Repository& repository, const std::string& dataset,
                                     const std::string& run,
                                     const std::function<Ingest(const QuickSightRecord&)>& connect);
/// The same at AWS.
QuickSightRefresh refresh_quicksight(Repository& repository, const std::string& dataset,
                                     const std::string& run, const AwsAccess& access);

/// The same of all data sets whose last run has waited and may be taken in now. Those that could
/// not be, and why. Asks for one listing, and before each whether there is time for it.
std::map<std::string, std::string> refresh_waiting_quicksight(
    Repository& repository, const AwsAccess& access,
    const std::function<bool()>& has_time = [] { return true; });

/// The same at AWS, for who has other things to do: never throws, but tells `failed` of data sets,
/// or of "" where nothing could be looked at.
void catch_up_quicksight(
    const std::string& location,
    const std::function<void(const std::string& dataset, const std::string& why)>& failed,
    const std::function<bool()>& has_time = [] { return true; });

/// "forecart-orders-sales_by_month"
std::string quicksight_id(const std::string& prefix, const std::string& dataset,
                          const std::string& name);

/// A run's name as ingestions may be called.
std::string ingestion_id(const std::string& run);

}  // namespace forecart

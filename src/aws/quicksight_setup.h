#pragma once

#include "pipeline/repository.h"
#include "services/aws_client.h"
#include "services/quicksight.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

struct QuickSightSettings {
  StoreLocation repository;
  std::string dataset;
  std::string account{};  ///< 12 digits
  std::string region{};
  std::string prefix = "forecart";     ///< of all names
  std::vector<std::string> owners{};   ///< ARNs of users or groups who may change it
  std::vector<std::string> readers{};  ///< who may look at the dashboard
  bool athena = false;                 ///< by tables of Athena in place of csv files
  std::string work_group = "primary";
  int most_refreshes = 32;  ///< in 24 h; 8 of the Standard Edition
};

/// All that QuickSight has of a data set, in the order in which it is made.
struct QuickSightPlan {
  std::vector<std::string> tables{};
  std::vector<std::string> statements{};  ///< for Athena; none where csv files are read
  std::vector<QuickSightSource> sources{};
  std::vector<QuickSightDataSet> data_sets{};
  QuickSightSheets analysis{};
  QuickSightSheets dashboard{};
};

/// What the current run and the settings of a data set make of it. Throws Error invalid_value for a
/// repository that is not on S3 or a region or an account that are none, not_found without a run.
QuickSightPlan quicksight_plan(const QuickSightSettings& settings);

/// The same as requests: `{"athena":[..],"data_sources":[..],"data_sets":[..],"analysis":{..},
/// "dashboard":{..}}`.
nlohmann::json to_json(const QuickSightPlan& plan, const QuickSightSettings& settings);

/// Makes all of it, or changes what is there, and keeps for refreshes that it is there. Taking in
/// the data sets counts as a refresh. The id of the dashboard. Throws as the services do.
std::string set_up_quicksight(const QuickSightSettings& settings, const AwsAccess& access);

}  // namespace forecart

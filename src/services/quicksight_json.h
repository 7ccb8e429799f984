#pragma once

#include "services/quicksight.h"

#include <nlohmann/json_fwd.hpp>

namespace forecart {

/// What creating and changing have in common.
nlohmann::json source_request(const QuickSightSource& source);
nlohmann::json data_set_request(const QuickSightDataSet& data_set);
/// Throws Error invalid_value where the definition is no object.
nlohmann::json sheets_request(const QuickSightSheets& sheets);
nlohmann::json grant_list(const std::vector<QuickSightGrant>& grants);

QuickSightThing parse_thing(const nlohmann::json& answer);
QuickSightIngestion parse_ingestion(const nlohmann::json& object);
QuickSightDashboard parse_dashboard(const nlohmann::json& answer);

}  // namespace forecart

#pragma once

#include "pipeline/forecast_index.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace forecart {

/// Ids by panel, so many in all: of each panel in turn the next one, its total first, then those
/// that are forecast to sell most. Panels whose ids may name persons have none.
std::map<std::string, std::vector<std::string>> report_series(const ForecastIndex& index,
                                                              std::size_t count);

}  // namespace forecart

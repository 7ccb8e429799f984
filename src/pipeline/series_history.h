#pragma once

#include "ingest/dataset_config.h"
#include "pipeline/sales_cache.h"

#include <string>
#include <vector>

namespace forecart {

/// What a series of a panel has sold, a value for each bucket from its first sale to the last of
/// the data set, 0 where there was none. Buckets that a run leaves out as cut off are here too.
struct SeriesHistory {
  std::vector<std::string> ds;
  std::vector<double> y;
};

/// The last kMostHistory buckets at most, whatever sales came since the last run. Throws Error
/// invalid_value for an id that is none of the panel's dimensions, and for a panel whose buckets
/// are none that sales are summed by (hours, days, weeks from Monday, months, quarters, years); and
/// as SalesCache does.
SeriesHistory series_history(SalesCache& sales, const std::string& dataset,
                             const PanelConfig& panel, const std::string& unique_id);

inline constexpr std::int64_t kMostHistory = 100'000;

}  // namespace forecart

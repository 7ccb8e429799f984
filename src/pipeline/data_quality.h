#pragma once

#include "pipeline/repository.h"
#include "pipeline/run_shelf.h"
#include "series/panel.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

namespace forecart {

/// How whole the data of a panel are, as a run found them: `{"panel":..,"series":..,"buckets":..,
/// "masked":..,"empty":..,"empty_share":..,"gaps":[{"unique_id":..,"buckets":..,"from":..,"to":..,
/// "count":..,"empty_share":..}],"outliers":..,"level_shifts":..,"latest":[{"unique_id":..,"ds":..,
/// "kind":..,"value":..,"expected":..,"treatment":..}],"notes":[..]}`.
///   buckets   of all series that are not missing to the models; masked: that are, as the shop was
///             closed or they were out of stock
///   empty     buckets without sales, from a series' first sale to the end of the data, and gaps,
///             the series with the longest rows of these (50 at most; `count` rows in all). Null
///             where the panel has too many values to cut it while somebody waits (kMostQuality),
///             or the settings no longer declare it; the others are of what the run has written
///   latest    outliers and level shifts, latest first, 50 at most
///   notes     what the run said of the panel: buckets left out as cut off, what is closed.
/// Throws Error unknown_name for a panel that the run has not.
nlohmann::json data_quality(const Repository& repository, RunShelf& shelf,
                            const nlohmann::json& manifest, const std::string& panel);

inline constexpr std::int64_t kMostQuality = 20'000'000;

/// A row of empty buckets.
struct Gap {
  Bucket first = 0;
  Bucket end = 0;  ///< the bucket behind it
  Bucket size() const { return end - first; }
};

/// What is empty in one series.
struct SeriesGaps {
  Gap longest{};
  std::size_t count = 0;  ///< rows of empty buckets
  std::int64_t empty = 0;
};
SeriesGaps gaps_of(const SeriesView& series);

}  // namespace forecart

#pragma once

#include "series/level_shifts.h"
#include "series/outliers.h"
#include "series/panel.h"
#include "table/table.h"

#include <string>
#include <vector>

namespace forecart {

/// What is unusual in the history of one series.
struct Disturbances {
  std::vector<Outlier> outliers;
  std::vector<LevelShift> shifts;
};

/// Of every series of a panel of demand, with the season that its frequency suggests (a year of
/// weeks or quarters comes too seldom and counts as none) and windows of level shifts of whole
/// weeks, at least twelve steps.
std::vector<Disturbances> find_disturbances(const Panel& demand, unsigned threads);

/// `unique_id, ds, kind, value, expected, treatment`, a row for each: `outlier` or `level_shift`
/// (value and expected are the local levels after and before it), `missing` to the models or
/// `none`.
Table disturbance_table(const Panel& panel, const std::vector<Disturbances>& found, bool hidden);

/// "3 outliers and 1 level shift in 2 of 10 series", empty where nothing was found.
std::string describe(const std::vector<Disturbances>& found);

}  // namespace forecart

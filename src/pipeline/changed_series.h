#pragma once

#include "evaluation/retraining_policy.h"
#include "pipeline/history_mark.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace forecart {

/// What a run knew of each series, by unique_id.
using KnownHistories = std::unordered_map<std::string, HistoryMark>;

/// What has changed in series since a run, by unique_id.
using ChangedHistories = std::unordered_map<std::string, ChangedSeries>;

/// Series of a panel that `run` did not know, or knew otherwise than their `marks` up to its end
/// are now: new ones, and those that have a tenth more or fewer values, are to be selected anew,
/// others to be estimated.
ChangedHistories changed_series(const std::string& run, const KnownHistories& known,
                                const Panel& panel, const std::vector<HistoryMark>& marks);

/// Whether so many of the series are to be selected anew that a proof made before says little.
bool is_another_panel(const ChangedHistories& changed, Eigen::Index series);

}  // namespace forecart

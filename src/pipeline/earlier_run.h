#pragma once

#include "pipeline/changed_series.h"
#include "pipeline/repository.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <unordered_map>

namespace forecart {

/// What the last fit of a series took.
struct FitCost {
  double search_seconds = 0;
  double estimate_seconds = 0;
};

/// What a run tells of the series of a panel, by unique_id.
struct EarlierPanel {
  KnownHistories histories;
  std::unordered_map<std::string, std::string> best;                        ///< model of the proof
  std::map<std::string, std::unordered_map<std::string, FitCost>> costs{};  ///< by model
};

/// What a run found that another one goes on from: its manifest, its leaderboard, and of its ledger
/// and its table of retraining, which have a row per series, what is needed of them.
struct EarlierRun {
  nlohmann::json manifest;
  nlohmann::json leaderboard;
  std::map<std::string, EarlierPanel> panels{};

  std::string name() const { return manifest.at("run").get<std::string>(); }
  /// Empty where the run knows of none such.
  const EarlierPanel& panel(const std::string& panel) const;
};

/// Reads the tables of a run; those that it has not count as empty. Throws Error or nlohmann's
/// exception where one is damaged.
EarlierRun read_earlier_run(const Repository& repository, nlohmann::json manifest);

}  // namespace forecart

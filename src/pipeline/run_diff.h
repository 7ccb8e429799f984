#pragma once

#include "table/table.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

struct RunDiffRequest {
  std::string repository;
  std::string dataset;
  std::string before;  ///< see find_run
  std::string after;
  std::string panel;  ///< "": all
  std::string model;  ///< "": of each panel AutoSelect, else the first that both have; without
                      ///< "/METHOD" of a hierarchy where one is given
};

/// How the forecast of one item changed, and why.
struct ItemChange {
  std::string panel;
  std::string unique_id;
  std::string model;
  double before = 0;  ///< over the steps that both runs forecast; over all steps where none is
                      ///< common; NaN for an item that was not there
  double after = 0;
  double share = 0;                 ///< of |change| in the panel's total before
  std::vector<std::string> causes;  ///< "data", "data of others", "model", "refit", "parameters"
  std::string detail;               ///< what ledger and retraining say of it now and before
};

struct RunDiff {
  std::string before;
  std::string after;
  std::vector<std::string> data;        ///< what differs in the inputs
  std::vector<std::string> parameters;  ///< options, seed, version, kernel, settings
  std::vector<std::string> states;  ///< per panel and model, whether the fitted state is the same
  std::vector<ItemChange> items;    ///< that changed, biggest first
  std::size_t unchanged = 0;
};

/// Compares two runs of a data set: what went in, and what became of each item's forecast. The
/// causes of an item are told apart by the manifests (inputs, options), its ledger rows (history,
/// what the compared model chose and fell back to) and the compared model's rows of retraining.
/// Throws as find_run, unknown_name for a panel or model that the runs do not share.
RunDiff diff_runs(const RunDiffRequest& request);

nlohmann::json to_json(const RunDiff& diff);

/// `panel, unique_id, model, before, after, change, share, cause, detail`.
Table item_table(const RunDiff& diff);

}  // namespace forecart

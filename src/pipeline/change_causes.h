#pragma once

#include "table/table.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <vector>

namespace forecart {

/// The tables of one run that say what was forecast and how.
struct RunTables {
  const nlohmann::json& manifest;
  Table forecasts;
  Table ledger;
  Table retraining;  ///< empty of runs of older programs
};

/// "AutoSelect" of "AutoSelect/auto", as the panel of a hierarchy calls its forecasts.
std::string base_of(const std::string& model);

/// Why the forecasts of one model of one panel differ between two runs, as their ledgers and tables
/// of retraining tell: what they say of other models is no cause.
class ChangeCauses {
 public:
  /// The runs must outlive this.
  ChangeCauses(const RunTables& before, const RunTables& after, std::string panel,
               std::string model);

  /// Whether both ledgers know the item.
  bool knows(const std::string& id) const;
  bool was_there(const std::string& id) const { return old_rows_.contains(id); }
  /// Whether the item's own history is another one, or older programs do not tell.
  bool other_history(const std::string& id) const;
  /// "chosen ..., was ..." and "fallback ..., was ...", where these differ.
  std::vector<std::string> model_changes(const std::string& id) const;
  /// How the state of the later run was fitted since the earlier one, and why; empty where it moved
  /// on, and where both runs fitted all.
  std::string refit(const std::string& id) const;
  /// Whether parameters that differ may have changed the item: `retrain` where it made the later
  /// run fit all, `refit_budget` where a fit of the item had to wait, any other.
  bool parameters(const std::string& id) const;

 private:
  bool waited(const std::string& id) const;

  const RunTables& before_;
  const RunTables& after_;
  std::string panel_;
  std::string model_;
  std::map<std::string, std::size_t> old_rows_;    // of the ledgers, by item
  std::map<std::string, std::size_t> new_rows_;    //
  std::map<std::string, std::size_t> old_states_;  // of the tables of retraining, by item
  std::map<std::string, std::size_t> new_states_;  //
  std::vector<std::string> parameters_;            // that differ
};

}  // namespace forecart

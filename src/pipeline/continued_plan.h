#pragma once

#include "evaluation/refit_budget.h"
#include "ingest/dataset_config.h"
#include "pipeline/continued_run.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/plan.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace forecart {

/// What a run takes beside its models.
struct RestOfRun {
  double reading_seconds = 0;  ///< core-seconds of cleaning and cutting
  double writing_seconds = 0;
  std::int64_t peak_bytes = 0;
  Traffic traffic;
};

/// Foretells a run that goes on from the current one: from the latest that did, and from what is
/// known of the states, which it does not read. Alarms that only the new orders raise are not
/// foretold.
class ContinuedPlan {
 public:
  /// `latest` is the manifest of the latest run that went on; null where none did. The repository
  /// must outlive this.
  ContinuedPlan(const Repository& repository, const RunRequest& request, EarlierRun earlier,
                const nlohmann::json& latest);

  /// Whether the current run made all of these panels, so that it can go on.
  bool made(const std::vector<PanelConfig>& panels) const;
  std::string run() const { return earlier_.name(); }
  const EarlierRun& earlier() const { return earlier_; }

  /// Looks which series of a panel are new or have another history than the current run knew, as
  /// continue_panel does; false where these are so many that all are to be fitted.
  bool goes_on(const std::string& name, const Panel& panel, const PanelInputs& inputs);

  /// What moving the states of a panel on took the latest run, for so many series; nothing where
  /// that is not known.
  std::optional<double> moving_seconds(const PanelPlan& plan) const;
  /// Adds to a panel, which ends at `end` now, the refits that are due; to be asked panel by panel,
  /// as they share the refit budget. A model that can only be fitted to all series at once, which
  /// `fits_together` tells by name, is fitted where enough of them ask for it.
  void add_refits(Bucket end, const std::function<bool(const std::string&)>& fits_together,
                  PanelPlan& plan);
  /// Of the latest run; nothing where there is none.
  std::optional<RestOfRun> rest() const;
  /// Adds to what reading orders and writing tables takes what going on does: states and tables of
  /// the current run are read; tables are written as large as they were, and states where `moved`,
  /// as they stay what they are where nothing came.
  void add_states(bool moved, Traffic& traffic) const;

 private:
  /// Whether a model is counted with others of the panel.
  bool is_combination(const std::string& model, const std::vector<std::string>& models) const;
  double refit_seconds(const nlohmann::json& rows, const PanelPlan& plan) const;

  using Changes = std::unordered_map<std::string, ChangedSeries>;

  const Repository& repository_;
  EarlierRun earlier_;
  std::unordered_map<std::string, Changes> changes_;  // by panel, by unique_id
  nlohmann::json latest_;
  nlohmann::json latest_rows_;  // of its table retraining
  std::vector<std::string> members_;
  RefitBudget budget_;
};

}  // namespace forecart

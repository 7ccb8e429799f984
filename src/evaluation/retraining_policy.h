#pragma once

#include "models/model.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace forecart {

/// When series are fitted again.
struct RetrainingPolicy {
  double budget = 0;  ///< core-seconds that all refits of a run may take, as fits took; 0: any
};

/// What becomes of one series, and why.
struct RetrainingDecision {
  std::string unique_id;
  Retraining decision = Retraining::move_on;
  std::string reason;        ///< for people
  double expected_loss = 0;  ///< of a step, if it only moved on: the recent one, as urgent as it is
  double seconds = 0;        ///< that its refit is expected to take
  double error_alarm = 0;    ///< of its watch, when this was decided
  double coverage_alarm = 0;  ///< the same
};

/// A series whose past is not what its state was made from, what that calls for, and why.
struct ChangedSeries {
  Retraining needs = Retraining::re_estimate;
  std::string reason;
};

/// What each series of a ledger needs, by row:
///   alarm of its watch            re-estimate; select anew where an estimate has not cured it
///   history grown by a tenth      re-estimate
///   history grown by four tenths  select anew
/// since parameters were estimated or models selected; an estimate that saw nearly all there is now
/// is worth keeping, one that saw half is not. With a budget the series with the highest expected
/// loss come first, and those whose refit no longer fits in move on; one that was never fitted is
/// taken to cost as much as is usual. Series that have ended, and those that nobody watches, move
/// on. Those in `changed` are fitted as it says.
std::vector<RetrainingDecision> decide_retraining(
    const std::vector<LedgerRow>& ledger, const RetrainingPolicy& policy,
    const std::unordered_map<std::string, ChangedSeries>& changed = {});

/// How many series went each way.
struct RetrainingReport {
  Eigen::Index moved_on = 0;
  Eigen::Index re_estimated = 0;
  Eigen::Index selected_anew = 0;
  Eigen::Index postponed = 0;  ///< of those that moved on: they needed a fit and had to wait
  double seconds = 0;          ///< that the refits took

  void add(const RetrainingReport& later);
  Eigen::Index refits() const { return re_estimated + selected_anew; }
};

/// Fits again what needs it of a state that has moved on to the end of the task's panel. The state
/// that comes back, and what was decided by row of `moved_on`'s ledger, as it was carried out.
struct Retrained {
  std::unique_ptr<Fitted> fitted;
  std::vector<RetrainingDecision> decisions;
  RetrainingReport report;
};
Retrained retrain(const Model& model, std::unique_ptr<Fitted> moved_on,
                  std::vector<RetrainingDecision> decisions, const FitTask& task);

/// The same with what decide_retraining says of the state's ledger.
Retrained retrain(const Model& model, std::unique_ptr<Fitted> moved_on,
                  const RetrainingPolicy& policy, const FitTask& task);

}  // namespace forecart

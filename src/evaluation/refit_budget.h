#pragma once

#include "evaluation/retraining_policy.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace forecart {

/// Core-seconds that the refits of a run may take, one budget for its models and panels in their
/// order.
class RefitBudget {
 public:
  /// 0: any.
  explicit RefitBudget(double seconds) : is_limited_(seconds > 0), left_(seconds) {}

  /// One that buys nothing.
  static RefitBudget nothing() {
    RefitBudget budget(0);
    budget.is_limited_ = true;
    return budget;
  }

  bool is_limited() const { return is_limited_; }

  /// decide_retraining within what is left.
  std::vector<RetrainingDecision> decide(
      const std::vector<LedgerRow>& ledger,
      const std::unordered_map<std::string, ChangedSeries>& changed) const;

  /// Takes off what those that were fitted were expected to take.
  void spend(const std::vector<RetrainingDecision>& decisions);

 private:
  bool is_limited_;
  double left_;
};

/// What Model::refit is going to make of these decisions about a model that can only be fitted to
/// all of its series at once: nothing or all, each with the seconds that its row tells.
void fit_together(const std::vector<LedgerRow>& ledger, std::vector<RetrainingDecision>& decisions);

}  // namespace forecart

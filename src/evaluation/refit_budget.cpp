#include "evaluation/refit_budget.h"

#include "models/joint_fit.h"

#include <algorithm>

namespace forecart {

std::vector<RetrainingDecision> RefitBudget::decide(
    const std::vector<LedgerRow>& ledger,
    const std::unordered_map<std::string, ChangedSeries>& changed) const {
  if (!is_limited_) return decide_retraining(ledger, {}, changed);
  constexpr double kNothingLeft = 1e-12;  // buys nothing; a budget of 0 would buy anything
  return decide_retraining(ledger, {std::max(left_, kNothingLeft)}, changed);
}

void RefitBudget::spend(const std::vector<RetrainingDecision>& decisions) {
  for (const RetrainingDecision& own : decisions) {
    if (own.decision != Retraining::move_on) left_ -= own.seconds;
  }
}

void fit_together(const std::vector<LedgerRow>& ledger,
                  std::vector<RetrainingDecision>& decisions) {
  const auto asking = std::ranges::count_if(
      decisions, [](const RetrainingDecision& own) { return own.decision != Retraining::move_on; });
  const bool all = enough_ask(asking, std::ssize(decisions));
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    decisions[i].decision = all ? Retraining::re_estimate : Retraining::move_on;
    decisions[i].seconds = all ? ledger[i].milliseconds / 1000 : 0;
  }
}

}  // namespace forecart

#include "evaluation/refit_budget.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace forecart {
namespace {

/// A series whose estimate took a second and is old, or not.
LedgerRow row(const std::string& id, bool is_old) {
  LedgerRow result;
  result.unique_id = id;
  result.milliseconds = 1000;
  result.watch = Watch{.history = 1000, .age = is_old ? 200 : 1, .selected = 1, .loss = 1};
  return result;
}

Eigen::Index refits_of(const std::vector<RetrainingDecision>& decisions) {
  return std::ranges::count_if(
      decisions, [](const RetrainingDecision& own) { return own.decision != Retraining::move_on; });
}

const std::vector<LedgerRow> kOld{row("a", true), row("b", true)};

TEST(RefitBudget, IsSharedByLedgers) {
  RefitBudget budget(3.5);
  auto first = budget.decide(kOld, {});
  EXPECT_EQ(refits_of(first), 2);
  budget.spend(first);
  EXPECT_EQ(refits_of(budget.decide(kOld, {})), 1);
  first.front().decision = Retraining::move_on;  // waited after all
  RefitBudget other(3.5);
  other.spend(first);
  EXPECT_EQ(refits_of(other.decide(kOld, {})), 2);
}

TEST(RefitBudget, ThatIsSpentBuysNothing) {
  EXPECT_EQ(refits_of(RefitBudget::nothing().decide(kOld, {})), 0);
  RefitBudget budget(2);
  budget.spend(budget.decide(kOld, {}));
  EXPECT_EQ(refits_of(budget.decide(kOld, {})), 0);
}

TEST(RefitBudget, OfNothingSaidBuysAll) {
  RefitBudget budget(0);
  EXPECT_FALSE(budget.is_limited());
  for (int i = 0; i < 3; ++i) budget.spend(budget.decide(kOld, {}));
  EXPECT_EQ(refits_of(budget.decide(kOld, {})), 2);
}

TEST(FitTogether, IsForAllOrNobody) {
  std::vector<LedgerRow> ledger{row("a", true), row("b", false), row("c", false)};
  auto decisions = decide_retraining(ledger, {});
  ASSERT_EQ(refits_of(decisions), 1);
  fit_together(ledger, decisions);
  EXPECT_EQ(refits_of(decisions), 3) << "a third asks";
  EXPECT_EQ(decisions[2].seconds, 1);
  ledger.push_back(row("d", false));
  decisions = decide_retraining(ledger, {});
  fit_together(ledger, decisions);
  EXPECT_EQ(refits_of(decisions), 0) << "a quarter waits";
  EXPECT_EQ(decisions[0].seconds, 0);
}

}  // namespace
}  // namespace forecart

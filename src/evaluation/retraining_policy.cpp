#include "evaluation/retraining_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;

/// Growth of the history after which an estimate, and a selection, is old. Parameters estimated
/// from n values lose about the share (m - n) / n of their own contribution to the error by not
/// seeing m values, and that contribution is a few per cent of the error at most.
constexpr double kOldEstimate = .1;
constexpr double kOldSelection = .4;

double share_of(Index age, Index history) {
  return static_cast<double>(age) / static_cast<double>(std::max<Index>(history, 1));
}

/// The loudest alarm of a watch, and what it is about.
std::pair<double, std::string> loudest(const Watch& watch) {
  std::pair<double, std::string> result{watch.error, "errors have grown beyond the band"};
  if (watch.bias > result.first) result = {watch.bias, "errors lie on one side"};
  if (watch.coverage > result.first) result = {watch.coverage, "the band misses its level"};
  return result;
}

RetrainingDecision need_of(const LedgerRow& row) {
  RetrainingDecision own;
  own.unique_id = row.unique_id;
  if (!row.watch) return own;
  const Watch& watch = *row.watch;
  own.error_alarm = watch.error;
  own.coverage_alarm = watch.coverage;
  const auto [alarm, told] = loudest(watch);
  const double since_selection =
      share_of(watch.selected, watch.history + watch.age - watch.selected);
  const double since_estimate = share_of(watch.age, watch.history);
  own.expected_loss = watch.loss * std::max({alarm, since_estimate / kOldEstimate,
                                             since_selection / kOldSelection});
  if (watch.age == 0) return own;
  if (alarm >= 1) {
    own.decision = watch.uncured ? Retraining::select_anew : Retraining::re_estimate;
    own.reason = watch.uncured ? told + ", and an estimate did not cure it" : told;
  } else if (since_selection >= kOldSelection) {
    own.decision = Retraining::select_anew;
    own.reason =
        fmt::format("history has grown by {:.0f} % since the selection", 100 * since_selection);
  } else if (since_estimate >= kOldEstimate) {
    own.decision = Retraining::re_estimate;
    own.reason =
        fmt::format("history has grown by {:.0f} % since the estimate", 100 * since_estimate);
  }
  return own;
}

double seconds_of(const LedgerRow& row, Retraining decision) {
  if (decision == Retraining::move_on) return 0;
  const double search = decision == Retraining::select_anew ? 0 : row.search_milliseconds;
  return std::max(0.0, row.milliseconds - search) / 1000;
}

/// What a series took that was fitted, on average.
double usual_seconds(const std::vector<LedgerRow>& ledger) {
  double sum = 0;
  double count = 0;
  for (const LedgerRow& row : ledger) {
    sum += row.milliseconds / 1000;
    count += row.milliseconds > 0 ? 1 : 0;
  }
  return count > 0 ? sum / count : 0;
}

/// Those with the highest expected loss first, as far as the budget goes.
void spend(double budget, std::vector<RetrainingDecision>& decisions) {
  std::vector<std::size_t> order(decisions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return decisions[a].expected_loss > decisions[b].expected_loss;
  });
  double left = budget;
  for (const std::size_t i : order) {
    RetrainingDecision& own = decisions[i];
    if (own.decision == Retraining::move_on) continue;
    if (own.seconds <= left) {
      left -= own.seconds;
      continue;
    }
    own.decision = Retraining::move_on;
    own.reason += ": put off, the budget is spent";
  }
}

}  // namespace

std::vector<RetrainingDecision> decide_retraining(
    const std::vector<LedgerRow>& ledger, const RetrainingPolicy& policy,
    const std::unordered_map<std::string, ChangedSeries>& changed) {
  const double usual = usual_seconds(ledger);
  std::vector<RetrainingDecision> decisions;
  for (const LedgerRow& row : ledger) {
    decisions.push_back(need_of(row));
    const auto found = changed.find(row.unique_id);
    if (found != changed.end()) {
      decisions.back().decision = found->second.needs;
      decisions.back().reason = found->second.reason;
    }
    const bool is_known = row.milliseconds > 0 || decisions.back().decision == Retraining::move_on;
    decisions.back().seconds = is_known ? seconds_of(row, decisions.back().decision) : usual;
  }
  if (policy.budget > 0) spend(policy.budget, decisions);
  return decisions;
}

void RetrainingReport::add(const RetrainingReport& later) {
  moved_on += later.moved_on;
  re_estimated += later.re_estimated;
  selected_anew += later.selected_anew;
  postponed += later.postponed;
  seconds += later.seconds;
}

Retrained retrain(const Model& model, std::unique_ptr<Fitted> moved_on,
                  std::vector<RetrainingDecision> decisions, const FitTask& task) {
  const auto start = std::chrono::steady_clock::now();
  std::unordered_map<std::string, std::size_t> row_of;
  for (std::size_t i = 0; i < decisions.size(); ++i) row_of[decisions[i].unique_id] = i;
  std::vector<Retraining> wanted;
  for (const std::string& id : task.panel.ids())
    wanted.push_back(decisions[row_of.at(id)].decision);

  Retrained result;
  result.fitted = model.refit(std::move(moved_on), wanted, task);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    RetrainingDecision& own = decisions[row_of.at(task.panel.ids()[i])];
    if (own.decision != Retraining::move_on && wanted[i] == Retraining::move_on) {
      own.reason += ": waits for more series, as its models learn from all";
    } else if (own.decision == Retraining::move_on && wanted[i] != Retraining::move_on) {
      own.reason = "trained with the others";
    }
    own.decision = wanted[i];
    result.report.postponed += wanted[i] == Retraining::move_on && !own.reason.empty() ? 1 : 0;
    result.report.moved_on += wanted[i] == Retraining::move_on ? 1 : 0;
    result.report.re_estimated += wanted[i] == Retraining::re_estimate ? 1 : 0;
    result.report.selected_anew += wanted[i] == Retraining::select_anew ? 1 : 0;
  }
  result.report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.decisions = std::move(decisions);
  return result;
}

Retrained retrain(const Model& model, std::unique_ptr<Fitted> moved_on,
                  const RetrainingPolicy& policy, const FitTask& task) {
  auto decisions = decide_retraining(moved_on->ledger_rows(), policy);
  return retrain(model, std::move(moved_on), std::move(decisions), task);
}

}  // namespace forecart

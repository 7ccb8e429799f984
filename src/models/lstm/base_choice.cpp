#include "models/lstm/base_choice.h"

#include "models/lstm/count_heads.h"

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// Those for which most drawn origins have a season before them. In logarithms, where the network
/// follows the last values by itself, the rule of them brings nothing.
std::vector<BaseRule> rules_with_history(const Trial& trial, const Frequency& frequency) {
  std::vector<Index> ends;
  for (const SubjectOrigin& origin : trial.origins) ends.push_back(origin.end);
  const auto middle = ends.begin() + std::ssize(ends) / 2;
  std::nth_element(ends.begin(), middle, ends.end());
  const WindowPlan& plan = trial.plan;
  std::vector<BaseRule> rules = base_rules(frequency, plan.seasons);
  std::erase_if(rules, [&](const BaseRule& rule) {
    if (rule.kind == BaseRule::Kind::recent && plan.space == Space::log) return true;
    return rule.kind != BaseRule::Kind::level && plan.seasons[rule.season] >= *middle;
  });
  if (rules.empty()) rules.push_back({.kind = BaseRule::Kind::level, .level = plan.level});
  return rules;
}

/// What each rule missed by at each step after each origin.
std::vector<std::vector<double>> rows_of_errors(const Trial& trial,
                                                const std::vector<BaseRule>& rules) {
  const auto horizon = static_cast<std::size_t>(trial.plan.horizon);
  std::vector<std::vector<double>> rows;
  std::vector<double> said(horizon);
  for (const SubjectOrigin& origin : trial.origins) {
    const Track& track = trial.subjects[origin.subject].track;
    const Frame frame = frame_at(trial.plan, track, origin.end);
    if (!frame.usable()) continue;
    const std::size_t from = rows.size();
    rows.resize(from + horizon, std::vector<double>(rules.size()));
    for (std::size_t r = 0; r < rules.size(); ++r) {
      rules[r].forecast(track, origin.end, said);
      for (std::size_t k = 0; k < horizon; ++k) {
        rows[from + k][r] = missed(track, frame, origin.end + static_cast<Index>(k), said[k]);
      }
    }
  }
  return rows;
}

/// Of the least base from which a head of counts reaches the level: below it, it saturates.
constexpr double kFarShare = 3;

bool multiplies(HeadKind head) {
  return head == HeadKind::negative_binomial || head == HeadKind::poisson;
}

/// Whether from what most steps are told a head of counts hardly reaches the level.
bool tells_mostly_nothing(const Trial& trial, const BaseForecast& base) {
  std::vector<double> said(static_cast<std::size_t>(trial.plan.horizon));
  const double least = kFarShare * std::exp(-kReach);
  std::ptrdiff_t steps = 0;
  std::ptrdiff_t nothing = 0;
  for (const SubjectOrigin& origin : trial.origins) {
    const Track& track = trial.subjects[origin.subject].track;
    const Frame frame = frame_at(trial.plan, track, origin.end);
    if (!frame.usable()) continue;
    base.forecast(track, origin.end, said);
    steps += std::ssize(said);
    nothing += std::count_if(said.begin(), said.end(),
                             [&](double told) { return told < least * frame.unit; });
  }
  return 2 * nothing > steps;
}

BaseForecast weighed(const std::vector<BaseRule>& rules, const Eigen::MatrixXd& errors,
                     Blame blame) {
  BaseForecast base{rules, best_weights(errors, blame)};
  base.tidy();
  return base;
}

}  // namespace

BaseForecast choose_base(const Trial& trial, const Frequency& frequency, HeadKind head) {
  const std::vector<BaseRule> rules = rules_with_history(trial, frequency);
  const std::vector<std::vector<double>> rows = rows_of_errors(trial, rules);
  Eigen::MatrixXd errors(std::ssize(rows), std::ssize(rules));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t r = 0; r < rules.size(); ++r) {
      errors(static_cast<Index>(i), static_cast<Index>(r)) = rows[i][r];
    }
  }
  BaseForecast base = weighed(rules, errors, Blame::distances);
  if (multiplies(head) && tells_mostly_nothing(trial, base)) {
    base = weighed(rules, errors, Blame::squares);
  }
  return base;
}

}  // namespace forecart::lstm

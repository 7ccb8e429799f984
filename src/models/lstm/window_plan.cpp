#include "models/lstm/window_plan.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// Least unit: of logarithms, and as a share of the size of the series.
constexpr double kLeastLogUnit = 0.05;
constexpr double kLeastLogStep = 0.003;
constexpr double kLeastShare = 1e-6;
/// Share of the long-run mean that is added to the level, so that a pause in sales leaves a unit.
constexpr double kPauseShare = 0.02;
/// Levels that the long-run mean spans.
constexpr Index kLongRun = 7;
/// Values of a step of the recurrence at most.
constexpr Index kLongestBlock = 96;
/// Usual steps that make a unit where the frame is the last value.
constexpr double kStepsPerUnit = 3;

/// The longest step of the recurrence that divides a season and is no longer than a day of quarter
/// hours.
Index block_of(Index season) {
  Index block = std::min(season, kLongestBlock);
  while (season % block != 0) --block;
  return block;
}

double largest(const Track& track, Index end, Index width) {
  return std::abs(track.mean(end, width)) + track.deviation(end, width);
}

}  // namespace

WindowPlan WindowPlan::for_frequency(const Frequency& frequency, Space space,
                                     std::vector<int> seasons, Index horizon) {
  WindowPlan plan;
  plan.space = space;
  plan.seasons = std::move(seasons);
  std::sort(plan.seasons.begin(), plan.seasons.end());
  plan.horizon = horizon;
  const Index first = plan.seasons.front();
  if (frequency.is_sub_daily() && first > 1) {
    plan.block = block_of(first);
    plan.steps = 14;
    plan.level = (space == Space::log ? 7 : 3) * first;  // counts may shift from day to day
  } else if (first == 7) {
    plan.block = first;
    plan.steps = 8;
    plan.level = 56;
  } else {
    plan.block = first % 13 == 0 ? 4 : 1;
    plan.steps = plan.block > 1 ? 26 : 36;
    plan.level = space == Space::scaled ? 8 : 1;
    plan.about_last = true;
  }
  plan.flat = plan.block * plan.steps;
  return plan;
}

Index WindowPlan::lookback() const {
  Index most = std::max({block * (steps + 1), kLongRun * level, covariate_lookback()});
  for (const BaseRule& rule : base.rules) {
    const Index length = seasons[rule.season];
    most = std::max(most, rule.level + length);
    if (rule.seasons > 1) most = std::max(most, (rule.seasons + 2) * length);
  }
  return most;
}

Index WindowPlan::covariate_lookback() const {
  return std::max({block * steps, level, static_cast<Index>(seasons.front())});
}

Index WindowPlan::least_history() const {
  return std::max<Index>(4, 2 * block);
}

std::size_t WindowPlan::flat_inputs() const {
  std::size_t positions = 0;
  for (const int length : seasons) positions += length > 1 ? 2 * kPositionWaves : 0;
  return static_cast<std::size_t>(flat + horizon) + positions + year_numbers() +
         covariates.per_bucket() + covariates.fixed_numbers();
}

Frame frame_at(const WindowPlan& plan, const Track& track, Index end) {
  const Index year = std::max<Index>(plan.block * plan.steps, plan.level);
  if (plan.space == Space::scaled) {
    const double level =
        track.mean(end, plan.level) + kPauseShare * track.mean(end, kLongRun * plan.level);
    return {level, level};
  }
  const double least = plan.space == Space::log ? (plan.about_last ? kLeastLogStep : kLeastLogUnit)
                                                : kLeastShare * largest(track, end, year);
  if (plan.about_last) {
    return {track.working(end - 1), kStepsPerUnit * std::max(track.step_size(end, year), least)};
  }
  return {track.mean(end, plan.level), std::max(track.deviation(end, plan.level), least)};
}

}  // namespace forecart::lstm

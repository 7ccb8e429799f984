#include "models/lstm/base_forecast.h"

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace forecart::lstm {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Kind = BaseRule::Kind;

/// A level changes by at most so many times between two seasons.
constexpr double kGreatestChange = 4;
/// Seasons that the level of a profile is the mean of, beside which the last values are seen.
constexpr Index kLevelSeasons = 3;

/// How much higher `now` is than `then`, as a factor.
double ratio(double now, double then) {
  if (!(then > 0)) return 1;
  return std::clamp(now / then, 1 / kGreatestChange, kGreatestChange);
}

double repeated(const BaseRule& rule, const Track& track, Index end, Index step) {
  const Index length = track.seasons()[rule.season];
  const Index back = length * (step / length + 1);
  const double before = track.working(end + step - back);
  if (rule.change == 0 || end <= length) return before;
  const double now = track.mean(end, rule.level);
  const double then = track.mean(end - length, rule.level);
  if (track.measure().multiplies()) return before * std::pow(ratio(now, then), rule.change);
  const double most = 2 * track.deviation(end, 2 * length);
  return before + rule.change * std::clamp(now - then, -most, most);
}

/// Of the value `step` after `end`, or before it, where that is less than a season.
double profiled(const BaseRule& rule, const Track& track, Index end, Index step) {
  const double level = track.mean(end, rule.level);
  const PhaseMean phase = track.phase(rule.season, end + step, end, rule.seasons);
  if (phase.count == 0) return level;
  if (!track.measure().multiplies()) return level + phase.value - phase.level;
  return phase.level > 0 ? level * phase.value / phase.level : level;
}

/// The profile moved by how the last `rule.level` values lie beside it, a share that fades as fast
/// as those values are many.
void follow_recent(const BaseRule& rule, const Track& track, Index end, std::span<double> steps) {
  BaseRule profile = rule;
  profile.level = kLevelSeasons * track.seasons()[rule.season];
  const Index count = std::min(rule.level, end);
  double expected = 0;
  for (Index back = 1; back <= count; ++back) expected += profiled(profile, track, end, -back);
  expected /= static_cast<double>(count);
  const double seen = track.mean(end, count);
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const double share = std::exp(-static_cast<double>(k) / static_cast<double>(rule.level));
    const double said = profiled(profile, track, end, static_cast<Index>(k));
    steps[k] = track.measure().multiplies() ? said * std::pow(ratio(seen, expected), share)
                                            : said + share * (seen - expected);
  }
}

/// The point of the simplex nearest to `x` [Duchi2008 algorithm 1].
VectorXd on_simplex(const VectorXd& x) {
  std::vector<double> sorted(x.data(), x.data() + x.size());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double sum = 0;
  double shift = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    sum += sorted[i];
    const double candidate = (sum - 1) / static_cast<double>(i + 1);
    if (sorted[i] > candidate) shift = candidate;
  }
  return (x.array() - shift).cwiseMax(0);
}

/// Rules of a season by how long a year, a week or a day of it is.
void add_long_season(std::vector<BaseRule>& rules, std::size_t season, Index level) {
  rules.push_back({.kind = Kind::repeat, .level = level, .season = season, .change = 0.8});
  rules.push_back({.kind = Kind::profile, .level = level, .season = season, .seasons = 3});
}

void add_short_season(std::vector<BaseRule>& rules, Index length) {
  rules.push_back({.kind = Kind::repeat, .season = 0});
  rules.push_back({.kind = Kind::profile, .level = length, .season = 0, .seasons = 7});
  rules.push_back({.kind = Kind::profile, .level = 3 * length, .season = 0, .seasons = 28});
  rules.push_back({.kind = Kind::profile, .level = 3 * length, .season = 0, .seasons = 300});
  rules.push_back(
      {.kind = Kind::recent, .level = std::max<Index>(1, length / 2), .season = 0, .seasons = 300});
}

/// Days within weeks, with more noise than hours within days: longer means.
void add_week(std::vector<BaseRule>& rules) {
  rules.push_back({.kind = Kind::repeat, .season = 0});
  for (const Index level : {7, 28, 56, 112}) {
    rules.push_back({.kind = Kind::profile, .level = level, .season = 0, .seasons = 26});
  }
  rules.push_back({.kind = Kind::profile, .level = 28, .season = 0, .seasons = 8});
}

}  // namespace

const char* name_of(BaseRule::Kind kind) {
  switch (kind) {
    case Kind::repeat:
      return "repeat";
    case Kind::profile:
      return "profile";
    case Kind::recent:
      return "recent";
    case Kind::level:
      break;
  }
  return "level";
}

std::string BaseRule::name(std::span<const int> lengths) const {
  const int length = lengths[season];
  switch (kind) {
    case Kind::level:
      return fmt::format("mean of {} values", level);
    case Kind::repeat:
      return fmt::format("value {} steps before", length);
    case Kind::recent:
      return fmt::format("last {} values beside a profile of {} seasons of {}", level, seasons,
                         length);
    case Kind::profile:
      break;
  }
  return fmt::format("mean of {} values, profile of {} seasons of {}", level, seasons, length);
}

void BaseRule::forecast(const Track& track, Index end, std::span<double> steps) const {
  if (kind == Kind::recent) {
    follow_recent(*this, track, end, steps);
    return;
  }
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const auto step = static_cast<Index>(k);
    switch (kind) {
      case Kind::level:
        steps[k] = track.mean(end, level);
        break;
      case Kind::repeat:
        steps[k] = repeated(*this, track, end, step);
        break;
      case Kind::profile:
        steps[k] = profiled(*this, track, end, step);
        break;
      case Kind::recent:
        break;
    }
  }
}

std::vector<BaseRule> base_rules(const Frequency& frequency, std::span<const int> seasons) {
  std::vector<BaseRule> rules;
  const Index first = seasons.front();
  if (frequency.is_sub_daily() && first > 1) {
    add_short_season(rules, first);
  } else if (first == 7) {
    add_week(rules);
    rules.push_back({.kind = Kind::level, .level = 28});
  } else {
    for (const Index level : {1, 3, 8, 13}) rules.push_back({.kind = Kind::level, .level = level});
    if (first > 1) add_long_season(rules, 0, std::max<Index>(1, first / 4));
    if (first > 1) rules.push_back({.kind = Kind::repeat, .season = 0});
  }
  for (std::size_t i = 1; i < seasons.size(); ++i) add_long_season(rules, i, Index{4} * seasons[0]);
  if (seasons.size() > 1) {
    rules.push_back({.kind = Kind::repeat, .level = first, .season = 1, .change = 0.8});
    rules.push_back({.kind = Kind::profile, .level = first, .season = 1, .seasons = 8});
  }
  return rules;
}

void BaseForecast::forecast(const Track& track, Index end, std::span<double> steps) const {
  std::vector<double> said(steps.size());
  std::fill(steps.begin(), steps.end(), 0.0);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    rules[i].forecast(track, end, said);
    for (std::size_t k = 0; k < steps.size(); ++k) steps[k] += weights[i] * said[k];
  }
}

void BaseForecast::tidy() {
  constexpr double kLeastWeight = 0.01;
  std::vector<BaseRule> kept;
  std::vector<double> kept_weights;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (weights[i] < kLeastWeight) continue;
    kept.push_back(rules[i]);
    kept_weights.push_back(weights[i]);
  }
  const double sum = std::accumulate(kept_weights.begin(), kept_weights.end(), 0.0);
  for (double& weight : kept_weights) weight /= sum;
  rules = std::move(kept);
  weights = std::move(kept_weights);
}

std::vector<double> best_weights(const MatrixXd& errors, Blame blame) {
  constexpr int kRounds = 10;
  constexpr int kSteps = 300;
  constexpr double kLeastError = 0.01;
  VectorXd weights = VectorXd::Constant(errors.cols(), 1.0 / static_cast<double>(errors.cols()));
  VectorXd missed = VectorXd::Ones(errors.rows());
  for (int round = 0; round < (blame == Blame::squares ? 1 : kRounds); ++round) {
    if (blame == Blame::distances) missed = (errors * weights).cwiseAbs().cwiseMax(kLeastError);
    const MatrixXd gram = errors.transpose() * missed.cwiseInverse().asDiagonal() * errors;
    const double steepest = Eigen::SelfAdjointEigenSolver<MatrixXd>(gram).eigenvalues().maxCoeff();
    if (!(steepest > 0)) break;
    for (int i = 0; i < kSteps; ++i) weights = on_simplex(weights - gram * weights / steepest);
  }
  return {weights.data(), weights.data() + weights.size()};
}

}  // namespace forecart::lstm

#include "evaluation/series_watch.h"

#include "evaluation/normal_score.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

/// What a calibrated forecast shows of a statistic: its mean over the steps of an origin, and its
/// standard deviation at one step.
struct Usual {
  double mean;
  double deviation;
};
constexpr Usual kErrors{.8, .6};
constexpr Usual kBias{0, 1};
constexpr Usual kMisses{.2, .4};
/// Correlation of the statistics of two steps of an origin.
constexpr double kAlike = .3;
/// Scores beyond this count as this.
constexpr double kFarthest = 4;
/// The score at the ends of the central 80 % of a normal distribution.
constexpr double kBand = 1.2816;
/// Weight of the latest origin in the recent loss.
constexpr double kRecent = .2;
/// Beyond it a state is damaged.
constexpr Index kLongest = 100'000'000;

/// A mean over `count` steps in units of its own standard deviation.
double standard(double mean, double count, const Usual& usual) {
  return (mean - usual.mean) / (usual.deviation * std::sqrt(kAlike + (1 - kAlike) / count));
}

double finite(const json& state, const char* key) {
  const auto value = state.at(key).get<double>();
  if (!std::isfinite(value) || value < 0) refuse_state("a watch", key);
  return value;
}

}  // namespace

SeriesWatch::SeriesWatch(Index history) {
  watch_.history = history;
}

void SeriesWatch::add(const Predictive& said, const Eigen::VectorXd& came, Index age) {
  const bool is_first = watch_.loss == 0;
  double sum = 0;
  double known = 0;
  for (Index step = 0; step < came.size(); ++step) {
    if (std::isnan(came[step])) continue;
    sum += std::abs(came[step] - said.mean(step));
    ++known;
  }
  if (known > 0) watch_.loss += (is_first ? 1 : kRecent) * (sum / known - watch_.loss);
  watch_.age += age;
  watch_.selected += age;
  detect(said, came);
}

void SeriesWatch::detect(const Predictive& said, const Eigen::VectorXd& came) {
  double scores = 0;
  double sizes = 0;
  double misses = 0;
  double count = 0;
  for (Index step = 0; step < came.size(); ++step) {
    if (std::isnan(came[step]) || !tells_scores(said, step)) continue;
    const double score = std::clamp(normal_score(said, step, came[step]), -kFarthest, kFarthest);
    scores += score;
    sizes += std::abs(score);
    misses += std::abs(score) > kBand ? 1 : 0;
    ++count;
  }
  if (count == 0) return;
  error_.add(standard(sizes / count, count, kErrors));
  bias_.add(standard(scores / count, count, kBias));
  misses_.add(standard(misses / count, count, kMisses));
  tell_alarms();
}

void SeriesWatch::tell_alarms() {
  watch_.error = error_.rise();
  watch_.bias = std::max(bias_.rise(), bias_.fall());
  watch_.coverage = std::max(misses_.rise(), misses_.fall());
}

void SeriesWatch::compare(const Eigen::VectorXd& errors, const Eigen::VectorXd& kept) {
  for (Index step = 0; step < std::min(errors.size(), kept.size()); ++step) {
    if (std::isnan(errors[step]) || std::isnan(kept[step])) continue;
    watch_.loss_now += std::abs(errors[step]);
    watch_.loss_kept += std::abs(kept[step]);
    ++watch_.compared;
  }
}

void SeriesWatch::restart(Retraining done, Index history) {
  const bool alarmed = std::max({watch_.error, watch_.bias, watch_.coverage}) >= 1;
  Watch fresh;
  fresh.history = history;
  fresh.loss = watch_.loss;
  if (done == Retraining::re_estimate) {
    fresh.selected = watch_.selected;
    fresh.uncured = alarmed;
  }
  watch_ = fresh;
  error_ = bias_ = misses_ = ChangeDetector();
}

json SeriesWatch::save() const {
  return {{"history", watch_.history},   {"age", watch_.age},
          {"selected", watch_.selected}, {"loss", watch_.loss},
          {"uncured", watch_.uncured},   {"compared", watch_.compared},
          {"loss_now", watch_.loss_now}, {"loss_kept", watch_.loss_kept},
          {"error", error_.save()},      {"bias", bias_.save()},
          {"misses", misses_.save()}};
}

SeriesWatch SeriesWatch::load(const json& state) {
  SeriesWatch result(whole_number(state, "history", 0, kLongest));
  result.watch_.age = whole_number(state, "age", 0, kLongest);
  result.watch_.selected = whole_number(state, "selected", 0, kLongest);
  result.watch_.loss = finite(state, "loss");
  result.watch_.uncured = state.at("uncured").get<bool>();
  result.watch_.compared = whole_number(state, "compared", 0, kLongest);
  result.watch_.loss_now = finite(state, "loss_now");
  result.watch_.loss_kept = finite(state, "loss_kept");
  result.error_ = ChangeDetector::load(state.at("error"));
  result.bias_ = ChangeDetector::load(state.at("bias"));
  result.misses_ = ChangeDetector::load(state.at("misses"));
  result.tell_alarms();
  return result;
}

}  // namespace forecart

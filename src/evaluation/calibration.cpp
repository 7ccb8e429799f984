#include "evaluation/calibration.h"

#include "base/error.h"
#include "evaluation/normal_score.h"
#include "math/normal.h"
#include "models/saved_state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

constexpr std::array<std::string_view, 4> kNames{"model", "split", "adaptive", "quantile"};
/// Origins remembered: what was long ago says little of now.
constexpr Index kMostOrigins = 90;
/// Steps of one origin kept for each group.
constexpr std::size_t kMostOfGroup = 64;
/// How far a quantile moves after an origin that it missed wholly, in standard deviations.
constexpr double kPace = .15;
/// Distance between the .1 and .9 quantiles of a standard normal distribution.
constexpr double kNormalSpread = 2.5631031310892007;

double spread_of(const Predictive& distribution, Index step) {
  const double wide = distribution.quantile(step, .9) - distribution.quantile(step, .1);
  return std::max(wide / kNormalSpread, std::numeric_limits<double>::min());
}

double score_of(const Predictive& said, Index step, double y, Intervals rule) {
  if (rule != Intervals::split) return normal_score(said, step, y);
  const double score = (y - said.mean(step)) / spread_of(said, step);
  return std::clamp(score, -kFarthestScore, kFarthestScore);
}

double value_of(const Predictive& inner, Index step, double score, Intervals rule) {
  if (rule != Intervals::split) return value_at_score(inner, step, score);
  const double value = inner.mean(step) + score * spread_of(inner, step);
  return inner.quantile(step, .005) >= 0 ? std::max(0.0, value) : value;
}

/// As many rows of a table as a forecast needs.
using GroupScores = Eigen::Matrix<double, Eigen::Dynamic, kCalibrated.size()>;

/// The score at a probability, between those of the table; further out as the normal scores go on.
double score_at(const GroupScores& table, Index group, double probability) {
  static const ScoreTable kNeutral = neutral_scores();
  const double z = normal_quantile(probability);
  const auto after = std::lower_bound(kCalibrated.begin(), kCalibrated.end(), probability);
  const Index j = after - kCalibrated.begin();
  const Index last = table.cols() - 1;
  if (j == 0) return table(group, 0) + z - kNeutral(group, 0);
  if (j > last) return table(group, last) + z - kNeutral(group, last);
  const double share = (z - kNeutral(group, j - 1)) / (kNeutral(group, j) - kNeutral(group, j - 1));
  return table(group, j - 1) + share * (table(group, j) - table(group, j - 1));
}

/// The score that the table gives to what had another in the model's own distribution.
double moved(const GroupScores& table, Index group, double score) {
  return score_at(table, group, std::clamp(normal_cdf(score), 1e-12, 1 - 1e-12));
}

class Recalibrated final : public Predictive {
 public:
  Recalibrated(PredictivePtr inner, const ScoreTable& table, Intervals rule)
      : inner_(std::move(inner)),
        scores_(table.topRows(horizon_group(inner_->horizon() - 1) + 1)),
        rule_(rule) {}

  Index horizon() const override { return inner_->horizon(); }
  double mean(Index step) const override { return inner_->mean(step); }
  double quantile(Index step, double probability) const override {
    return value_of(*inner_, step, score_at(scores_, horizon_group(step), probability), rule_);
  }
  MatrixXd draw(Index paths, Generator& generator) const override {
    MatrixXd drawn = inner_->draw(paths, generator);
    for (Index step = 0; step < drawn.rows(); ++step) {
      for (double& value : drawn.row(step)) {
        const double score = normal_score(*inner_, step, value);
        value = value_of(*inner_, step, moved(scores_, horizon_group(step), score), rule_);
      }
    }
    return drawn;
  }

 private:
  PredictivePtr inner_;
  GroupScores scores_;  // of its groups of steps, likewise
  Intervals rule_;
};

/// The smallest score that a share of them does not exceed, as if one more lay beyond all
/// [Romano2019 eq. 8], for lower quantiles likewise from below.
double order_statistic(const std::vector<double>& sorted, double probability) {
  const auto size = static_cast<double>(sorted.size());
  const double rank = probability * (size + 1) - 1;
  const double at = std::clamp(rank, 0.0, size - 1);
  const auto low = static_cast<std::size_t>(at);
  const auto high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - std::floor(at)) * (sorted[high] - sorted[low]);
}

/// Draws the quantiles of scores into a row of a table, as much as they count.
void blend(std::vector<double> scores, double weight, Index group, ScoreTable& table) {
  if (scores.empty()) return;
  std::sort(scores.begin(), scores.end());
  for (Index j = 0; j < table.cols(); ++j) {
    const double seen = order_statistic(scores, kCalibrated[static_cast<std::size_t>(j)]);
    table(group, j) += weight * (seen - table(group, j));
  }
}

double share(Index origins, double prior) {
  const auto count = static_cast<double>(origins);
  return count / (count + prior);
}

}  // namespace

std::string_view name_of(Intervals rule) {
  return kNames.at(static_cast<std::size_t>(rule));
}

Intervals parse_intervals(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    throw Error(ErrorCode::unknown_name, fmt::format("there are no intervals '{}'; there are {}",
                                                     name, fmt::join(kNames, ", ")));
  }
  return static_cast<Intervals>(found - kNames.begin());
}

Index horizon_group(Index step) {
  Index group = 0;
  for (Index from = 2; from <= step + 1 && group < kHorizonGroups - 1; from *= 2) ++group;
  return group;
}

ScoreTable neutral_scores() {
  ScoreTable table;
  for (Index j = 0; j < table.cols(); ++j) {
    table.col(j).setConstant(normal_quantile(kCalibrated[static_cast<std::size_t>(j)]));
  }
  return table;
}

PredictivePtr recalibrated(PredictivePtr inner, const ScoreTable& table, Intervals rule) {
  return std::make_shared<Recalibrated>(std::move(inner), table, rule);
}

void ScoreHistory::add(const Predictive& said, const VectorXd& came, Intervals rule) {
  std::array<std::vector<double>, kHorizonGroups> origin;
  for (Index step = 0; step < came.size(); ++step) {
    std::vector<double>& scores = origin[static_cast<std::size_t>(horizon_group(step))];
    if (std::isnan(came[step]) || scores.size() >= kMostOfGroup) continue;
    if (!tells_scores(said, step)) continue;
    scores.push_back(score_of(said, step, came[step], rule));
  }
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    if (origin[group].empty()) continue;
    if (rule == Intervals::adaptive) adapt(static_cast<Index>(group), origin[group]);
    Origins& origins = groups_[group];
    origins.push_back(std::move(origin[group]));
    if (std::ssize(origins) > kMostOrigins) origins.erase(origins.begin());
  }
}

Index ScoreHistory::origins(Index group) const {
  return std::ssize(groups_[static_cast<std::size_t>(group)]);
}

Index ScoreHistory::origins() const {
  Index most = 0;
  for (const Origins& origins : groups_) most = std::max(most, std::ssize(origins));
  return most;
}

std::vector<double> ScoreHistory::scores(Index group) const {
  std::vector<double> result;
  for (const std::vector<double>& own : groups_[static_cast<std::size_t>(group)]) {
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

/// theta_p += pace (p - share of scores at or below theta_p), the step of [GibbsCandes2021 eq. 2]
/// taken by the quantile itself [Angelopoulos2023 sec. 2.1]; sorted, so that quantiles do not
/// cross.
void ScoreHistory::adapt(Index group, const std::vector<double>& scores) {
  if (adaptive_.size() == 0) adaptive_ = neutral_scores();
  auto row = adaptive_.row(group);
  for (Index j = 0; j < row.size(); ++j) {
    const auto below =
        std::count_if(scores.begin(), scores.end(), [&](double score) { return score <= row[j]; });
    const double seen = static_cast<double>(below) / static_cast<double>(scores.size());
    row[j] += kPace * (kCalibrated[static_cast<std::size_t>(j)] - seen);
  }
  std::sort(row.begin(), row.end());
}

ScoreTable ScoreHistory::adaptive() const {
  if (adaptive_.size() == 0) return neutral_scores();
  return adaptive_;
}

json ScoreHistory::save() const {
  json state{{"groups", groups_}};
  if (adaptive_.size() > 0) {
    state["adaptive"] =
        std::vector<double>(adaptive_.reshaped().begin(), adaptive_.reshaped().end());
  }
  return state;
}

ScoreHistory ScoreHistory::load(const json& state) {
  ScoreHistory result;
  const auto finite = [](double score) { return std::abs(score) <= kFarthestScore; };
  const json& groups = state.at("groups");
  if (groups.size() != result.groups_.size()) refuse_state("calibration", "groups");
  for (std::size_t group = 0; group < groups.size(); ++group) {
    result.groups_[group] = groups[group].get<Origins>();
    for (const std::vector<double>& scores : result.groups_[group]) {
      if (!std::all_of(scores.begin(), scores.end(), finite)) refuse_state("calibration", "scores");
    }
  }
  if (!state.contains("adaptive")) return result;
  const auto adaptive = state.at("adaptive").get<std::vector<double>>();
  if (adaptive.size() != kHorizonGroups * kCalibrated.size() ||
      !std::all_of(adaptive.begin(), adaptive.end(), [](double z) { return std::isfinite(z); })) {
    refuse_state("calibration", "adaptive");
  }
  result.adaptive_.resize(kHorizonGroups, kCalibrated.size());
  std::copy(adaptive.begin(), adaptive.end(), result.adaptive_.reshaped().begin());
  return result;
}

ScoreTable common_scores(const std::vector<const ScoreHistory*>& series, Intervals rule) {
  ScoreTable table = neutral_scores();
  if (rule == Intervals::adaptive) return table;
  for (Index group = 0; group < kHorizonGroups; ++group) {
    Index origins = 0;
    std::vector<double> all;
    for (const ScoreHistory* own : series) {
      origins += own->origins(group);
      const std::vector<double> part = own->scores(group);
      all.insert(all.end(), part.begin(), part.end());
    }
    blend(std::move(all), share(origins, kCommonPrior), group, table);
  }
  return table;
}

ScoreTable calibrated_scores(const ScoreHistory& own, const ScoreTable& common, Intervals rule) {
  ScoreTable table = common;
  if (rule == Intervals::adaptive) {
    table = own.adaptive();
  } else {
    for (Index group = 0; group < kHorizonGroups; ++group) {
      blend(own.scores(group), share(own.origins(group), kOwnPrior), group, table);
    }
  }
  for (auto&& row : table.rowwise()) std::sort(row.begin(), row.end());
  return table;
}

std::vector<ScoreTable> calibrate(const std::vector<const ScoreHistory*>& series, Intervals rule) {
  std::vector<ScoreTable> result;
  const ScoreTable common = common_scores(series, rule);
  for (const ScoreHistory* own : series) result.push_back(calibrated_scores(*own, common, rule));
  return result;
}

}  // namespace forecart

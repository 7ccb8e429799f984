#include "models/trees/held_out.h"

#include "base/parallel.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace forecart::trees {

namespace {

using Eigen::Index;

/// Horizons held out at most, and the share of the longest series.
constexpr Index kMostHorizons = 4;
constexpr Index kShare = 3;
/// Error paths that should come together, and origins per series at most.
constexpr Index kWantedPaths = 200;
constexpr Index kMostOrigins = 40;
/// Rows below which the number of trees is not chosen by them.
constexpr Index kLeastRows = 100;

Index longest_of(const LearningPanel& panel) {
  Index longest = 0;
  for (const Subject& subject : panel.subjects) {
    longest = std::max(longest, std::ssize(subject.series.values));
  }
  return longest;
}

/// Error of one held-out path, or nothing where the series cannot be forecast or nothing came.
struct Outcome {
  double score = 0;
  ErrorPath path;
  bool counts = false;
};

class PathJudge {
 public:
  PathJudge(const LearningPanel& panel, const JointForecaster& forecaster, const FeaturePlan& plan,
            Index horizon)
      : panel_(panel), forecaster_(forecaster), plan_(plan), horizon_(horizon) {}

  Outcome judge(const Subject& subject, Index end) const {
    Outcome outcome;
    if (end < 1 || !(subject.roughness > 0)) return outcome;
    const Origin origin = origin_at(panel_, subject, plan_, end);
    const double unit = error_scale(plan_, origin.history, origin.end());
    if (!(unit > 0)) return outcome;
    const Bucket first = subject.series.first + end;
    const CovariateRows ahead = future_rows(plan_.covariates, panel_.covariates, subject.series.id,
                                            first, first + horizon_);
    const Eigen::VectorXd mean = forecaster_.path(origin, ahead, horizon_);
    const Eigen::Map<const Eigen::VectorXd> actual(subject.series.values.data() + end, horizon_);
    const Eigen::VectorXd error = actual - mean;
    const Eigen::ArrayXd known = error.array().isNaN().select(0, error.array());
    const auto count = static_cast<double>((!error.array().isNaN()).count());
    if (count == 0) return outcome;
    outcome.score = std::sqrt(known.square().sum() / count) / subject.roughness;
    outcome.path = {error / unit, origin.history.zero_share(origin.end(), plan_.spread_window)};
    outcome.counts = true;
    return outcome;
  }

 private:
  const LearningPanel& panel_;
  const JointForecaster& forecaster_;
  const FeaturePlan& plan_;
  Index horizon_;
};

}  // namespace

std::optional<HeldOut> held_out_origins(const LearningPanel& panel, Index horizon) {
  const Index longest = longest_of(panel);
  const Index span = std::min(kMostHorizons * horizon, std::max(longest / kShare, horizon));
  if (longest - span < horizon + horizon / 2 + 1) return std::nullopt;
  const Index wanted = kWantedPaths / std::max<Index>(std::ssize(panel.subjects), 1);
  const Index count =
      std::min({std::clamp(wanted, kMostHorizons, kMostOrigins), span - horizon + 1});
  HeldOut held_out;
  held_out.horizon = horizon;
  for (Index k = 0; k < count; ++k) {
    const Index back = count > 1 ? k * (span - horizon) / (count - 1) : 0;
    held_out.before_end.push_back(span - back);
  }
  return held_out;
}

std::vector<std::size_t> held_out_subjects(const LearningPanel& panel, const HeldOut& held_out,
                                           Index rows) {
  const Index each = std::ssize(held_out.before_end) * held_out.horizon;
  const std::size_t count = panel.subjects.size();
  const auto wanted = static_cast<std::size_t>(std::max<Index>(rows / each, 1));
  const std::size_t taken = std::min(count, wanted);
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < taken; ++i) result.push_back(i * count / taken);
  return result;
}

Samples held_out_samples(const LearningPanel& panel, const HeldOut& held_out,
                         const std::vector<std::size_t>& subjects, Index horizon) {
  Samples samples(panel.subjects.size());
  for (const std::size_t i : subjects) {
    const std::span<const double> values = panel.subjects[i].series.values;
    for (const Index back : held_out.before_end) {
      const Index end = std::ssize(values) - back;
      if (end < 1) continue;
      for (Index step = 1; step <= horizon; ++step) {
        if (std::isnan(values[static_cast<std::size_t>(end + step - 1)])) continue;
        samples[i].push_back({static_cast<std::int32_t>(end), static_cast<std::int32_t>(step)});
      }
    }
  }
  return samples;
}

std::size_t best_size(const TreeEnsemble& trees, const TrainingRows& rows, unsigned threads) {
  const Index count = rows.target.size();
  if (count < kLeastRows || trees.trees() == 0) return trees.trees();
  constexpr Index kBlock = 1024;
  const auto blocks = static_cast<std::size_t>((count + kBlock - 1) / kBlock);
  std::vector<Eigen::VectorXd> sums(blocks);
  parallel_for(blocks, threads, [&](std::size_t block) {
    Eigen::VectorXd& sum = sums[block];
    sum = Eigen::VectorXd::Zero(static_cast<Index>(trees.trees()));
    std::vector<float> margins(trees.trees());
    const Index from = static_cast<Index>(block) * kBlock;
    for (Index i = from; i < std::min(from + kBlock, count); ++i) {
      const Eigen::RowVectorXf row = rows.features.row(i);
      trees.staged_margins(row.data(), margins);
      for (std::size_t tree = 0; tree < margins.size(); ++tree) {
        const double error = rows.weight[i] * (rows.target[i] - trees.respond(margins[tree]));
        sum[static_cast<Index>(tree)] += error * error;
      }
    }
  });
  Eigen::VectorXd total = Eigen::VectorXd::Zero(static_cast<Index>(trees.trees()));
  for (const Eigen::VectorXd& sum : sums) total += sum;
  Index best = 0;
  total.minCoeff(&best);
  return static_cast<std::size_t>(best) + 1;
}

HeldOutErrors held_out_errors(const LearningPanel& panel, const HeldOut& held_out,
                              const std::vector<std::size_t>& subjects,
                              const JointForecaster& forecaster, const FeaturePlan& plan) {
  const PathJudge judge(panel, forecaster, plan, held_out.horizon);
  const std::size_t origins = held_out.before_end.size();
  std::vector<Outcome> outcomes(subjects.size() * origins);
  parallel_for(subjects.size(), panel.threads, [&](std::size_t i) {
    const Subject& subject = panel.subjects[subjects[i]];
    for (std::size_t k = 0; k < origins; ++k) {
      outcomes[i * origins + k] =
          judge.judge(subject, std::ssize(subject.series.values) - held_out.before_end[k]);
    }
  });
  HeldOutErrors result;
  for (Outcome& outcome : outcomes) {
    if (!outcome.counts) continue;
    result.score += outcome.score;
    result.paths.push_back(std::move(outcome.path));
  }
  if (!result.paths.empty()) result.score /= static_cast<double>(result.paths.size());
  return result;
}

Origin origin_at(const LearningPanel& panel, const Subject& subject, const FeaturePlan& plan,
                 Index end) {
  const SeriesView& series = subject.series;
  const Index from = std::max<Index>(end - plan.lookback(), 0);
  const auto is_sale = [](double y) { return !std::isnan(y) && y != 0; };
  const auto until = series.values.begin() + end;
  const auto sale = std::find_if(series.values.begin(), until, is_sale);
  std::optional<Bucket> born;
  if (sale != until) born = (sale - series.values.begin()) - from;
  const CovariateRows rows = covariate_rows(plan.covariates, panel.covariates, series.id,
                                            series.first, series.first + end);
  CovariateState state(plan.covariates, plan.spread_window);
  for (Index i = 0; i < rows.rows(); ++i) {
    state.advance(row_of(rows, i));
  }
  return {History(series.values.subspan(static_cast<std::size_t>(from),
                                        static_cast<std::size_t>(end - from)),
                  born),
          series.first + from, std::move(state),
          fixed_values(plan.covariates, panel.covariates, series.id)};
}

}  // namespace forecart::trees

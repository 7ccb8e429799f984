#include "models/trees/rows.h"

#include "base/parallel.h"
#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace forecart::trees {

namespace {

using Eigen::Index;

/// Values a series must have shown before a row is taken from it.
constexpr Index kLeastHistory = 4;
/// A row counts at most as much as so many of the mean weight.
constexpr float kGreatestWeight = 10;
/// Guard against a sale after a pause of which the level knows nothing.
constexpr double kGreatestTarget = 1000;

/// The grid of targets and steps that samples are drawn from.
struct Grid {
  Index first = 0;  ///< position of the first target
  Index targets = 0;
  Index horizon = 1;

  std::int64_t size() const { return std::int64_t{targets} * horizon; }
};

Grid grid_of(const Subject& subject, const DrawOptions& options) {
  const std::span<const double> values = subject.series.values;
  const auto is_sale = [](double y) { return !std::isnan(y) && y != 0; };
  const Index born = std::find_if(values.begin(), values.end(), is_sale) - values.begin();
  const Index end = std::ssize(values) - options.held_out;
  const Index first = born + kLeastHistory;
  return {first, std::max<Index>(end - first, 0), options.horizon};
}

/// One of each of `count` equal strata of the grid, without targets that are missing and origins
/// before the first.
std::vector<Sample> draw_from(const Grid& grid, std::span<const double> values, std::int64_t count,
                              Generator generator) {
  std::vector<Sample> samples;
  samples.reserve(static_cast<std::size_t>(count));
  const double stratum = static_cast<double>(grid.size()) / static_cast<double>(count);
  for (std::int64_t i = 0; i < count; ++i) {
    const double place = (static_cast<double>(i) + generator.uniform()) * stratum;
    const auto at =
        count == grid.size() ? i : std::min(static_cast<std::int64_t>(place), grid.size() - 1);
    const Index target = grid.first + at / grid.horizon;
    const Index step = 1 + at % grid.horizon;
    const Index end = target + 1 - step;
    if (end < grid.first || std::isnan(values[static_cast<std::size_t>(target)])) continue;
    samples.push_back({static_cast<std::int32_t>(end), static_cast<std::int32_t>(step)});
  }
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
    return std::pair(a.end, a.step) < std::pair(b.end, b.step);
  });
  return samples;
}

/// Fills the rows of one series.
class SubjectRows {
 public:
  SubjectRows(const LearningPanel& panel, const FeatureWriter& writer, std::size_t subject)
      : writer_(writer),
        subject_(panel.subjects[subject]),
        history_(subject_.series.values),
        beside_(covariate_rows(plan(), panel.covariates, subject_.series.id, subject_.series.first,
                               subject_.series.end())),
        fixed_(fixed_values(plan(), panel.covariates, subject_.series.id)),
        state_(plan(), writer.plan().spread_window),
        row_(static_cast<std::size_t>(writer.columns())) {}

  void fill(const std::vector<Sample>& samples, Index at, TrainingRows& rows) {
    for (const Sample& sample : samples) {
      if (sample.end != end_) move_to(sample.end);
      const Index target = sample.end + sample.step - 1;
      const RowSite site{sample.end, sample.step, subject_.series.first + target};
      writer_.write_target(history_, frame_, site, view(target), row_);
      rows.features.row(at) = Eigen::Map<const Eigen::RowVectorXf>(row_.data(), std::ssize(row_));
      if (frame_.usable()) {
        const double normal = frame_.normal(history_[target]);
        rows.target[at] = static_cast<float>(std::min(normal, kGreatestTarget));
        rows.weight[at] = static_cast<float>(weight());
      }
      ++at;
    }
  }

 private:
  const CovariatePlan& plan() const { return writer_.plan().covariates; }

  CovariateView view(Index target) const {
    return state_.view(row_of(beside_, target).first(plan().future.size()), fixed_);
  }

  void move_to(Index end) {
    for (; known_ < end; ++known_) state_.advance(row_of(beside_, known_));
    end_ = end;
    frame_ = frame_at(writer_.plan(), history_, end);
    writer_.write_origin(history_, frame_, end, state_.view({}, {}), row_);
  }

  double weight() const {
    if (writer_.plan().centred) return 1;
    return subject_.roughness > 0 ? frame_.scale / subject_.roughness : 0;
  }

  const FeatureWriter& writer_;
  const Subject& subject_;
  History history_;
  CovariateRows beside_;
  std::vector<double> fixed_;
  CovariateState state_;
  std::vector<float> row_;
  Frame frame_;
  Index end_ = -1;
  Index known_ = 0;  ///< rows that state_ has seen
};

/// Weights with mean 1 over the rows that count, none above kGreatestWeight.
void balance(Eigen::VectorXf& weight) {
  const auto counted = static_cast<double>((weight.array() > 0).count());
  const double sum = weight.cast<double>().sum();
  if (!(sum > 0)) return;
  weight = (weight * static_cast<float>(counted / sum)).cwiseMin(kGreatestWeight);
}

}  // namespace

Draw draw_samples(const LearningPanel& panel, const DrawOptions& options) {
  std::vector<Grid> grids;
  Draw draw;
  for (const Subject& subject : panel.subjects) {
    grids.push_back(grid_of(subject, options));
    draw.available += grids.back().size();
  }
  const double share =
      std::min(1.0, static_cast<double>(options.budget) /
                        static_cast<double>(std::max<std::int64_t>(draw.available, 1)));
  draw.samples.resize(grids.size());
  const Generator generator(options.seed);
  parallel_for(grids.size(), panel.threads, [&](std::size_t i) {
    const auto count = static_cast<std::int64_t>(share * static_cast<double>(grids[i].size()));
    draw.samples[i] =
        draw_from(grids[i], panel.subjects[i].series.values, count, generator.split(i));
  });
  for (const auto& samples : draw.samples) draw.drawn += std::ssize(samples);
  return draw;
}

TrainingRows make_rows(const LearningPanel& panel, const FeatureWriter& writer,
                       const Samples& samples) {
  std::vector<Index> offsets(samples.size() + 1, 0);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    offsets[i + 1] = offsets[i] + std::ssize(samples[i]);
  }
  const Index count = offsets.back();
  TrainingRows rows{Eigen::MatrixXf(count, writer.columns()), Eigen::VectorXf::Zero(count),
                    Eigen::VectorXf::Zero(count)};
  parallel_for(samples.size(), panel.threads, [&](std::size_t i) {
    if (!samples[i].empty()) SubjectRows(panel, writer, i).fill(samples[i], offsets[i], rows);
  });
  balance(rows.weight);
  return rows;
}

double roughness_of(std::span<const double> values) {
  const auto is_sale = [](double y) { return !std::isnan(y) && y != 0; };
  auto at = std::find_if(values.begin(), values.end(), is_sale);
  double sum = 0;
  std::int64_t count = 0;
  for (; at != values.end() && at + 1 != values.end(); ++at) {
    const double step = at[1] - at[0];
    if (std::isnan(step)) continue;
    sum += step * step;
    ++count;
  }
  return count > 0 ? std::sqrt(sum / static_cast<double>(count)) : 0;
}

}  // namespace forecart::trees

#include "evaluation/differences.h"

#include "evaluation/diebold_mariano.h"
#include "evaluation/loss_cells.h"
#include "evaluation/resampling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace forecart {

namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
/// Scored series from which they are drawn rather than origins.
constexpr Index kManySeries = 20;

/// The difference of two means over series, taken apart.
struct MeanDifference {
  double value = kUnknown;
  VectorXd of_series;   ///< how much each series moves it; sums to zero
  VectorXd of_origins;  ///< how much each origin moves it; sums to zero
  double shared = 0;    ///< variance by what series share at an origin
};

/// Weights in the mean, zero for series where the metric is not defined.
ArrayXd shares_of(const SeriesMetric& a, const ArrayXd& difference) {
  const ArrayXd weight = difference.isNaN().select(0, a.weight);
  return weight / weight.sum();
}

/// Variance of the sum of `parts` (origins, series) by runs of `overlap` origins, which depend on
/// each other, beyond that of independent cells: V_origins - V_cells of
/// [CameronGelbachMiller2011 sec. 2], widened as few origins are in Resampling. Zero where there
/// are too few to tell.
double shared_variance(const ArrayXXd& parts, Index overlap) {
  const Index runs = parts.rows() / overlap;
  if (runs < Resampling::kFewestBlocks) return 0;
  const ArrayXXd cells = into_units(parts, runs).array();
  const double of_origins = cells.rowwise().sum().square().sum();
  const double excess = std::max(0.0, of_origins - cells.square().sum());
  return excess * std::pow(few_units_widening(runs), 2);
}

MeanDifference mean_difference(const SeriesMetric& model, const SeriesMetric& best, Index overlap) {
  const ArrayXd own = model.value - best.value;
  const ArrayXd share = shares_of(model, own);
  MeanDifference result;
  if (!share.isFinite().all()) return result;
  const ArrayXd known = own.isNaN().select(0, own);
  result.value = (share * known).sum();
  result.of_series = share * (known - result.value);
  const ArrayXXd moved = model.influence - best.influence;
  const ArrayXXd parts = moved.isNaN().select(0, moved).rowwise() * share.transpose();
  result.of_origins = parts.rowwise().sum();
  result.shared = shared_variance(parts, overlap);
  return result;
}

/// Origins whose forecasts share steps with those of one, itself counted.
Index overlap_of(const BacktestOptions& options) {
  return (options.reach() + options.step - 1) / options.step;
}

/// Origins, or runs of them, drawn in blocks; nothing where there are too few blocks.
std::optional<ResamplingPlan> origin_plan(const BacktestOptions& options, std::uint64_t seed) {
  const Index units = units_for(options.windows);
  const Index overlap = (overlap_of(options) * units + options.windows - 1) / options.windows;
  const auto root = static_cast<Index>(std::cbrt(static_cast<double>(units)));
  const ResamplingPlan plan{units, std::max({overlap, root, Index{1}}), seed};
  if (plan.blocks() < Resampling::kFewestBlocks) return std::nullopt;
  return plan;
}

Index scored_series(const ModelBacktest& result) {
  return std::count_if(result.series.begin(), result.series.end(),
                       [](const Metrics& m) { return !std::isnan(m.mae); });
}

/// Draws the same for every pair of models.
class Comparison {
 public:
  Comparison(const ModelBacktest& best, const BacktestOptions& options, std::uint64_t seed)
      : options_(options),
        names_(LossCells::metric_names(options.levels)),
        best_(best),
        by_series_(scored_series(best) >= kManySeries) {
    const Index series = std::ssize(best.series);
    const auto plan =
        by_series_ ? ResamplingPlan{units_for(series), 1, seed} : origin_plan(options, seed);
    if (plan) units_ = plan->units;
    if (plan) resampling_.emplace(*plan);
    const LossCells cells(best, options);
    for (const std::string& name : names_) metrics_.push_back(cells.metric(name));
  }

  /// One per metric.
  std::vector<Difference> of(const ModelBacktest& model) const {
    const LossCells cells(model, options_);
    std::vector<MeanDifference> means;
    for (const SeriesMetric& best : metrics_) {
      means.push_back(mean_difference(cells.metric(best.name), best, overlap_of(options_)));
    }
    const MatrixXd strays = deviations(means);
    std::vector<Difference> result;
    for (std::size_t k = 0; k < means.size(); ++k) {
      Difference one{model.model, best_.model, names_[k], means[k].value,
                     kUnknown,    kUnknown,    kUnknown,  method()};
      if (strays.size() > 0 && std::isfinite(one.difference)) {
        judge(means[k], strays.col(static_cast<Index>(k)), one);
      }
      result.push_back(std::move(one));
    }
    return result;
  }

 private:
  std::string method() const {
    if (!resampling_) return "too few origins and series";
    return by_series_ ? "bootstrap of series" : "bootstrap of origins, Diebold-Mariano";
  }

  /// (draws, metrics); empty where nothing is drawn.
  MatrixXd deviations(const std::vector<MeanDifference>& means) const {
    if (!resampling_) return {};
    const Index parts = by_series_ ? std::ssize(best_.series) : options_.windows;
    MatrixXd influence = MatrixXd::Zero(parts, std::ssize(means));
    for (std::size_t k = 0; k < means.size(); ++k) {
      const VectorXd& own = by_series_ ? means[k].of_series : means[k].of_origins;
      if (own.size() > 0) influence.col(static_cast<Index>(k)) = own;
    }
    return resampling_->deviations(into_units(influence, units_));
  }

  void judge(const MeanDifference& mean, const VectorXd& strays, Difference& one) const {
    double widening = 1;
    if (by_series_ && mean.shared > 0) {
      const double own = mean.of_series.squaredNorm();
      widening = own > 0 ? std::sqrt(1 + mean.shared / own) : 1;
    }
    const Interval95 interval = interval_of(mean.value, widening * strays);
    one.low = interval.low;
    one.high = interval.high;
    one.p_value = by_series_ ? interval.p_value : origin_p_value(mean);
  }

  /// Each origin alone would have the difference value + windows * its influence.
  double origin_p_value(const MeanDifference& mean) const {
    const VectorXd alone =
        (mean.value + static_cast<double>(options_.windows) * mean.of_origins.array()).matrix();
    return diebold_mariano({alone.data(), static_cast<std::size_t>(alone.size())},
                           static_cast<int>(overlap_of(options_)))
        .p_value;
  }

  const BacktestOptions& options_;
  std::vector<std::string> names_;
  const ModelBacktest& best_;
  bool by_series_;
  Index units_ = 0;
  std::optional<Resampling> resampling_;
  std::vector<SeriesMetric> metrics_;  // of the best
};

}  // namespace

const ModelBacktest& best_of(const std::vector<ModelBacktest>& results) {
  return *std::min_element(results.begin(), results.end(),
                           [](const auto& a, const auto& b) { return a.mean.mae < b.mean.mae; });
}

void note_differences(const BacktestOptions& options, std::vector<ModelBacktest>& results,
                      std::uint64_t seed) {
  if (results.size() < 2) return;
  const ModelBacktest& best = best_of(results);
  const Comparison comparison(best, options, seed);
  for (ModelBacktest& result : results) {
    if (&result != &best) result.to_best = comparison.of(result);
  }
}

}  // namespace forecart

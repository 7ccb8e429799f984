#include "series/outliers.h"

#include "math/median.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>
#include <span>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;

constexpr double kFar = 5;   ///< scales that an outlier is away
constexpr double kAway = 3;  ///< scales that a departure is away
constexpr std::size_t kLongestRun = 3;
constexpr double kBeyondEarlier = 1.5;
constexpr Index kFewest = 40;    ///< values before the first that is judged
constexpr double kMemory = .02;  ///< of the share of values that are not zero
/// Smoothing of level and season, and of the squared scale.
constexpr double kSmoothing = .2;
constexpr double kScaleSmoothing = .05;
/// Bounds of a surprise and of its square, with the latter's factor of consistency under the normal
/// distribution [GelperFriedCroux2010 sec. 2].
constexpr double kBound = 2;
constexpr double kConsistency = 2.52;

/// The bounded square of a standardized surprise [GelperFriedCroux2010 sec. 2].
double bounded_square(double score) {
  const double share = score / kBound;
  const double rest = std::max(0.0, 1 - share * share);
  return kConsistency * (1 - rest * rest * rest);
}

std::vector<double> known_of(std::span<const double> values) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known),
               [](double x) { return !std::isnan(x); });
  return known;
}

/// Level, season and scale of roots, smoothed so that no single value moves them far.
class RobustSmoother {
 public:
  /// From the first roots, some of which may be missing.
  RobustSmoother(std::span<const double> start, int season)
      : level_(median(known_of(start))), season_(static_cast<std::size_t>(season)) {
    for (std::size_t phase = 0; season > 1 && phase < season_.size(); ++phase) {
      std::vector<double> own;
      for (std::size_t t = phase; t < start.size(); t += season_.size()) {
        if (!std::isnan(start[t])) own.push_back(start[t]);
      }
      season_[phase] = own.empty() ? 0 : median(own) - level_;
    }
    // Differences of a season: what the medians above leave is too small where cycles are few.
    std::vector<double> changes;
    for (std::size_t t = season_.size(); t < start.size(); ++t) {
      const double change = std::abs(start[t] - start[t - season_.size()]);
      if (!std::isnan(change)) changes.push_back(change);
    }
    scale_ = kMedianToScale * median(changes) / std::numbers::sqrt2;
  }

  double expected(std::size_t t) const { return level_ + season_[t % season_.size()]; }
  double scale() const { return scale_; }

  /// Takes in a value that lies `score` times `scale` from what was expected.
  void learn(std::size_t t, double score, double scale) {
    const double surprise = std::clamp(score, -kBound, kBound) * scale;
    level_ += kSmoothing * surprise;
    if (season_.size() > 1) season_[t % season_.size()] += kSmoothing * (1 - kSmoothing) * surprise;
    scale_ = std::sqrt(kScaleSmoothing * bounded_square(score) * scale * scale +
                       (1 - kScaleSmoothing) * scale_ * scale_);
  }

  /// A value without its season.
  double adjusted(std::size_t t, double root) const { return root - season_[t % season_.size()]; }
  void start_level(double level) { level_ = level; }

 private:
  double level_;
  std::vector<double> season_;
  double scale_ = 0;
};

/// What the amounts of a series are like: how fine, and how often there are none.
struct Amounts {
  double unit = std::numeric_limits<double>::infinity();  ///< least amount or change so far
  double share = 1;                                       ///< of values that are not zero, of late
  double before = 0;

  void see(double y) {
    if (y != 0) unit = std::min(unit, std::abs(y));
    if (y != before) unit = std::min(unit, std::abs(y - before));
    share += kMemory * ((y != 0 ? 1 : 0) - share);
    before = y;
  }
  bool is_sparse() const { return share * kSparseInterval < 1; }
  /// The scale of the roots of Poisson counts of units is a half.
  double least_scale() const { return std::isinf(unit) ? 0 : std::sqrt(unit) / 2; }
};

class Finder {
 public:
  Finder(const SeriesView& series, int season) : series_(series) {
    for (const double y : series.values) roots_.push_back(signed_root(y));
    start_ = static_cast<std::size_t>(std::max(3 * season, 12));
    judged_ = static_cast<std::size_t>(std::max<Index>(4 * Index{season}, kFewest));
    season_ = season;
  }

  std::vector<Outlier> find() {
    if (roots_.size() <= judged_) return {};
    RobustSmoother smoother(std::span<const double>(roots_).first(start_), season_);
    for (std::size_t t = 0; t < roots_.size(); ++t) {
      if (std::isnan(roots_[t])) continue;
      if (t >= start_) judge(t, smoother);
      amounts_.see(series_.values[t]);
    }
    return std::move(found_);
  }

 private:
  void judge(std::size_t t, RobustSmoother& smoother) {
    const double scale = std::max(smoother.scale(), amounts_.least_scale());
    const double surprise = roots_[t] - smoother.expected(t);
    const double score = scale > 0 ? surprise / scale : 0;
    const bool outlying = t >= judged_ && is_outlying(score);
    if (std::abs(score) <= kAway) {
      end_run(t);
    } else if (!extend_run(t, score, outlying, smoother)) {
      return;  // the level is new
    }
    smoother.learn(t, score, scale);
  }

  /// Notes the score among those before.
  bool is_outlying(double score) {
    auto& [second, first] = largest_[score > 0 ? 1 : 0];
    const double size = std::abs(score);
    const bool result = size > kFar && size > kBeyondEarlier * second && !amounts_.is_sparse();
    if (size > first) {
      second = std::exchange(first, size);
    } else {
      second = std::max(second, size);
    }
    return result;
  }

  void end_run(std::size_t t) {
    for (Outlier& outlier : pending_) {
      outlier.known_from = series_.first + static_cast<Bucket>(t);
      found_.push_back(outlier);
    }
    pending_.clear();
    run_.clear();
  }

  /// False where the run has become a new level.
  bool extend_run(std::size_t t, double score, bool outlying, RobustSmoother& smoother) {
    if (!run_.empty() && (score > 0) != upwards_) {
      run_.clear();
      pending_.clear();
    }
    upwards_ = score > 0;
    run_.push_back(smoother.adjusted(t, roots_[t]));
    if (outlying) {
      pending_.push_back({series_.first + static_cast<Bucket>(t), 0, series_.values[t],
                          signed_square(smoother.expected(t))});
    }
    if (run_.size() <= kLongestRun) return true;
    smoother.start_level(median(run_));
    run_.clear();
    pending_.clear();
    return false;
  }

  SeriesView series_;
  std::vector<double> roots_;
  std::size_t start_ = 0;   // values that the smoother starts from
  std::size_t judged_ = 0;  // the first that may be an outlier
  int season_ = 1;
  Amounts amounts_;
  struct Largest {
    double second = 0;
    double first = 0;
  };
  std::array<Largest, 2> largest_{};  // scores so far, below and above
  std::vector<double> run_;           // adjusted roots of the present departures
  bool upwards_ = false;
  std::vector<Outlier> pending_;
  std::vector<Outlier> found_;
};

}  // namespace

double signed_root(double value) {
  return std::copysign(std::sqrt(std::abs(value)), value);
}

double signed_square(double root) {
  return std::copysign(root * root, root);
}

std::vector<Outlier> find_outliers(const SeriesView& series, int season) {
  return Finder(series, season).find();
}

}  // namespace forecart

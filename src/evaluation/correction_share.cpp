#include "evaluation/correction_share.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// Shares that are compared: 0, 1 / kSteps, ..., 1.
constexpr Index kSteps = 20;
/// Less is not worth a network.
constexpr double kLeastShare = 0.05;
/// Origins from which on their spread tells something.
constexpr std::size_t kFewestOrigins = 4;

/// Sum of absolute or squared errors over what is known.
struct Loss {
  double sum = 0;
  double count = 0;

  void add(const VectorXd& errors, bool squared) {
    for (const double error : errors) {
      if (std::isnan(error)) continue;
      sum += squared ? error * error : std::abs(error);
      ++count;
    }
  }
  double mean() const { return sum / count; }
};

/// In units of what the series missed by.
double loss_of(const VectorXd& errors, bool squared, const Loss& unit) {
  Loss own;
  own.add(errors, squared);
  return own.mean() / unit.mean();
}

/// Mean and its standard error.
struct Estimate {
  double mean = 0;
  double error = 0;
};

Estimate estimate_of(const VectorXd& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = values.mean();
  if (values.size() < 2) return {mean, std::abs(mean)};
  return {mean, std::sqrt((values.array() - mean).square().sum() / (count - 1) / count)};
}

/// Trials with known errors, and what each share gains at each of them.
class Gains {
 public:
  explicit Gains(const std::vector<CorrectionTrial>& trials) {
    std::map<std::size_t, Loss> units;
    for (const CorrectionTrial& trial : trials)
      units[trial.series].add(trial.errors, trial.squared);
    for (const CorrectionTrial& trial : trials) {
      const Loss& unit = units[trial.series];
      const bool known = (!trial.errors.array().isNaN()).any();
      if (known && unit.sum > 0 && std::isfinite(unit.sum)) {
        used_.push_back({&trial, unit});
      }
    }
  }

  std::size_t size() const { return used_.size(); }

  VectorXd of(double share) const {
    VectorXd gains(std::ssize(used_));
    for (std::size_t i = 0; i < used_.size(); ++i) {
      const auto& [trial, unit] = used_[i];
      gains[static_cast<Index>(i)] =
          loss_of(trial->errors, trial->squared, unit) -
          loss_of(trial->errors - share * trial->shifts, trial->squared, unit);
    }
    return gains;
  }

  /// Of the mean over all trials; the larger of what trials and what origins say.
  Estimate estimate(const VectorXd& gains) const {
    Estimate result = estimate_of(gains);
    const VectorXd origins = by_origin(gains);
    if (origins.size() >= static_cast<Index>(kFewestOrigins)) {
      result.error = std::max(result.error, estimate_of(origins).error);
    }
    return result;
  }

 private:
  struct Used {
    const CorrectionTrial* trial;
    Loss unit;
  };

  VectorXd by_origin(const VectorXd& gains) const {
    std::map<Index, std::pair<double, double>> sums;
    for (std::size_t i = 0; i < used_.size(); ++i) {
      auto& [sum, count] = sums[used_[i].trial->origin];
      sum += gains[static_cast<Index>(i)];
      ++count;
    }
    VectorXd means(std::ssize(sums));
    Index at = 0;
    for (const auto& [origin, own] : sums) means[at++] = own.first / own.second;
    return means;
  }

  std::vector<Used> used_;
};

}  // namespace

CorrectionShare choose_correction_share(const std::vector<CorrectionTrial>& trials) {
  const Gains gains(trials);
  CorrectionShare best;
  best.trials = gains.size();
  if (best.trials == 0) return best;
  for (Index step = 1; step <= kSteps; ++step) {
    const double share = static_cast<double>(step) / static_cast<double>(kSteps);
    const Estimate found = gains.estimate(gains.of(share));
    if (!(found.mean > best.gain)) continue;
    best.share = share;
    best.gain = found.mean;
    best.doubt = found.error;
  }
  if (!(best.gain > 0)) return best;
  const double ratio = best.doubt / best.gain;
  best.share *= std::max(0.0, 1 - ratio * ratio);
  if (best.share < kLeastShare) best.share = 0;
  return best;
}

}  // namespace forecart

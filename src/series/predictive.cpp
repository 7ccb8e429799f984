#include "series/predictive.h"

#include "math/normal.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// psi continued by zeros to `size`.
VectorXd padded(const VectorXd& psi, Index size) {
  VectorXd result = VectorXd::Zero(size);
  const Index known = std::min(size, psi.size());
  result.head(known) = psi.head(known);
  return result;
}

/// Type-7 quantile of ascending values [HyndmanFan1996, table 1].
template <typename Row>
double sample_quantile(const Row& sorted, double probability) {
  const double position = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<Index>(std::floor(position));
  const Index above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

class Clamped final : public Predictive {
 public:
  Clamped(PredictivePtr inner, double floor) : inner_(std::move(inner)), floor_(floor) {}

  Index horizon() const override { return inner_->horizon(); }
  double mean(Index step) const override { return std::max(floor_, inner_->mean(step)); }
  double quantile(Index step, double probability) const override {
    return std::max(floor_, inner_->quantile(step, probability));
  }
  MatrixXd draw(Index paths, Generator& generator) const override {
    return inner_->draw(paths, generator).cwiseMax(floor_);
  }

 private:
  PredictivePtr inner_;
  double floor_;
};

class Scaled final : public Predictive {
 public:
  Scaled(PredictivePtr inner, double factor) : inner_(std::move(inner)), factor_(factor) {}

  Index horizon() const override { return inner_->horizon(); }
  double mean(Index step) const override { return factor_ * inner_->mean(step); }
  double quantile(Index step, double probability) const override {
    return factor_ * inner_->quantile(step, probability);
  }
  MatrixXd draw(Index paths, Generator& generator) const override {
    return factor_ * inner_->draw(paths, generator);
  }

 private:
  PredictivePtr inner_;
  double factor_;
};

class Average final : public Predictive {
 public:
  Average(std::vector<PredictivePtr> members, VectorXd weights)
      : members_(std::move(members)), weights_(std::move(weights)) {
    assert(!members_.empty() && static_cast<Index>(members_.size()) == weights_.size());
  }

  Index horizon() const override { return members_.front()->horizon(); }
  double mean(Index step) const override {
    return combine([&](const Predictive& member) { return member.mean(step); });
  }
  double quantile(Index step, double probability) const override {
    return combine([&](const Predictive& member) { return member.quantile(step, probability); });
  }
  MatrixXd draw(Index paths, Generator& generator) const override {
    const Generator common = generator.split(0);
    MatrixXd result = MatrixXd::Zero(horizon(), paths);
    for (std::size_t i = 0; i < members_.size(); ++i) {
      Generator same = common;
      result += weights_[static_cast<Index>(i)] * members_[i]->draw(paths, same);
    }
    return result;
  }

 private:
  template <typename Of>
  double combine(Of of) const {
    double sum = 0;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      sum += weights_[static_cast<Index>(i)] * of(*members_[i]);
    }
    return sum;
  }

  std::vector<PredictivePtr> members_;
  VectorXd weights_;
};

/// Mean of what a share at both ends leaves of some values, of the middle one or two at least.
double trimmed_mean(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto size = static_cast<double>(values.size());
  const auto cut = std::min(static_cast<std::size_t>(share * size), (values.size() - 1) / 2);
  double sum = 0;
  for (std::size_t i = cut; i < values.size() - cut; ++i) sum += values[i];
  return sum / static_cast<double>(values.size() - 2 * cut);
}

class Trimmed final : public Predictive {
 public:
  Trimmed(std::vector<PredictivePtr> members, double share)
      : members_(std::move(members)), share_(share) {
    assert(!members_.empty());
  }

  Index horizon() const override { return members_.front()->horizon(); }
  double mean(Index step) const override {
    return middle([&](std::size_t i) { return members_[i]->mean(step); });
  }
  double quantile(Index step, double probability) const override {
    return middle([&](std::size_t i) { return members_[i]->quantile(step, probability); });
  }
  MatrixXd draw(Index paths, Generator& generator) const override {
    const Generator common = generator.split(0);
    std::vector<MatrixXd> drawn;
    for (const PredictivePtr& member : members_) {
      Generator same = common;
      drawn.push_back(member->draw(paths, same));
    }
    MatrixXd result(horizon(), paths);
    for (Index k = 0; k < result.size(); ++k) {
      result.reshaped()[k] = middle([&](std::size_t i) { return drawn[i].reshaped()[k]; });
    }
    return result;
  }

 private:
  template <typename Of>
  double middle(Of of) const {
    std::vector<double> values(members_.size());
    for (std::size_t i = 0; i < members_.size(); ++i) values[i] = of(i);
    return trimmed_mean(std::move(values), share_);
  }

  std::vector<PredictivePtr> members_;
  double share_;
};

}  // namespace

GaussianPredictive::GaussianPredictive(VectorXd mean, const VectorXd& psi, double sigma2,
                                       MatrixXd state_factor)
    : mean_(std::move(mean)),
      psi_(padded(psi, mean_.size())),
      state_factor_(std::move(state_factor)),
      variance_(mean_.size()),
      sigma_(std::sqrt(sigma2)) {
  assert(sigma2 >= 0);
  double sum = 0;
  for (Index step = 0; step < mean_.size(); ++step) {
    sum += psi_[step] * psi_[step];
    variance_[step] = sigma2 * sum;
  }
  if (state_factor_.cols() > 0) variance_ += state_factor_.rowwise().squaredNorm();
}

double GaussianPredictive::quantile(Index step, double probability) const {
  return mean_[step] + std::sqrt(variance_[step]) * normal_quantile(probability);
}

MatrixXd GaussianPredictive::draw(Index paths, Generator& generator) const {
  const Index h = horizon();
  MatrixXd noise(h, paths);
  for (double& value : noise.reshaped()) value = sigma_ * generator.normal();
  MatrixXd result = mean_.replicate(1, paths);
  for (Index lag = 0; lag < h; ++lag)
    result.bottomRows(h - lag) += psi_[lag] * noise.topRows(h - lag);
  if (state_factor_.cols() > 0) {
    MatrixXd start(state_factor_.cols(), paths);
    for (double& value : start.reshaped()) value = generator.normal();
    result += state_factor_ * start;
  }
  return result;
}

EmpiricalPredictive::EmpiricalPredictive(VectorXd mean, const MatrixXd& errors)
    : mean_(std::move(mean)), errors_(errors), sorted_(errors) {
  assert(errors_.rows() == mean_.size() && errors_.cols() > 0);
  for (Index step = 0; step < sorted_.rows(); ++step) {
    VectorXd row = sorted_.row(step);
    std::sort(row.begin(), row.end(),
              [](double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); });
    sorted_.row(step) = row;
  }
}

double EmpiricalPredictive::quantile(Index step, double probability) const {
  return mean_[step] + sample_quantile(sorted_.row(step), probability);
}

MatrixXd EmpiricalPredictive::draw(Index paths, Generator& generator) const {
  MatrixXd result(horizon(), paths);
  for (Index path = 0; path < paths; ++path) {
    const auto origin = generator.below(static_cast<std::uint64_t>(errors_.cols()));
    result.col(path) = mean_ + errors_.col(static_cast<Index>(origin));
  }
  return result;
}

PredictivePtr clamp_below(PredictivePtr inner, double floor) {
  return std::make_shared<Clamped>(std::move(inner), floor);
}

PredictivePtr scale_by(PredictivePtr inner, double factor) {
  assert(factor > 0);
  return std::make_shared<Scaled>(std::move(inner), factor);
}

PredictivePtr trimmed_average(std::vector<PredictivePtr> members, double share) {
  return std::make_shared<Trimmed>(std::move(members), share);
}

PredictivePtr average(std::vector<PredictivePtr> members, VectorXd weights) {
  return std::make_shared<Average>(std::move(members), std::move(weights));
}

}  // namespace forecart

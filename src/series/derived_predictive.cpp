#include "series/derived_predictive.h"

#include <cassert>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

class Affine final : public Predictive {
 public:
  Affine(PredictivePtr inner, VectorXd scale, VectorXd shift)
      : inner_(std::move(inner)), scale_(std::move(scale)), shift_(std::move(shift)) {
    assert(scale_.size() == inner_->horizon() && shift_.size() == inner_->horizon());
  }

  Index horizon() const override { return inner_->horizon(); }
  double mean(Index step) const override {
    return scale_[step] * inner_->mean(step) + shift_[step];
  }
  double quantile(Index step, double probability) const override {
    return scale_[step] * inner_->quantile(step, probability) + shift_[step];
  }
  MatrixXd draw(Index paths, Generator& generator) const override {
    return (scale_.asDiagonal() * inner_->draw(paths, generator)).colwise() + shift_;
  }

 private:
  PredictivePtr inner_;
  VectorXd scale_;
  VectorXd shift_;
};

class WithMeans final : public Predictive {
 public:
  WithMeans(PredictivePtr inner, VectorXd means)
      : inner_(std::move(inner)), means_(std::move(means)) {
    assert(means_.size() == inner_->horizon());
  }

  Index horizon() const override { return inner_->horizon(); }
  double mean(Index step) const override { return means_[step]; }
  double quantile(Index step, double probability) const override {
    return inner_->quantile(step, probability);
  }
  MatrixXd draw(Index paths, Generator& generator) const override {
    return inner_->draw(paths, generator);
  }

 private:
  PredictivePtr inner_;
  VectorXd means_;
};

}  // namespace

PredictivePtr affine(PredictivePtr inner, VectorXd scale, VectorXd shift) {
  return std::make_shared<Affine>(std::move(inner), std::move(scale), std::move(shift));
}

PredictivePtr with_means(PredictivePtr inner, VectorXd means) {
  return std::make_shared<WithMeans>(std::move(inner), std::move(means));
}

}  // namespace forecart

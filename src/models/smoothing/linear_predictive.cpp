#include "models/smoothing/linear_predictive.h"

#include "math/normal.h"

#include <cmath>
#include <utility>

namespace forecart {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double LinearErrors::inherited(Index k) const {
  double sum = 0;
  for (Index lag = 1; lag <= k; ++lag) {
    double effect = scale[k] * weight[lag - 1] * spread[k - lag];
    if (lag % season_length == 0) effect += seasonal[k];
    sum += effect * effect;
  }
  return sum;
}

double LinearErrors::variance(Index k) const {
  return inherited(k) + own[k] * own[k];
}

LinearPredictive::LinearPredictive(LinearErrors errors, Index horizon)
    : errors_(std::move(errors)), skipped_(errors_.mean.size() - horizon), deviation_(horizon) {
  for (Index k = 0; k < horizon; ++k) deviation_[k] = std::sqrt(errors_.variance(skipped_ + k));
}

double LinearPredictive::quantile(Index step, double probability) const {
  return mean(step) + deviation_[step] * normal_quantile(probability);
}

MatrixXd LinearPredictive::draw(Index paths, Generator& generator) const {
  const LinearErrors& e = errors_;
  const Index steps = e.mean.size();
  MatrixXd result(horizon(), paths);
  VectorXd z(steps);
  VectorXd past(steps);
  for (Index path = 0; path < paths; ++path) {
    for (double& value : z) value = generator.normal();
    past = e.spread.cwiseProduct(z);
    for (Index k = skipped_; k < steps; ++k) {
      double y =
          e.mean[k] + e.own[k] * z[k] + e.scale[k] * e.weight.head(k).dot(past.head(k).reverse());
      for (Index j = k - e.season_length; j >= 0; j -= e.season_length) y += e.seasonal[k] * z[j];
      result(k - skipped_, path) = y;
    }
  }
  return result;
}

}  // namespace forecart

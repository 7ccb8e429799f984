#include "hierarchy/reconciled_predictive.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

bool is_whole(double value) {
  return value == std::round(value);
}

/// Whether the upper half of a step's distribution lies on whole numbers, and not on one alone.
bool is_count(const Predictive& inner, Index step) {
  const double last = inner.quantile(step, 0.99);
  if (!is_whole(last) || last <= 0) return false;
  const double probabilities[]{0.5, 0.8, 0.9, 0.95, 0.975};
  return std::all_of(std::begin(probabilities), std::end(probabilities),
                     [&](double p) { return is_whole(inner.quantile(step, p)); });
}

class Moved final : public Predictive {
 public:
  Moved(PredictivePtr inner, Move move) : inner_(std::move(inner)), move_(std::move(move)) {
    assert(move_.means.size() == inner_->horizon() && move_.scale >= 0);
    for (Index step = 0; step < horizon(); ++step) counts_.push_back(is_count(*inner_, step));
  }

  Index horizon() const override { return inner_->horizon(); }
  double mean(Index step) const override { return move_.means[step]; }
  double quantile(Index step, double probability) const override {
    const double y = inner_->quantile(step, probability);
    // Nothing is left in proportion to a mean of zero: half of what lies there stays.
    const bool nothing = move_.non_negative && y <= 0 && inner_->mean(step) <= 0;
    return nothing && probability < 0.5 ? 0.0 : value(step, y);
  }
  MatrixXd draw(Index paths, Generator& generator) const override {
    MatrixXd result = inner_->draw(paths, generator);
    for (Index step = 0; step < horizon(); ++step) {
      for (double& y : result.row(step)) y = value(step, y);
    }
    return result;
  }

 private:
  double value(Index step, double y) const {
    const double from = inner_->mean(step);
    double at = move_.means[step] + move_.scale * (y - from);
    if (move_.non_negative && y < from) at = std::min(at, move_.means[step] * y / from);
    if (counts_[static_cast<std::size_t>(step)]) at = std::round(at);
    return move_.non_negative ? std::max(0.0, at) : at;
  }

  PredictivePtr inner_;
  Move move_;
  std::vector<bool> counts_;  // by step
};

}  // namespace

PredictivePtr moved(PredictivePtr inner, Move move) {
  return std::make_shared<Moved>(std::move(inner), std::move(move));
}

}  // namespace forecart

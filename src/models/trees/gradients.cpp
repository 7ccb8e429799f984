#include "models/trees/gradients.h"

#include <cmath>

namespace forecart::trees {

namespace {

using Margin = Eigen::Ref<const Eigen::VectorXf>;

/// mean - y with mean = exp(margin).
void derive_poisson(const TrainingRows& rows, const Margin& margin, Gradients& g) {
  g.second = margin.array().exp();
  g.first = (g.second.array() - rows.target.array()) * rows.weight.array();
  g.second.array() *= rows.weight.array() * std::exp(kPoissonCaution);
}

/// The deviance with variance mean^p: exp((2 - p) margin) - y exp((1 - p) margin).
void derive_tweedie(const TrainingRows& rows, float power, const Margin& margin, Gradients& g) {
  const float up = 2 - power;
  const float down = 1 - power;
  g.first = rows.target.array() * (down * margin.array()).exp();
  g.second = (up * margin.array()).exp();
  const Eigen::ArrayXf slope = g.second.array() - g.first.array();
  g.second = (up * g.second.array() - down * g.first.array()) * rows.weight.array();
  g.first = slope * rows.weight.array();
}

}  // namespace

void derive(const TrainingRows& rows, const BoosterOptions& options, const Margin& margin,
            Gradients& gradients) {
  switch (options.objective) {
    case Objective::poisson:
      return derive_poisson(rows, margin, gradients);
    case Objective::tweedie:
      return derive_tweedie(rows, static_cast<float>(options.tweedie_power), margin, gradients);
    case Objective::squared:
      gradients.first = (margin - rows.target).cwiseProduct(rows.weight);
      gradients.second = rows.weight;
  }
}

}  // namespace forecart::trees

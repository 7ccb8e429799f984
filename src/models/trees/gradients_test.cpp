#include "models/trees/gradients.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart::trees {
namespace {

/// Half the deviance of one row without what does not depend on the margin.
double loss(const BoosterOptions& options, double y, double margin) {
  const double p = options.tweedie_power;
  switch (options.objective) {
    case Objective::poisson:
      return std::exp(margin) - y * margin;
    case Objective::tweedie:
      return std::exp((2 - p) * margin) / (2 - p) - y * std::exp((1 - p) * margin) / (1 - p);
    case Objective::squared:
      break;
  }
  return 0.5 * (margin - y) * (margin - y);
}

class GradientsOf : public testing::TestWithParam<Objective> {};

TEST_P(GradientsOf, AreTheDerivativesOfTheDeviance) {
  BoosterOptions options;
  options.objective = GetParam();
  TrainingRows rows;
  rows.target = Eigen::VectorXf::LinSpaced(9, 0, 4);
  rows.weight = Eigen::VectorXf::LinSpaced(9, 0.5, 2.5);
  const Eigen::VectorXf margin = Eigen::VectorXf::LinSpaced(9, 1.5, -2);
  Gradients g;
  derive(rows, options, margin, g);
  constexpr double kStep = 1e-4;
  const double caution =
      options.objective == Objective::poisson ? std::exp(double{kPoissonCaution}) : 1;
  for (Eigen::Index i = 0; i < 9; ++i) {
    const auto at = [&](double shift) {
      return rows.weight[i] * loss(options, rows.target[i], margin[i] + shift);
    };
    const double first = (at(kStep) - at(-kStep)) / (2 * kStep);
    const double second = (at(kStep) - 2 * at(0) + at(-kStep)) / (kStep * kStep);
    EXPECT_NEAR(g.first[i], first, 1e-5 * (1 + std::abs(first))) << "row " << i;
    EXPECT_NEAR(g.second[i], caution * second, 1e-5 * (1 + caution * second)) << "row " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(All, GradientsOf,
                         testing::Values(Objective::poisson, Objective::tweedie,
                                         Objective::squared),
                         [](const auto& instance) { return name_of(instance.param); });

}  // namespace
}  // namespace forecart::trees

#include "models/sarima/state.h"

#include "base/random.h"
#include "models/sarima/kalman.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Example {
  SarimaOrder order;
  std::vector<double> coefficients;
};

const std::vector<Example> kExamples = {
    {{0, 1, 1}, {-0.6}},
    {{2, 0, 1}, {0.5, 0.2, 0.3}},
    {{0, 2, 0}, {}},
    {{1, 1, 1, 0, 1, 1, 4}, {0.4, -0.7, -0.5}},
    {{1, 0, 1, 1, 0, 1, 12}, {0.8, -0.3, 0.7, -0.4}},
    {{0, 1, 1, 0, 1, 1, 12}, {-0.98, -0.6}},
};

std::vector<double> walk(std::size_t n, double share_missing, std::uint64_t seed) {
  Generator generator(seed);
  std::vector<double> y;
  double level = 20;
  for (std::size_t t = 0; t < n; ++t) {
    level += 0.3 * generator.normal();
    y.push_back(level + generator.normal());
    if (t > 0 && generator.uniform() < share_missing) y.back() = NAN;
  }
  return y;
}

StateFilter filter_of(const Example& example) {
  return {example.order, *arma_from_coefficients(example.order, example.coefficients)};
}

StateFilter filtered(const Example& example, const std::vector<double>& y) {
  StateFilter filter = filter_of(example);
  for (const double value : y) filter.step(value);
  return filter;
}

/// Mean and variance of the next steps by the dense filter: missing values are forecasts.
void expect_forecast(const Example& example, std::vector<double> y, const StateFilter& filter) {
  const auto arma = *arma_from_coefficients(example.order, example.coefficients);
  const StateForecast f = filter.forecast(15);
  const VectorXd h = [&] {  // y = alpha_0 + delta' lags
    const auto delta = difference_polynomial(example.order.d, example.order.D, example.order.s);
    const auto m = static_cast<Index>(arma.state_size());
    VectorXd v = VectorXd::Zero(m + example.order.lost());
    if (m > 0) v[0] = 1;
    for (Index j = 1; j <= example.order.lost(); ++j) v[m + j - 1] = -delta[j];
    return v;
  }();
  double noise = 0;
  for (Index k = 0; k < 15; ++k) {
    const KalmanResult oracle = kalman_filter(example.order, arma, y);
    noise += f.psi[k] * f.psi[k];
    const double variance = 1 + h.dot(oracle.covariance * h);
    EXPECT_NEAR(f.mean[k], h.dot(oracle.state), 1e-5) << k;
    EXPECT_NEAR((noise + f.factor.row(k).squaredNorm()) / variance, 1, 1e-5) << k;
    y.push_back(NAN);
  }
}

TEST(StateFilter, EqualsTheDenseKalmanFilter) {
  for (const Example& example : kExamples) {
    for (const double missing : {0.0, 0.02, 0.3}) {
      SCOPED_TRACE(example.order.format() + " missing " + std::to_string(missing));
      const auto y = walk(160, missing, 11);
      const auto arma = *arma_from_coefficients(example.order, example.coefficients);
      const KalmanResult oracle = kalman_filter(example.order, arma, y);
      const StateFilter filter = filtered(example, y);
      EXPECT_EQ(filter.used(), oracle.used);
      EXPECT_NEAR(filter.log_likelihood(), oracle.log_likelihood(), 1e-4);
      expect_forecast(example, y, filter);
    }
  }
}

TEST(StateFilter, OneStepAheadIsTheFirstOfMany) {
  for (const double missing : {0.0, 0.1}) {
    for (const Example& example : kExamples) {
      const StateFilter filter = filtered(example, walk(40, missing, 7));
      const StateForecast one = filter.forecast(1);
      const StateForecast many = filter.forecast(20);
      EXPECT_EQ(one.mean[0], many.mean[0]);
      EXPECT_EQ(one.psi[0], many.psi[0]);
      EXPECT_NEAR(one.factor.row(0).squaredNorm(), many.factor.row(0).squaredNorm(), 1e-9);
    }
  }
}

TEST(StateFilter, ALongGapAtTheEndIsALongerHorizon) {
  for (const Example& example : kExamples) {
    SCOPED_TRACE(example.order.format());
    const auto y = walk(120, 0, 12);
    const StateForecast before = filtered(example, y).forecast(50);
    StateFilter later = filtered(example, y);
    for (int k = 0; k < 30; ++k) later.step(NAN);
    const StateForecast after = later.forecast(20);
    double noise = 0;
    VectorXd variance(50);
    for (Index k = 0; k < 50; ++k) {
      noise += before.psi[k] * before.psi[k];
      variance[k] = noise + before.factor.row(k).squaredNorm();
    }
    noise = 0;
    for (Index k = 0; k < 20; ++k) {
      noise += after.psi[k] * after.psi[k];
      EXPECT_NEAR(after.mean[k], before.mean[30 + k], 1e-8);
      EXPECT_NEAR((noise + after.factor.row(k).squaredNorm()) / variance[30 + k], 1, 1e-8);
    }
  }
}

TEST(StateFilter, ForgetsAGapAgain) {
  const Example example = kExamples[3];
  auto y = walk(400, 0, 13);
  y[100] = y[101] = y[150] = NAN;
  const StateFilter filter = filtered(example, y);
  EXPECT_TRUE(filter.save().at("steady").get<bool>());
  EXPECT_EQ(filter.forecast(3).factor.cols(), 0);
}

TEST(StateFilter, ComesBackFromItsSavedStateBitByBit) {
  for (const Example& example : kExamples) {
    for (const double missing : {0.0, 0.1}) {
      SCOPED_TRACE(example.order.format());
      StateFilter filter = filtered(example, walk(60, missing, 14));
      StateFilter restored = filter_of(example);
      restored.load(nlohmann::json::parse(filter.save().dump()));
      for (const double value : walk(40, missing, 15)) {
        filter.step(value);
        restored.step(value);
      }
      EXPECT_EQ(filter.save().dump(), restored.save().dump());
      EXPECT_EQ(filter.forecast(9).mean, restored.forecast(9).mean);
    }
  }
}

}  // namespace
}  // namespace forecart::sarima

#include "models/sarima/likelihood.h"

#include "base/random.h"
#include "models/sarima/autocovariance.h"
#include "models/sarima/kalman.h"

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include <cmath>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

const std::vector<SarimaOrder> kOrders = {{1, 0, 0},
                                          {0, 0, 1},
                                          {2, 0, 1},
                                          {5, 0, 3},
                                          {0, 0, 0},
                                          {1, 0, 1, 1, 0, 1, 4},
                                          {0, 0, 5, 1, 0, 0, 4},
                                          {2, 0, 0, 2, 0, 1, 4},
                                          {3, 0, 6, 2, 0, 2, 4},
                                          {1, 0, 2, 0, 0, 1, 12},
                                          {0, 0, 1, 2, 0, 0, 12},
                                          {2, 0, 2, 1, 0, 2, 12},
                                          {1, 0, 1, 1, 0, 1, 24},
                                          {0, 0, 0, 1, 0, 1, 24},
                                          {2, 0, 1, 0, 0, 1, 24},
                                          {1, 0, 0, 3, 0, 0, 12}};

VectorXd random_parameters(const SarimaOrder& order, double spread, Generator& generator) {
  VectorXd u(order.parameters());
  for (double& value : u) value = spread * generator.normal();
  return u;
}

SeasonalArma<double> arma_of(const SarimaOrder& order, const VectorXd& u) {
  return arma_from_parameters(order, std::vector<double>(u.begin(), u.end()));
}

VectorXd noise(Index n, Generator& generator) {
  VectorXd y(n);
  double level = 0;
  for (double& value : y) value = 0.5 * (level += 0.3 * generator.normal()) + generator.normal();
  return y;
}

double kalman(const SarimaOrder& order, const SeasonalArma<double>& arma, const VectorXd& y) {
  const std::span<const double> values(y.data(), static_cast<std::size_t>(y.size()));
  return kalman_filter(order, arma, values).log_likelihood();
}

TEST(Likelihood, EqualsTheKalmanFilter) {
  Generator generator(1);
  for (const SarimaOrder& order : kOrders) {
    for (int round = 0; round < 4; ++round) {
      const Sample sample{noise(150, generator), {}};
      const auto arma = arma_of(order, random_parameters(order, 0.7, generator));
      const double oracle = kalman(order, arma, sample.y);
      EXPECT_NEAR(Likelihood(order, sample).at(arma).log_likelihood, oracle,
                  1e-8 * std::abs(oracle))
          << order.format() << " round " << round;
    }
  }
}

/// Autocovariances at lags below n, in units of sigma^2, from the psi weights alone.
VectorXd autocovariances(const SeasonalArma<double>& arma, Index n, std::size_t weights) {
  const auto psi = psi_weights(arma.expanded_ar(), arma.expanded_ma(), weights);
  const Eigen::Map<const VectorXd> p(psi.data(), std::ssize(psi));
  VectorXd gamma(n);
  for (Index k = 0; k < n; ++k) gamma[k] = p.head(p.size() - k).dot(p.tail(p.size() - k));
  return gamma;
}

/// The Gaussian density itself, sigma^2 at its best.
double density(const SeasonalArma<double>& arma, const VectorXd& y, std::size_t weights) {
  const Index n = y.size();
  const VectorXd gamma = autocovariances(arma, n, weights);
  Eigen::MatrixXd covariance(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) covariance(i, j) = gamma[std::abs(i - j)];
  }
  const Eigen::LLT<Eigen::MatrixXd> root(covariance);
  const double squares = root.matrixL().solve(y).squaredNorm();
  const double count = static_cast<double>(n);
  const double determinant = 2 * root.matrixLLT().diagonal().array().log().sum();
  return -0.5 * (count * (std::log(2 * M_PI * squares / count) + 1) + determinant);
}

// Above a day of hours the dense filter takes seconds; the density itself is as good an oracle.
TEST(Likelihood, IsTheGaussianDensityAtEverySeason) {
  Generator generator(7);
  for (const int s : {7, 12, 24, 52, 96, 168, 365}) {
    const SarimaOrder order{1, 0, 1, 1, 0, 1, s};
    const VectorXd y = noise(2 * s + 40, generator);
    const auto arma = *arma_from_coefficients(order, std::vector<double>{0.5, 0.4, -0.4, 0.3});
    const double oracle = density(arma, y, 45 * static_cast<std::size_t>(s));  // .5^45: rounding
    EXPECT_NEAR(Likelihood(order, {y, {}}).at(arma).log_likelihood, oracle,
                1e-10 * std::abs(oracle))
        << order.format();
  }
}

/// Every partial autocorrelation +-tanh(0.4), but those of one polynomial +-tanh(4) = +-.9993.
VectorXd near_unit_root(const SarimaOrder& order, int polynomial, Generator& generator) {
  const int lengths[] = {order.p, order.q, order.P, order.Q};
  VectorXd u(order.parameters());
  Index at = 0;
  for (int k = 0; k < 4; ++k) {
    for (int j = 0; j < lengths[k]; ++j) {
      const bool last = j + 1 == lengths[k];
      u[at++] = (k == polynomial && last ? 4.0 : 0.4) * (generator.uniform() < 0.5 ? 1 : -1);
    }
  }
  return u;
}

TEST(Likelihood, EqualsTheKalmanFilterNearUnitRoots) {
  Generator generator(2);
  for (const SarimaOrder& order : kOrders) {
    for (int polynomial = 0; polynomial < 4; ++polynomial) {
      const Sample sample{noise(120, generator), {}};
      const auto arma = arma_of(order, near_unit_root(order, polynomial, generator));
      const double oracle = kalman(order, arma, sample.y);
      EXPECT_NEAR(Likelihood(order, sample).at(arma).log_likelihood, oracle,
                  1e-6 * std::abs(oracle))
          << order.format() << " polynomial " << polynomial;
    }
  }
}

// A moving average may go all the way; an autoregression there has a variance beyond the limit.
TEST(Likelihood, AtTheEdgeOnlyMovingAveragesAreAllowed) {
  Generator generator(3);
  const SarimaOrder order{1, 0, 1, 1, 0, 1, 24};
  const Sample sample{noise(300, generator), {}};
  for (int polynomial = 0; polynomial < 4; ++polynomial) {
    for (const double far : {-20.0, 20.0}) {
      VectorXd u = VectorXd::Constant(4, 0.3);
      u[polynomial] = far;
      VectorXd gradient(4);
      const auto value = Likelihood(order, sample).at(u, &gradient);
      const bool moving_average = polynomial % 2 == 1;
      EXPECT_EQ(std::isfinite(value.log_likelihood), moving_average) << polynomial << " " << far;
      EXPECT_EQ(gradient.allFinite(), moving_average) << polynomial << " " << far;
    }
  }
}

// With both autoregressions next to the circle and moving averages against them the recursion loses
// its digits and refuses. What it lets through is within 0.1 of the dense filter.
TEST(Likelihood, RefusesWhereItsDigitsAreLost) {
  int refused = 0;
  int kept = 0;
  for (std::uint64_t seed = 100; seed < 104; ++seed) {
    Generator generator(seed);
    for (const SarimaOrder& order :
         {SarimaOrder{1, 0, 1, 1, 0, 1, 24}, SarimaOrder{1, 0, 1, 1, 0, 1, 12}}) {
      const Sample sample{noise(120, generator), {}};
      for (int signs = 0; signs < 16; ++signs) {
        VectorXd u(4);
        for (int j = 0; j < 4; ++j) u[j] = (signs >> j) % 2 == 1 ? 5.0 : -5.0;
        const auto arma = arma_of(order, u);
        const double fast = Likelihood(order, sample).at(arma).log_likelihood;
        refused += !std::isfinite(fast);
        if (!std::isfinite(fast)) continue;
        ++kept;
        EXPECT_NEAR(fast, kalman(order, arma, sample.y), 0.1) << order.format() << signs;
      }
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_GT(kept, refused);
}

TEST(Likelihood, CancellingFactorsLeaveWhiteNoise) {
  Generator generator(4);
  const SarimaOrder order{1, 0, 1, 1, 0, 1, 12};
  const Sample sample{noise(200, generator), {}};
  const auto arma = arma_from_coefficients(order, {0.9999, -0.9999, 0.999, -0.999});
  const SarimaOrder none;
  const double white =
      Likelihood(none, sample).at(*arma_from_coefficients(none, {})).log_likelihood;
  EXPECT_NEAR(Likelihood(order, sample).at(*arma).log_likelihood, white, 1e-8 * std::abs(white));
}

/// Central differences of every derivative; the largest error against 1 + |derivative|.
double gradient_error(Likelihood& likelihood, const VectorXd& u) {
  VectorXd gradient(u.size());
  if (!std::isfinite(likelihood.at(u, &gradient).log_likelihood)) return INFINITY;
  double worst = 0;
  for (Index i = 0; i < u.size(); ++i) {
    const auto at = [&](double shift) {
      VectorXd moved = u;
      moved[i] += shift;
      return likelihood.at(moved, nullptr).log_likelihood;
    };
    const double h = 1e-3;  // fourth order, as rounding in the likelihood forbids smaller steps
    const double slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    worst = std::max(worst, std::abs(slope - gradient[i]) / (1 + std::abs(slope)));
  }
  return worst;
}

TEST(Likelihood, GradientEqualsCentralDifferences) {
  Generator generator(5);
  for (const SarimaOrder& order : kOrders) {
    for (int round = 0; round < 3; ++round) {
      const Sample sample{noise(200, generator), {}};
      Likelihood likelihood(order, sample);
      EXPECT_LT(gradient_error(likelihood, random_parameters(order, 0.5, generator)), 1e-6)
          << order.format() << " round " << round;
    }
  }
}

/// Whatever was asked before, at the same parameters or at others.
TEST(Likelihood, AnswersDoNotDependOnEarlierQuestions) {
  Generator generator(9);
  const SarimaOrder order{1, 0, 1, 1, 0, 1, 4};
  Sample sample{noise(120, generator), Eigen::MatrixXd(120, 1)};
  sample.x.col(0) = noise(120, generator);
  for (const Index integrated : {0, 1}) {
    sample.integrated = integrated;
    const VectorXd u = random_parameters(order, 0.5, generator);
    VectorXd expected(u.size());
    const double value = Likelihood(order, sample).at(u, &expected).log_likelihood;
    Likelihood asked(order, sample);
    VectorXd gradient(u.size());
    asked.at(VectorXd(-u), &gradient);
    EXPECT_EQ(asked.at(u, nullptr).log_likelihood, value);
    asked.information(u);
    EXPECT_EQ(asked.at(u, &gradient).log_likelihood, value);
    EXPECT_EQ(gradient, expected);
    asked.at(arma_of(order, -u));
    EXPECT_EQ(asked.at(u, &gradient).log_likelihood, value);
    EXPECT_EQ(gradient, expected);
    EXPECT_EQ(asked.at(u, &gradient).log_likelihood, value);
    EXPECT_EQ(gradient, expected);
  }
}

TEST(Likelihood, GradientWithRegressorsEqualsCentralDifferences) {
  Generator generator(6);
  const SarimaOrder order{2, 0, 1, 1, 0, 1, 12};
  Sample sample{noise(250, generator), {}};
  sample.y.array() += 300;
  sample.x.resize(250, 2);
  sample.x << VectorXd::Ones(250), VectorXd::LinSpaced(250, -1, 1);
  Likelihood likelihood(order, sample);
  EXPECT_LT(gradient_error(likelihood, random_parameters(order, 0.5, generator)), 1e-6);
}

TEST(Likelihood, GradientOfTheConditionalLikelihood) {
  Generator generator(7);
  const SarimaOrder order{2, 0, 1, 1, 0, 1, 12};
  const Sample sample{noise(250, generator), {}};
  Likelihood likelihood(order, sample, LikelihoodKind::conditional);
  EXPECT_LT(gradient_error(likelihood, random_parameters(order, 0.5, generator)), 1e-6);
}

TEST(Likelihood, GradientOnceTheSteadyStateIsReached) {
  Generator generator(8);
  const SarimaOrder order{1, 0, 1, 1, 0, 1, 24};
  const Sample sample{noise(3000, generator), {}};
  Likelihood likelihood(order, sample);
  VectorXd u(4);
  u << 0.2, 1.0, -0.1, 0.8;
  EXPECT_LT(gradient_error(likelihood, u), 1e-5);
}

TEST(Likelihood, KeepsItsDigitsWhenTheMeanIsFarAboveTheSpread) {
  Generator generator(9);
  const SarimaOrder order{2, 0, 1};
  Sample near{noise(100, generator), Eigen::MatrixXd::Ones(100, 1)};
  Sample far = near;
  far.y.array() += 1e6;
  const auto arma = arma_of(order, random_parameters(order, 0.5, generator));
  const auto a = Likelihood(order, near).at(arma);
  const auto b = Likelihood(order, far).at(arma);
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-6);
  EXPECT_NEAR(a.beta[0] + 1e6, b.beta[0], 1e-6);
}

}  // namespace
}  // namespace forecart::sarima

#include "models/sarima/gaps.h"

#include "base/random.h"
#include "models/sarima/gap_likelihood.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

const std::vector<SarimaOrder> kOrders = {{1, 0, 1},
                                          {0, 1, 1},
                                          {2, 2, 1},
                                          {3, 1, 0},
                                          {0, 2, 0},
                                          {1, 0, 1, 1, 0, 1, 7},
                                          {1, 1, 1, 0, 1, 1, 7},
                                          {0, 0, 0, 1, 1, 0, 7},
                                          {0, 1, 1, 0, 1, 1, 12},
                                          {2, 0, 0, 0, 2, 1, 12},
                                          {1, 1, 1, 1, 1, 1, 24},
                                          {0, 1, 2, 1, 0, 1, 24}};

std::vector<double> walk(std::size_t n, Generator& generator) {
  std::vector<double> y;
  double level = 20;
  for (std::size_t t = 0; t < n; ++t) {
    level += 0.3 * generator.normal();
    y.push_back(level + generator.normal());
  }
  return y;
}

/// A way to lose values: `share` of them in runs of `length`.
void lose(std::vector<double>& y, double share, std::size_t length, Generator& generator) {
  const auto runs = static_cast<std::size_t>(share * static_cast<double>(y.size() / length));
  for (std::size_t r = 0; r <= runs; ++r) {
    const std::size_t from = generator.below(y.size() - length);
    std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(from), length, NAN);
  }
}

VectorXd random_parameters(const SarimaOrder& order, Generator& generator) {
  VectorXd u(order.parameters());
  for (double& value : u) value = 0.6 * generator.normal();
  return u;
}

SeasonalArma<double> arma_of(const SarimaOrder& order, const VectorXd& u) {
  return arma_from_parameters(order, std::vector<double>(u.begin(), u.end()));
}

/// Both fast likelihoods against the array filter.
void expect_oracle(const SarimaOrder& order, const std::vector<double>& y, const MatrixXd& x,
                   const VectorXd& u) {
  const auto arma = arma_of(order, u);
  const LikelihoodValue oracle = likelihood_with_gaps(order, arma, y, x);
  const Sample sample = make_gap_sample(order, y, x);
  const LikelihoodValue fast = Likelihood(order, sample).at(arma);
  EXPECT_NEAR(fast.log_likelihood, oracle.log_likelihood, 1e-8 * std::abs(oracle.log_likelihood));
  EXPECT_NEAR(fast.sigma2 / oracle.sigma2, 1, 1e-7);
  const LikelihoodValue many = GapLikelihood(order, y, x).at(arma);
  EXPECT_NEAR(many.log_likelihood, oracle.log_likelihood, 1e-8 * std::abs(oracle.log_likelihood));
  EXPECT_NEAR(many.sigma2 / oracle.sigma2, 1, 1e-7);
}

TEST(Gaps, LikelihoodEqualsTheArrayFilter) {
  Generator generator(1);
  for (const SarimaOrder& order : kOrders) {
    for (const std::size_t length : {1U, 3U, 30U}) {
      for (const double share : {0.0, 0.1, 0.5}) {
        SCOPED_TRACE(order.format() + " runs of " + std::to_string(length) + " share " +
                     std::to_string(share));
        std::vector<double> y = walk(200, generator);
        lose(y, share, length, generator);
        expect_oracle(order, y, {}, random_parameters(order, generator));
      }
    }
  }
}

TEST(Gaps, AtTheStartOrTheEndOrAWholeSeason) {
  Generator generator(2);
  for (const SarimaOrder& order : kOrders) {
    SCOPED_TRACE(order.format());
    const std::vector<double> y = walk(150, generator);
    const VectorXd u = random_parameters(order, generator);
    const auto without = [&](auto lost) {
      std::vector<double> gappy = y;
      for (std::size_t t = 0; t < y.size(); ++t) gappy[t] = lost(t) ? NAN : y[t];
      expect_oracle(order, gappy, {}, u);
    };
    without([](std::size_t t) { return t == 0; });
    without([](std::size_t t) { return t < 5; });
    without([](std::size_t t) { return t >= 140; });
    without([](std::size_t t) { return t >= 48 && t < 72; });
    const auto s = static_cast<std::size_t>(order.s);
    without([&](std::size_t t) { return s > 1 && t % s == 3; });
    without([&](std::size_t t) { return t < s / 2 || (t > 60 && t % 2 == 0); });
  }
}

TEST(Gaps, LikelihoodWithRegressorsEqualsTheArrayFilter) {
  Generator generator(3);
  for (const SarimaOrder& order : kOrders) {
    SCOPED_TRACE(order.format());
    std::vector<double> y = walk(200, generator);
    lose(y, 0.1, 2, generator);
    MatrixXd x(200, 2);
    for (double& value : x.reshaped()) value = generator.normal();
    expect_oracle(order, y, x, random_parameters(order, generator));
  }
}

TEST(Gaps, LongSeasonsEqualTheArrayFilter) {
  Generator generator(4);
  for (const SarimaOrder& order :
       {SarimaOrder{1, 0, 1, 0, 1, 1, 52}, SarimaOrder{1, 1, 1, 0, 1, 1, 168}}) {
    SCOPED_TRACE(order.format());
    std::vector<double> y = walk(400, generator);
    lose(y, 0.03, 2, generator);
    y[17] = y[100] = NAN;
    expect_oracle(order, y, {}, random_parameters(order, generator));
  }
}

/// Against central differences of fourth order.
template <class Function>
void expect_gradient(Function& likelihood, const VectorXd& u) {
  VectorXd gradient(u.size());
  likelihood.at(u, &gradient);
  for (Index i = 0; i < u.size(); ++i) {
    const auto at = [&](double shift) {
      VectorXd moved = u;
      moved[i] += shift;
      return likelihood.at(moved, nullptr).log_likelihood;
    };
    const double h = 1e-3;
    const double slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    EXPECT_NEAR(gradient[i], slope, 1e-6 * (1 + std::abs(slope))) << i;
  }
}

TEST(Gaps, GradientsEqualCentralDifferences) {
  Generator generator(5);
  for (const SarimaOrder& order : kOrders) {
    if (order.parameters() == 0) continue;
    SCOPED_TRACE(order.format());
    std::vector<double> y = walk(200, generator);
    lose(y, 0.05, 3, generator);
    y[0] = y[4] = NAN;
    MatrixXd x(200, 1);
    for (double& value : x.reshaped()) value = generator.normal();
    const VectorXd u = random_parameters(order, generator);
    const Sample sample = make_gap_sample(order, y, x);
    Likelihood few(order, sample);
    expect_gradient(few, u);
    GapLikelihood many(order, y, x);
    expect_gradient(many, u);
  }
}

TEST(Gaps, TheOptimumIsThatOfTheOracle) {
  Generator generator(6);
  for (const SarimaOrder& order : kOrders) {
    if (order.parameters() == 0) continue;
    for (const double share : {0.01, 0.3}) {
      SCOPED_TRACE(order.format() + " share " + std::to_string(share));
      std::vector<double> y = walk(300, generator);
      lose(y, share, 1, generator);
      const Estimate e = estimate_with_gaps(order, y, {});
      EXPECT_TRUE(e.converged);
      const double oracle = likelihood_with_gaps(order, e.arma, y, {}).log_likelihood;
      EXPECT_NEAR(e.log_likelihood, oracle, 1e-7 * std::abs(oracle));
      for (Index i = 0; i < e.u.size(); ++i) {  // no step aside is better
        for (const double step : {-0.02, 0.02}) {
          VectorXd u = e.u;
          u[i] += step;
          const auto aside = likelihood_with_gaps(order, arma_of(order, u), y, {});
          EXPECT_LT(aside.log_likelihood, oracle + 1e-6);
        }
      }
    }
  }
}

}  // namespace
}  // namespace forecart::sarima

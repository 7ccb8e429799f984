// Reference results of R and statsmodels; see the head of tests/golden/arima_classic.json.

#include "series/golden.h"

#include "models/sarima/gap_likelihood.h"
#include "models/sarima/gaps.h"
#include "models/sarima/standard_error.h"
#include "models/sarima/state.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

double number(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

std::vector<double> numbers(const json& values) {
  std::vector<double> result;
  for (const json& value : values) result.push_back(number(value));
  return result;
}

struct Case {
  json golden;
  SarimaOrder order;
  std::vector<double> y;
  MatrixXd x;       // (n, k) regressors on the original scale
  MatrixXd future;  // (24, k)

  double at(const char* key) const { return number(golden.at(key)); }
  bool has_gaps() const {
    return std::any_of(y.begin(), y.end(), [](double v) { return std::isnan(v); });
  }
  std::vector<double> coefficients() const {
    std::vector<double> result;
    for (const char* name : {"ar", "ma", "sar", "sma"}) {
      for (int j = 1; golden["coef"].contains(name + std::to_string(j)); ++j) {
        result.push_back(golden["coef"][name + std::to_string(j)]);
      }
    }
    return result;
  }
};

void add_column(Case& c, const VectorXd& past, const VectorXd& future) {
  c.x.conservativeResize(static_cast<Index>(c.y.size()), c.x.cols() + 1);
  c.future.conservativeResize(24, c.future.cols() + 1);
  c.x.rightCols(1) = past;
  c.future.rightCols(1) = future;
}

Case make_case(const json& golden) {
  Case c{golden, {}, numbers(golden.at("y")), {}, {}};
  const auto& o = golden.at("order");
  const auto& s = golden.at("seasonal");
  c.order = {o[0], o[1], o[2], s[0], s[1], s[2], golden.at("period")};
  const auto n = static_cast<Index>(c.y.size());
  const auto t = [&](Index from, Index count) {
    return VectorXd::LinSpaced(count, static_cast<double>(from),
                               static_cast<double>(from + count - 1));
  };
  if (golden.at("include_mean")) add_column(c, VectorXd::Ones(n), VectorXd::Ones(24));
  if (golden.at("drift")) add_column(c, t(1, n), t(n + 1, 24));
  if (golden.contains("xreg")) {
    for (std::size_t k = 0; k < golden["xreg"].size(); ++k) {
      const auto past = numbers(golden["xreg"][k]);
      VectorXd future(24);
      for (Index h = 0; h < 24; ++h) future[h] = golden["future_xreg"][h][k];
      add_column(c, Eigen::Map<const VectorXd>(past.data(), n), future);
    }
  }
  return c;
}

std::vector<Case> classic_cases() {
  const json all = json::parse(std::ifstream(FORECART_GOLDEN "/arima_classic.json"));
  std::vector<Case> cases;
  for (const json& golden : all.at("cases")) cases.push_back(make_case(golden));
  return cases;
}

/// The cases whose data may not be copied; empty where the shared folder is missing.
std::vector<Case> shared_cases() {
  const char* shared = std::getenv("FORECART_SHARED");
  const std::string root = std::string(shared != nullptr ? shared : "../shared") + "/golden/";
  std::ifstream file(root + "arima.json");
  std::vector<Case> cases;
  if (!file) return cases;
  for (json golden : json::parse(file)) {
    const auto id = golden["id"].get<std::string>();
    if (id.rfind("galli", 0) != 0 && id.rfind("m4", 0) != 0) continue;
    golden["y"] = csv_column(root + golden["data"].get<std::string>());
    cases.push_back(make_case(golden));
  }
  return cases;
}

void expect_likelihood(const Case& c) {
  SCOPED_TRACE(c.golden["id"].get<std::string>());
  const auto arma = arma_from_coefficients(c.order, c.coefficients());
  ASSERT_TRUE(arma);
  const Sample sample = make_sample(c.order, c.y, c.x);
  const double exact = c.at("exact_loglik_statsmodels");
  const LikelihoodValue fast = Likelihood(c.order, sample).at(*arma);
  EXPECT_NEAR(fast.log_likelihood, exact, 1e-7 * std::abs(exact));
  const LikelihoodValue filtered = likelihood_with_gaps(c.order, *arma, c.y, c.x);
  EXPECT_NEAR(filtered.log_likelihood, fast.log_likelihood, 1e-8 * std::abs(exact));
  EXPECT_NEAR(filtered.sigma2 / fast.sigma2, 1, 1e-7);
}

Estimate best_estimate(const Case& c) {
  return c.has_gaps() ? estimate_with_gaps(c.order, c.y, c.x)
                      : estimate(c.order, make_sample(c.order, c.y, c.x));
}

/// The log-likelihood that our optimum must reach: the best known one, or where values are missing
/// ours at R's parameters.
double best_known(const Case& c) {
  if (!c.has_gaps()) return number(c.golden.at("known_local_optima_loglik").at(0));
  const auto arma = arma_from_coefficients(c.order, c.coefficients());
  return likelihood_with_gaps(c.order, *arma, c.y, c.x).log_likelihood;
}

void expect_optimum(const Case& c) {
  const auto id = c.golden["id"].get<std::string>();
  SCOPED_TRACE(id);
  const Estimate e = best_estimate(c);
  std::printf("%-40s best known %14.6f  ours %14.6f\n", id.c_str(), best_known(c),
              e.log_likelihood);
  EXPECT_GT(e.log_likelihood, best_known(c) - 1e-6);
  EXPECT_TRUE(e.converged);
}

void expect_forecast(const Case& c) {
  SCOPED_TRACE(c.golden["id"].get<std::string>());
  const auto arma = arma_from_coefficients(c.order, c.coefficients());
  const LikelihoodValue value = likelihood_with_gaps(c.order, *arma, c.y, c.x);
  const VectorXd level =
      c.x.cols() > 0 ? VectorXd(c.x * value.beta) : VectorXd::Zero(static_cast<Index>(c.y.size()));
  StateFilter filter(c.order, *arma);
  for (std::size_t t = 0; t < c.y.size(); ++t) filter.step(c.y[t] - level[static_cast<Index>(t)]);
  StateForecast f = filter.forecast(24);
  if (c.x.cols() > 0) f.mean += c.future * value.beta;
  double variance = 0;
  for (Index h = 0; h < 24; ++h) {
    const double se = number(c.golden["se"][h]);
    variance += f.psi[h] * f.psi[h];
    const double own = std::sqrt(c.at("sigma2_ml") * (variance + f.factor.row(h).squaredNorm()));
    EXPECT_NEAR(f.mean[h], number(c.golden["mean"][h]), 1e-4 * se) << "step " << h;
    EXPECT_NEAR(own, se, 1e-4 * se) << "step " << h;
  }
}

TEST(ArimaGolden, ExactLikelihoodAtReferenceParameters) {
  for (const Case& c : classic_cases()) {
    if (!c.has_gaps()) expect_likelihood(c);
  }
}

TEST(ArimaGolden, ReachesTheBestKnownOptimum) {
  for (const Case& c : classic_cases()) expect_optimum(c);
}

TEST(ArimaGolden, ForecastsAsR) {
  for (const Case& c : classic_cases()) expect_forecast(c);
}

TEST(ArimaGolden, RealSeries) {
  const std::vector<Case> cases = shared_cases();
  if (cases.empty()) GTEST_SKIP() << "FORECART_SHARED holds no golden/arima.json";
  EXPECT_EQ(cases.size() + classic_cases().size(), 19U) << "every case of arima.json is tested";
  for (const Case& c : cases) {
    expect_likelihood(c);
    expect_optimum(c);
    expect_forecast(c);
  }
}

// R gives the states of the differences a variance of 1e6 sigma^2, which costs up to 7e-3.
TEST(ArimaGolden, MissingValuesCountAsInR) {
  int seen = 0;
  for (const Case& c : classic_cases()) {
    if (!c.has_gaps()) continue;
    SCOPED_TRACE(c.golden["id"].get<std::string>());
    ++seen;
    const auto arma = arma_from_coefficients(c.order, c.coefficients());
    const double at_r = likelihood_with_gaps(c.order, *arma, c.y, c.x).log_likelihood;
    EXPECT_NEAR(at_r, c.at("loglik"), 0.01);
    const double columns =
        Likelihood(c.order, make_gap_sample(c.order, c.y, c.x)).at(*arma).log_likelihood;
    const double recursion = GapLikelihood(c.order, c.y, c.x).at(*arma).log_likelihood;
    EXPECT_NEAR(columns, at_r, 1e-8 * std::abs(at_r));
    EXPECT_NEAR(recursion, at_r, 1e-8 * std::abs(at_r));
    EXPECT_LT(best_estimate(c).log_likelihood, at_r + 0.01);
  }
  EXPECT_EQ(seen, 2);
}

TEST(ArimaGolden, StandardErrorsAsR) {
  for (const Case& c : classic_cases()) {
    // near a root of one the surface is no parabola, and R's step shows
    if (c.golden["id"] == "airpassengers_211_010_12") continue;
    SCOPED_TRACE(c.golden["id"].get<std::string>());
    const Estimate e = best_estimate(c);
    const VectorXd own = c.has_gaps() ? standard_errors_with_gaps(e, c.y, c.x)
                                      : standard_errors(e, make_sample(c.order, c.y, c.x));
    Index i = 0;
    for (const char* name : {"ar", "ma", "sar", "sma"}) {
      for (int j = 1; c.golden["coef"].contains(name + std::to_string(j)); ++j) {
        const double r = number(c.golden["coef_se"][name + std::to_string(j)]);
        EXPECT_NEAR(own[i++] / r, 1, 0.03) << name << j;
      }
    }
  }
}

}  // namespace
}  // namespace forecart::sarima

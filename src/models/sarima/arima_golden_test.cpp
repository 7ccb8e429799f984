// R's regressions with SARIMA errors, end to end through the interface of per-series models. R's
// sigma2 is the maximum-likelihood one in arima_classic.json and the unbiased one in
// autoarima_m4_hourly.json (forecast 8.20): squares / (values used - coefficients).

#include "models/sarima/arima.h"
#include "models/sarima/fitted_arima.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using nlohmann::json;

const Calendar kHours;

/// One case of R with its regressors, named as R names them.
struct Case {
  json golden;
  SarimaOrder order;
  std::vector<double> y;
  Regressors past;
  Regressors future;

  explicit Case(json given) : golden(std::move(given)) {
    const auto& o = golden.at("order");
    const auto& s = golden.at("seasonal");
    order = {o[0], o[1], o[2], s[0], s[1], s[2], golden.value("period", 24)};
    golden.at("y").get_to(y);
    if (golden.contains("xreg")) read_regressors();
  }

  void read_regressors() {
    past = {{"step", "pulse"}, MatrixXd(std::ssize(y), 2)};
    future = {past.names, MatrixXd(24, 2)};
    for (Index c = 0; c < 2; ++c) {
      for (Index t = 0; t < past.values.rows(); ++t) past.values(t, c) = golden["xreg"][c][t];
      for (Index h = 0; h < 24; ++h) future.values(h, c) = golden["future_xreg"][h][c];
    }
  }

  double at(const char* key) const { return golden.at(key).get<double>(); }
  double coefficient(const std::string& name) const { return golden["coef"][name].get<double>(); }
  ArimaOptions options() const {
    ArimaOptions result{order};
    result.drift = golden.at("drift").get<bool>();
    return result;
  }
  SeriesInput input() const { return {kHours, 0, y, past}; }
};

std::map<std::string, Case> classic_cases() {
  const json all = json::parse(std::ifstream(FORECART_GOLDEN "/arima_classic.json"));
  std::map<std::string, Case> cases;
  for (const json& one : all.at("cases")) {
    const bool regression = one.at("drift").get<bool>() || one.contains("xreg");
    if (regression) cases.emplace(one["id"].get<std::string>(), Case(one));
  }
  return cases;
}

/// The M4 hourly series for which R chose a drift; empty where the shared folder is missing.
std::vector<Case> drift_cases() {
  const char* shared = std::getenv("FORECART_SHARED");
  const std::string root = std::string(shared != nullptr ? shared : "../shared") + "/golden/";
  std::vector<Case> cases;
  std::ifstream file(root + "autoarima_m4_hourly.json");
  if (!file) return cases;
  for (json one : json::parse(file)) {
    if (!one.at("drift").get<bool>()) continue;
    std::ifstream data(root + one["data"].get<std::string>());
    std::string line;
    std::getline(data, line);
    one["y"] = json::array();
    while (std::getline(data, line)) one["y"].push_back(std::stod(line));
    cases.emplace_back(std::move(one));
  }
  return cases;
}

/// Our model with R's numbers in it.
std::unique_ptr<FittedSeries> with_coefficients_of_r(const Case& c, double sigma2) {
  const sarima::Design design =
      sarima::make_design(c.input(), c.order, sarima::regression_terms(c.options()));
  sarima::ArimaParameters p;
  p.order = c.order;
  for (const char* part : {"ar", "ma", "sar", "sma"}) {
    for (int j = 1; c.golden["coef"].contains(part + std::to_string(j)); ++j) {
      p.coefficients.push_back(c.coefficient(part + std::to_string(j)));
    }
  }
  auto columns = design.regression.columns();
  for (auto& column : columns) column.coefficient = c.coefficient(column.name);
  p.regression = sarima::Regression(columns);
  p.sigma2 = sigma2;
  return sarima::begin_arima(p, design.at, c.y, c.past.values);
}

double deviation(const Predictive& f, Index step) {
  return std::sqrt(dynamic_cast<const GaussianPredictive&>(f).variance(step));
}

TEST(ArimaGoldenRegression, ForecastsAsRAtItsCoefficients) {
  const auto cases = classic_cases();
  ASSERT_EQ(cases.size(), 2U);
  for (const auto& [id, c] : cases) {
    SCOPED_TRACE(id);
    const auto f = with_coefficients_of_r(c, c.at("sigma2_ml"))->forecast(24, c.future);
    for (Index h = 0; h < 24; ++h) {
      const double se = c.golden["se"][h];
      EXPECT_NEAR(f->mean(h), c.golden["mean"][h].get<double>(), 1e-4 * se) << "step " << h;
      EXPECT_NEAR(deviation(*f, h), se, 1e-4 * se) << "step " << h;
    }
  }
}

TEST(ArimaGoldenRegression, FitsAsR) {
  const auto cases = classic_cases();
  ASSERT_EQ(cases.size(), 2U);
  for (const auto& [id, c] : cases) {
    SCOPED_TRACE(id);
    const SeriesFit result = make_arima(c.options())->fit(c.input(), {});
    ASSERT_TRUE(result.fitted) << result.reason;
    const json told = result.fitted->explain();
    const double exact = c.at("exact_loglik_statsmodels");
    EXPECT_NEAR(told["log_likelihood"].get<double>(), exact, 1e-5 * std::abs(exact));
    EXPECT_GT(told["log_likelihood"].get<double>(), exact - 1e-6);
    EXPECT_NEAR(told["sigma2"].get<double>() / c.at("sigma2_ml"), 1, 1e-3);
    for (const auto& [name, value] : c.golden["coef"].items()) {
      const double se = c.golden["coef_se"][name];
      const bool regressor = told.contains("regressors") && told["regressors"].contains(name);
      const json own = regressor ? told["regressors"][name]
                                 : json{{"coefficient", told["coefficients"][name]},
                                        {"standard_error", told["standard_errors"][name]}};
      EXPECT_NEAR(own["coefficient"].get<double>(), value.get<double>(), 0.01 * se) << name;
      // ours are those given the ARMA coefficients; R's step also pays for ar1 = .997
      EXPECT_NEAR(own["standard_error"].get<double>() / se, 1, name == "step" ? 0.1 : 0.03) << name;
    }
    const auto f = result.fitted->forecast(24, c.future);
    for (Index h = 0; h < 24; ++h) {
      const double se = c.golden["se"][h];
      EXPECT_NEAR(f->mean(h), c.golden["mean"][h].get<double>(), 0.01 * se) << "step " << h;
      EXPECT_NEAR(deviation(*f, h) / se, 1, 1e-3) << "step " << h;
    }
  }
}

TEST(ArimaGoldenRegression, DriftOfHourlySeriesAsR) {
  const auto cases = drift_cases();
  if (cases.empty()) GTEST_SKIP() << "FORECART_SHARED holds no golden/autoarima_m4_hourly.json";
  EXPECT_EQ(cases.size(), 4U);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.golden["id"].get<std::string>());
    const auto used = static_cast<double>(std::ssize(c.y) - c.order.lost());
    const double ml = c.at("sigma2") * (used - static_cast<double>(c.golden["coef"].size())) / used;
    const auto same = with_coefficients_of_r(c, ml);
    const auto f = same->forecast(48);
    for (Index h = 0; h < 48; ++h) {
      EXPECT_NEAR(f->mean(h), c.golden["f"][h].get<double>(), 1e-4 * deviation(*f, h)) << h;
    }
    const SeriesFit result = make_arima(c.options())->fit(c.input(), {});
    ASSERT_TRUE(result.fitted) << result.reason;
    const json told = result.fitted->explain();
    EXPECT_GT(told["log_likelihood"].get<double>(), c.at("loglik") - 0.02)
        << "R's start is diffuse";
    // R stops short of the optimum by up to .03 here, which is far less than the errors
    for (const auto& [name, value] : c.golden["coef"].items()) {
      const double se = told["standard_errors"][name];
      EXPECT_NEAR(told["coefficients"][name].get<double>(), value.get<double>(), 0.3 * se) << name;
    }
    EXPECT_NEAR(told["sigma2"].get<double>() / ml, 1, 2e-3);
    const auto own = result.fitted->forecast(48);
    for (Index h = 0; h < 48; ++h) {
      EXPECT_NEAR(own->mean(h), f->mean(h), 0.05 * deviation(*f, h)) << h;
      EXPECT_NEAR(deviation(*own, h) / deviation(*f, h), 1, 0.02) << h;
    }
  }
}

}  // namespace
}  // namespace forecart

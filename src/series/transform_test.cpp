#include "series/transform.h"

#include "base/error.h"
#include "series/golden.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>
#include <string>

namespace forecart {
namespace {

using Eigen::VectorXd;

PredictivePtr gaussian(double mean, double sigma2) {
  return std::make_shared<GaussianPredictive>(VectorXd::Constant(1, mean), VectorXd::Ones(1),
                                              sigma2);
}

double mean_of_draws(const Predictive& forecast) {
  Generator generator(11);
  return forecast.draw(200000, generator).mean();
}

TEST(Transform, MeanIsCorrectedForBias) {
  const auto log = back_transform(Transform::log, gaussian(1, 0.25));
  EXPECT_NEAR(log->mean(0), std::exp(1.125), 1e-12);
  EXPECT_NEAR(log->mean(0), mean_of_draws(*log), 0.01);
  const auto sqrt = back_transform(Transform::sqrt, gaussian(4, 0.25));
  EXPECT_NEAR(sqrt->mean(0), 16.25, 1e-12);
  EXPECT_NEAR(sqrt->mean(0), mean_of_draws(*sqrt), 0.03);
}

/// Below zero the root gives nothing back, so the mean must not rise again.
TEST(Transform, MeanOfRootsNearZeroIsThatOfItsQuantiles) {
  for (const double m : {-3.0, -0.5, 0.0, 0.4, 2.0}) {
    const auto y = back_transform(
        Transform::sqrt, std::make_shared<GaussianPredictive>(Eigen::VectorXd::Constant(1, m),
                                                              Eigen::VectorXd::Ones(1), 0.49));
    double mean = 0;
    for (int i = 0; i < 20000; ++i) mean += y->quantile(0, (i + 0.5) / 20000) / 20000;
    EXPECT_NEAR(y->mean(0), mean, 1e-4) << m;
  }
}

TEST(Transform, MeanOfAnyDistributionIsThatOfItsQuantiles) {
  Eigen::MatrixXd errors(1, 3);
  errors << -1, 0, 1;
  const auto forecast = back_transform(
      Transform::log, std::make_shared<EmpiricalPredictive>(VectorXd::Constant(1, 2.0), errors));
  // int_0^1 exp(1 + 2p) dp = (e^3 - e) / 2
  EXPECT_NEAR(forecast->mean(0), (std::exp(3.0) - std::exp(1.0)) / 2, 1e-4);
}

TEST(Transform, QuantilesAreBackTransformed) {
  const auto sqrt = back_transform(Transform::sqrt, gaussian(1, 4));
  EXPECT_DOUBLE_EQ(sqrt->quantile(0, 0.5), 1);
  EXPECT_DOUBLE_EQ(sqrt->quantile(0, 0.01), 0) << "below zero stands for nothing sold";
}

TEST(Transform, DomainIsChecked) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(in_domain(Transform::log, std::vector{1.0, missing, 2.0}));
  EXPECT_FALSE(in_domain(Transform::log, std::vector{1.0, 0.0}));
  EXPECT_TRUE(in_domain(Transform::sqrt, std::vector{1.0, 0.0}));
  EXPECT_FALSE(in_domain(Transform::sqrt, std::vector{-1.0}));
}

TEST(Transform, BoxCoxTakesZeroOnlyWhereThePowerRises) {
  const std::vector<double> counts{3.0, 0.0, 2.0};
  EXPECT_TRUE(in_domain(Transform::box_cox, counts));
  EXPECT_TRUE(in_domain(parse_transform("boxcox:0.3"), counts));
  EXPECT_EQ(domain_obstacle(parse_transform("boxcox:0"), counts),
            "transform boxcox:0 needs values above zero");
  EXPECT_EQ(domain_obstacle(Transform::box_cox, std::vector{-1.0}),
            "transform boxcox needs values not below zero");
}

TEST(Transform, NamesGoBothWays) {
  for (const auto* name : {"none", "log", "sqrt", "boxcox", "boxcox:0.3", "boxcox:-0.5"}) {
    EXPECT_EQ(to_string(parse_transform(name)), name);
  }
  const Transform exact{Transform::Kind::box_cox, 1.0 / 3};
  EXPECT_EQ(parse_transform(to_string(exact)), exact);
}

TEST(Transform, RefusesOtherNames) {
  const auto refusal = [](const char* name) {
    try {
      parse_transform(name);
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << name << " was taken";
    return ErrorCode::usage;
  };
  EXPECT_EQ(refusal("cube"), ErrorCode::unknown_name);
  EXPECT_EQ(refusal("log:1"), ErrorCode::unknown_name);
  EXPECT_EQ(refusal("boxcox:"), ErrorCode::invalid_value);
  EXPECT_EQ(refusal("boxcox:3"), ErrorCode::invalid_value);
  EXPECT_EQ(refusal("boxcox:nan"), ErrorCode::invalid_value);
  EXPECT_EQ(refusal("boxcox:.3x"), ErrorCode::invalid_value);
}

/// R's optimize stops at 1.2e-4.
TEST(Guerrero, EqualsR) {
  for (const auto& one : golden().at("diagnostics")) {
    EXPECT_NEAR(guerrero_lambda(classic(one.at("series")), one.at("season")),
                one.at("lambda_guerrero").get<double>(), 1e-4)
        << one.at("series");
  }
}

TEST(Guerrero, FindsThePowerThatWasUsed) {
  Generator generator(31);
  for (const double lambda : {0.0, .5, 1.0}) {
    std::vector<double> y;
    for (int t = 0; t < 960; ++t) {
      const double w = 20 + .03 * t + std::sin(t * .2617993877991494) + .3 * generator.normal();
      y.push_back(lambda == 0 ? std::exp(w / 8) : std::pow(lambda * w + 1, 1 / lambda));
    }
    EXPECT_NEAR(guerrero_lambda(y, 24), lambda, .1);
  }
}

TEST(Guerrero, ShortAndFlatSeriesStayAsTheyAre) {
  EXPECT_EQ(guerrero_lambda(std::vector<double>(24, 3.0), 12), 1);
  EXPECT_EQ(guerrero_lambda(std::vector<double>(100, 3.0), 12), 1);
  EXPECT_EQ(guerrero_lambda({}, 12), 1);
}

TEST(FittedTransform, KeepsAGivenLambdaAndChoosesAnother) {
  const auto y = classic("airpassengers");
  EXPECT_EQ(fitted_transform(parse_transform("boxcox:0.3"), y, 12).lambda, .3);
  const Transform chosen = fitted_transform(Transform::box_cox, y, 12);
  EXPECT_NEAR(*chosen.lambda, -.2947, 1e-3);
  EXPECT_EQ(chosen.ceiling, 6220) << "ten times the greatest value";
  auto zero = y;
  zero[3] = 0;
  EXPECT_GE(*fitted_transform(Transform::box_cox, zero, 12).lambda, .2);
  EXPECT_EQ(fitted_transform(Transform::log, y, 12), Transform::log);
}

TEST(BoxCox, GoesThereAndBack) {
  const auto y = classic("lynx");
  for (const double lambda : {-1.0, -.3, 0.0, .3, 1.0, 2.0}) {
    const Transform power{Transform::Kind::box_cox, lambda};
    const auto w = transformed_values(power, y);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const auto back = back_transform(power, gaussian(w[i], 0));
      EXPECT_NEAR(back->quantile(0, .5) / y[i], 1, 1e-9) << lambda;
    }
  }
}

/// Golden numbers of tests/golden/make_boxcox.py. Back from w the error of w itself counts, too:
/// dy / y = dw / (lambda w + 1).
TEST(BoxCox, LosesNoDigitsNearTheLogarithm) {
  constexpr double kUlp = std::numeric_limits<double>::epsilon();
  const auto all = nlohmann::json::parse(std::ifstream(FORECART_GOLDEN "/boxcox.json"));
  for (const auto& row : all.at("rows")) {
    const auto lambda = row.at("lambda").get<double>();
    const auto y = row.at("y").get<double>();
    const auto w = row.at("w").get<double>();
    const Transform power{Transform::Kind::box_cox, lambda};
    EXPECT_NEAR(transformed_values(power, std::vector{y})[0] / w, 1, 64 * kUlp) << row;
    const double base = lambda * w + 1;
    if (base < 1e-3) continue;  // w near the end of its scale says little of y
    const double slope = std::max(1.0, std::abs(w) / base);
    EXPECT_NEAR(back_transform(power, gaussian(w, 0))->quantile(0, .5) / y, 1, 64 * slope * kUlp)
        << row;
  }
}

TEST(BoxCox, MeanIsTheIntegral) {
  // lambda = 1: m + 1; lambda = 1/2: (m/2 + 1)^2 + v/4; lambda = 0: exp(m + v/2).
  const double m = 10;
  const double v = 1.5;
  const auto mean = [&](double lambda) {
    return back_transform({Transform::Kind::box_cox, lambda}, gaussian(m, v))->mean(0);
  };
  EXPECT_NEAR(mean(1), m + 1, 1e-10);
  EXPECT_NEAR(mean(.5), 36 + v / 4, 1e-10);
  EXPECT_NEAR(mean(0) / std::exp(m + v / 2), 1, 1e-12);
}

/// forecast's biasadj: g(m) (1 + v (1 - lambda) / (2 g(m)^(2 lambda))), good for small variances.
TEST(BoxCox, MeanIsNearTheSecondOrderOne) {
  for (const double lambda : {-.5, .3, .8, 1.7}) {
    const double m = lambda < 0 ? 1.5 : 6;
    const double v = 1e-5;
    const double g = std::pow(lambda * m + 1, 1 / lambda);
    const double second_order = g * (1 + .5 * v * (1 - lambda) / std::pow(g, 2 * lambda));
    const auto exact = back_transform({Transform::Kind::box_cox, lambda}, gaussian(m, v));
    EXPECT_NEAR((exact->mean(0) - g) / (second_order - g), 1, 1e-3) << lambda;
  }
}

TEST(BoxCox, StaysOnItsScale) {
  const auto rising = back_transform({Transform::Kind::box_cox, .3}, gaussian(-3, 4));
  EXPECT_EQ(rising->quantile(0, .05), 0) << "below the scale stands for nothing sold";
  EXPECT_GT(rising->mean(0), 0);
  const auto falling = back_transform({Transform::Kind::box_cox, -.5, 500}, gaussian(1.8, .04));
  EXPECT_EQ(falling->quantile(0, .9), 500);
  EXPECT_LT(falling->quantile(0, .1), falling->mean(0));
  EXPECT_NEAR(falling->mean(0) / mean_of_draws(*falling), 1, .01);
}

}  // namespace
}  // namespace forecart

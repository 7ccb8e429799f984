// The 30 forms: their recursions, derivatives and regions, without data from elsewhere.

#include "base/error.h"
#include "base/random.h"
#include "models/smoothing/ets_estimate.h"
#include "models/smoothing/ets_likelihood.h"
#include "models/smoothing/ets_state.h"

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace forecart::ets {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kSeason = 4;

std::vector<Form> all_forms() {
  std::vector<Form> forms;
  for (const char* error : {"A", "M"}) {
    for (const char* trend : {"N", "A", "Ad", "M", "Md"}) {
      for (const char* season : {"N", "A", "M"}) {
        forms.push_back(Form::parse(std::string(error) + trend + season));
      }
    }
  }
  return forms;
}

/// Positive values with a season, noise and two gaps.
std::vector<double> some_values() {
  Generator generator(3);
  std::vector<double> y;
  for (int t = 0; t < 30; ++t) {
    y.push_back((1 + 0.01 * t) * (1 + 0.3 * std::sin(1.57 * t)) * (1 + 0.1 * generator.normal()));
  }
  y[9] = y[17] = NAN;
  return y;
}

VectorXd some_parameters(const Form& form) {
  const Layout at(form, kSeason);
  VectorXd p(at.size);
  p[at.alpha] = 0.3;
  if (at.beta >= 0) p[at.beta] = 0.05;
  if (at.gamma >= 0) p[at.gamma] = 0.2;
  if (at.phi >= 0) p[at.phi] = 0.9;
  p[at.level] = 0.9;
  if (at.trend >= 0) p[at.trend] = form.trend == Part::additive ? 0.02 : 1.02;
  for (Index i = 0; at.season >= 0 && i < kSeason; ++i) {
    const double away = 0.2 * std::sin(1.57 * static_cast<double>(i));
    p[at.season + i] = form.season == Part::additive ? away : 1 + away;
  }
  return p;
}

TEST(EtsForm, NamesAndCounts) {
  EXPECT_EQ(all_forms().size(), 30U);
  for (const Form& form : all_forms()) EXPECT_EQ(Form::parse(form.name()), form);
  EXPECT_EQ(Form::parse("MAdM").name(), "ETS(M,Ad,M)");
  EXPECT_EQ(Form::parse("MAdM").parameters(12), 18);  // as R counts for AirPassengers
  EXPECT_EQ(Form::parse("ANN").parameters(1), 3);
  EXPECT_THROW(Form::parse("MAdX"), Error);
  EXPECT_THROW(Form::parse(""), Error);
}

TEST(EtsForm, OffersWhatRDoes) {
  EXPECT_EQ(stable_forms({}).size(), 15U);
  EXPECT_EQ(stable_forms({.multiplicative_trend = true}).size(), 19U);
  EXPECT_EQ(stable_forms({.season = false}).size(), 6U);
  EXPECT_EQ(stable_forms({.positive = false}).size(), 6U);
  EXPECT_EQ(stable_forms({.undamped_trend = false}).size(), 10U);
  EXPECT_EQ(stable_forms({.undamped_trend = false, .relative_errors = false}).size(), 4U);
}

TEST(EtsRecursion, SlopesAreThoseOfDifferenceQuotients) {
  const std::vector<double> y = some_values();
  constexpr double kStep = 1e-6;
  for (const Form& form : all_forms()) {
    SCOPED_TRACE(form.name());
    Likelihood likelihood(form, kSeason, y);
    const VectorXd p = some_parameters(form);
    VectorXd gradient;
    ASSERT_TRUE(std::isfinite(likelihood.negative(p, &gradient)));
    for (Index i = 0; i < p.size(); ++i) {
      VectorXd moved = p;
      moved[i] += kStep;
      const double above = likelihood.negative(moved);
      moved[i] -= 2 * kStep;
      const double below = likelihood.negative(moved);
      EXPECT_NEAR(gradient[i], (above - below) / (2 * kStep), 1e-6 * (1 + std::abs(gradient[i])));
    }
  }
}

TEST(EtsRecursion, TangentsAreThoseOfDifferenceQuotients) {
  const std::vector<double> y = some_values();
  constexpr double kStep = 1e-6;
  for (const Form& form : all_forms()) {
    SCOPED_TRACE(form.name());
    const Recursion recursion(form, kSeason, y);
    const VectorXd p = some_parameters(form);
    Path path;
    recursion.run(p, path);
    MatrixXd tangents(p.size(), std::ssize(y));
    recursion.tangents(p, path, [&](Index first, const MatrixXd& block) {
      tangents.middleCols(first, block.cols()) = block;
    });
    for (Index i = 0; i < p.size(); ++i) {
      VectorXd moved = p;
      moved[i] += kStep;
      Path above;
      recursion.run(moved, above);
      moved[i] -= 2 * kStep;
      Path below;
      recursion.run(moved, below);
      for (std::size_t t = 0; t < y.size(); ++t) {
        const double slope = (above.expected[t] - below.expected[t]) / (2 * kStep);
        const double own = tangents(i, static_cast<Index>(t));
        EXPECT_NEAR(own, std::isnan(y[t]) ? 0 : slope, 1e-7 * (1 + std::abs(slope)));
      }
    }
  }
}

TEST(EtsState, StepsAsTheRecursionDoes) {
  const std::vector<double> y = some_values();
  for (const Form& form : all_forms()) {
    SCOPED_TRACE(form.name());
    Path path;
    Recursion(form, kSeason, y).run(some_parameters(form), path);
    State state(form, kSeason, some_parameters(form));
    for (std::size_t t = 0; t < y.size(); ++t) {
      EXPECT_NEAR(state.expected(), path.expected[t], 1e-12);
      state.step(y[t]);
    }
  }
}

TEST(EtsState, OutlookIsWhatStepsWithoutValuesExpect) {
  for (const Form& form : all_forms()) {
    SCOPED_TRACE(form.name());
    State state(form, kSeason, some_parameters(form));
    for (const double y : some_values()) state.step(y);
    const Outlook outlook = state.outlook(9);
    for (Index k = 0; k < 9; ++k) {
      EXPECT_NEAR(outlook.mean[k], state.expected(), 1e-12);
      state.step(NAN);
    }
  }
}

TEST(EtsState, SurvivesWhatNoFormExpects) {
  for (const Form& form : all_forms()) {
    SCOPED_TRACE(form.name());
    State state(form, kSeason, some_parameters(form));
    for (const double y : {0.0, 0.0, -5.0, 1e9, 0.0, -1e9, 1e-300, 0.0, 0.0, 0.0}) state.step(y);
    EXPECT_TRUE(state.outlook(100).mean.allFinite());
  }
}

/// The largest modulus of the zeros of the characteristic polynomial, by its companion matrix.
double largest_zero(const Smoothing& s, int m) {
  const double middle = s.alpha + s.beta - s.alpha * s.phi;
  VectorXd c = VectorXd::Constant(m + 1, middle);
  c[0] = s.alpha + s.beta - s.phi;
  c[m - 1] += s.gamma - 1;
  c[m] = s.phi * (1 - s.alpha - s.gamma);
  MatrixXd companion = MatrixXd::Zero(m + 1, m + 1);
  companion.row(0) = -c.transpose();
  companion.bottomLeftCorner(m, m).setIdentity();
  return companion.eigenvalues().cwiseAbs().maxCoeff();
}

TEST(EtsRegion, IsWhereErrorsDieOut) {
  Generator generator(8);
  int inside = 0;
  for (int i = 0; i < 400; ++i) {
    const int m = i % 2 == 0 ? 12 : 5;
    const double alpha = generator.uniform();
    const Smoothing s{alpha, alpha * generator.uniform(), (1 - alpha) * generator.uniform(),
                      i % 3 == 0 ? 1 : 0.8 + 0.18 * generator.uniform()};
    const double largest = largest_zero(s, m);
    if (std::abs(largest - 1) < 1e-6) continue;
    EXPECT_EQ(is_admissible(s, m), largest < 1) << s.alpha << ' ' << s.beta << ' ' << s.gamma;
    inside += largest < 1 ? 1 : 0;
  }
  EXPECT_GT(inside, 40);
  EXPECT_LT(inside, 360);
}

TEST(EtsRegion, LargestBetaIsOnItsEdge) {
  const Smoothing s{0.8, 0, 0.15, 1};
  const double beta = largest_beta(s, 12, 1e-4, 0.8);
  EXPECT_GT(beta, 1e-4);
  EXPECT_LT(beta, 0.8);
  EXPECT_NEAR(largest_zero({0.8, beta, 0.15, 1}, 12), 1, 1e-6);
}

TEST(EtsCoordinates, ThereAndBack) {
  for (const Form& form : all_forms()) {
    SCOPED_TRACE(form.name());
    const Layout layout(form, kSeason);
    const Coordinates coordinates(form, layout, false);
    VectorXd p = some_parameters(form);
    if (layout.season >= 0) {
      auto season = p.tail(kSeason);
      season.array() += (form.season == Part::additive ? 0 : 1) - season.mean();
    }
    EXPECT_LT((coordinates.natural(coordinates.free(p)) - p).cwiseAbs().maxCoeff(), 1e-12);
  }
}

TEST(EtsEstimate, InitialStatesOfAnAdditiveFormAreLeastSquares) {
  const std::vector<double> y = some_values();
  const Form form = Form::parse("AAA");
  const Estimate e = estimate(form, kSeason, y);
  ASSERT_TRUE(e.is_usable());
  Likelihood likelihood(form, kSeason, y);
  VectorXd gradient;
  likelihood.negative(e.parameters, &gradient);
  const Layout at(form, kSeason);
  EXPECT_LT(std::abs(gradient[at.level]), 0.05);
  EXPECT_LT(std::abs(gradient[at.trend]), 1);
  EXPECT_NEAR(e.parameters.tail(kSeason).sum(), 0, 1e-12);
}

TEST(EtsEstimate, StaysInsideTheAdmissibleRegion) {
  Generator generator(21);
  int bound = 0;
  for (int series = 0; series < 12; ++series) {
    std::vector<double> y;  // a trend and a season that both wander
    double level = 5;
    double trend = 0;
    for (int t = 0; t < 72; ++t) {
      trend += 0.05 * generator.normal();
      level += trend;
      y.push_back(level + std::sin(0.52 * t) + 0.01 * generator.normal());
    }
    const Estimate e = estimate(Form::parse("AAA"), 12, y);
    ASSERT_TRUE(e.is_usable());
    const Layout at(e.form, 12);
    const Smoothing s = Smoothing::of(at, e.parameters);
    EXPECT_LE(largest_zero(s, 12), 1 + 1e-6);
    bound += largest_zero(s, 12) > 1 - 1e-3 ? 1 : 0;
  }
  EXPECT_GT(bound, 0) << "no series led to the edge";
}

}  // namespace
}  // namespace forecart::ets

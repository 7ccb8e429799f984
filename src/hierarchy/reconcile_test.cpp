#include "hierarchy/reconcile.h"

#include "base/error.h"
#include "base/random.h"
#include "series/golden.h"

#include "hierarchy/error_covariance.h"
#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Reconciliation kAll[]{Reconciliation::bottom_up,          Reconciliation::top_down,
                                Reconciliation::top_down_forecasts, Reconciliation::ols,
                                Reconciliation::structural,         Reconciliation::variance,
                                Reconciliation::shrinkage,          Reconciliation::automatic};

MatrixXd matrix(const nlohmann::json& rows) {
  MatrixXd result(std::ssize(rows), std::ssize(rows.at(0)));
  for (Index i = 0; i < result.rows(); ++i) {
    for (Index j = 0; j < result.cols(); ++j) result(i, j) = rows[i][j].get<double>();
  }
  return result;
}

MatrixXd random(Index rows, Index columns, std::uint64_t seed) {
  Generator generator(seed);
  MatrixXd result(rows, columns);
  for (double& value : result.reshaped()) value = generator.normal();
  return result;
}

/// `a` x `b` leaves, of which one in four is missing.
Hierarchy crossed(int a, int b) {
  std::vector<std::string> ids;
  for (int i = 0; i < a * b; ++i) {
    if (i % 4 == 3) continue;
    ids.push_back("a=" + std::to_string(i / b) + "/b=" + std::to_string(i % b));
  }
  return make_hierarchy(ids, {});
}

BaseForecasts base_of(const Hierarchy& hierarchy, std::uint64_t seed) {
  const MatrixXd leaves = random(hierarchy.leaves(), 3, seed).cwiseAbs();
  return {hierarchy.from_leaves(leaves) + random(hierarchy.nodes(), 3, seed + 1),
          random(hierarchy.nodes(), 12, seed + 2) +
              hierarchy.from_leaves(random(hierarchy.leaves(), 12, seed + 3)),
          random(hierarchy.leaves(), 1, seed + 4).cwiseAbs()};
}

/// Largest relative difference between a sum and the sum of its leaves.
double gap(const Hierarchy& hierarchy, const MatrixXd& means) {
  const MatrixXd sums = hierarchy.sums * means.bottomRows(hierarchy.leaves());
  const MatrixXd own = means.topRows(hierarchy.aggregates());
  return ((sums - own).array().abs() / sums.array().abs().max(1e-12)).maxCoeff();
}

TEST(Reconcile, AgreesWithIndependentNumbers) {
  const auto all = nlohmann::json::parse(std::ifstream(FORECART_GOLDEN "/hierarchy.json"));
  const double tolerance = all.at("tolerance").get<double>();
  const Hierarchy hierarchy = make_hierarchy(all.at("leaves").get<std::vector<std::string>>(), {});
  const BaseForecasts base{matrix(all.at("base")), matrix(all.at("errors")), {}};
  for (const auto& [name, expected] : all.at("methods").items()) {
    const Reconciliation method = parse_reconciliation(name);
    for (const bool non_negative : {false, true}) {
      const MatrixXd found = reconcile(hierarchy, base, {method, non_negative});
      const MatrixXd golden = matrix(expected.at(non_negative ? "non_negative" : "means"));
      EXPECT_LT((found - golden).cwiseAbs().maxCoeff(), tolerance) << name << non_negative;
    }
  }
}

TEST(Reconcile, AddsUpAndStaysAboveZeroWhereAsked) {
  const Hierarchy hierarchy = crossed(5, 9);
  for (const Reconciliation method : kAll) {
    for (const bool non_negative : {false, true}) {
      const MatrixXd means = reconcile(hierarchy, base_of(hierarchy, 11), {method, non_negative});
      EXPECT_LT(gap(hierarchy, means), 1e-6) << to_string(method);
      if (non_negative) {
        EXPECT_GE(means.minCoeff(), 0) << to_string(method);
      }
    }
  }
}

/// S P S = S: what adds up already, and the expectation of unbiased forecasts, stays as it is.
TEST(Reconcile, LeavesWhatAddsUpAsItIs) {
  const Hierarchy hierarchy = crossed(4, 6);
  BaseForecasts base = base_of(hierarchy, 21);
  base.means = hierarchy.from_leaves(random(hierarchy.leaves(), 5, 22).cwiseAbs());
  for (const Reconciliation method : kAll) {
    if (!keeps_coherent(method)) continue;
    for (const bool non_negative : {false, true}) {
      const MatrixXd means = reconcile(hierarchy, base, {method, non_negative});
      EXPECT_LT((means - base.means).cwiseAbs().maxCoeff(), 1e-9) << to_string(method);
    }
  }
}

TEST(Reconcile, OrderOfLeavesChangesNothing) {
  const Hierarchy hierarchy = crossed(3, 5);
  const BaseForecasts base = base_of(hierarchy, 31);
  std::vector<std::string> leaves(hierarchy.ids.begin() + hierarchy.aggregates(),
                                  hierarchy.ids.end());
  std::reverse(leaves.begin(), leaves.end());
  const Hierarchy other = make_hierarchy(leaves, {"b", "a", "total"});
  BaseForecasts moved = base;
  const auto places = places_of(other, hierarchy.ids);
  for (Index i = 0; i < other.nodes(); ++i) {
    const auto from = static_cast<Index>(places[static_cast<std::size_t>(i)]);
    moved.means.row(i) = base.means.row(from);
    moved.errors.row(i) = base.errors.row(from);
  }
  moved.history = base.history.reverse();
  for (const Reconciliation method : kAll) {
    const MatrixXd first = reconcile(hierarchy, base, {method, true});
    const MatrixXd second = reconcile(other, moved, {method, true});
    for (Index i = 0; i < other.nodes(); ++i) {
      const auto from = static_cast<Index>(places[static_cast<std::size_t>(i)]);
      EXPECT_LT((second.row(i) - first.row(from)).cwiseAbs().maxCoeff(), 1e-9);
    }
  }
}

/// Karush, Kuhn and Tucker: no leaf below zero, no gradient against one at zero, none on a free
/// one.
TEST(Reconcile, NonNegativeIsTheMinimum) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Hierarchy hierarchy =
        crossed(2 + static_cast<int>(seed % 7), 3 + static_cast<int>(seed % 11));
    BaseForecasts base = base_of(hierarchy, 100 * seed);
    base.means.array() -= 0.4;
    for (const Reconciliation method :
         {Reconciliation::ols, Reconciliation::variance, Reconciliation::shrinkage}) {
      const MatrixXd means = reconcile(hierarchy, base, {method, true});
      const ErrorCovariance w = method == Reconciliation::ols ? equal_errors(hierarchy)
                                : method == Reconciliation::variance
                                    ? error_variances(hierarchy, base.errors)
                                    : shrunk_errors(hierarchy, base.errors);
      MatrixXd W = w.diagonal.asDiagonal();
      if (!w.is_diagonal()) W += w.factor * w.factor.transpose();
      const MatrixXd S =
          hierarchy.from_leaves(MatrixXd::Identity(hierarchy.leaves(), hierarchy.leaves()));
      const MatrixXd leaves = means.bottomRows(hierarchy.leaves());
      const MatrixXd gradient = S.transpose() * W.ldlt().solve(S * leaves - base.means);
      const double scale = gradient.cwiseAbs().maxCoeff();
      ASSERT_GE(leaves.minCoeff(), 0);
      ASSERT_GT((leaves.array() == 0).count(), 0);
      EXPECT_GT(gradient.minCoeff(), -1e-8 * scale) << seed << to_string(method);
      EXPECT_LT((gradient.array() * leaves.array()).abs().maxCoeff(), 1e-8 * scale) << seed;
    }
  }
}

TEST(Reconcile, ASumWithoutForecastTakesItsLeaves) {
  const Hierarchy hierarchy = crossed(3, 4);
  BaseForecasts base = base_of(hierarchy, 41);
  base.means.row(1).setConstant(std::numeric_limits<double>::quiet_NaN());
  const MatrixXd means = reconcile(hierarchy, base, {Reconciliation::structural, false});
  EXPECT_TRUE(means.allFinite());
  EXPECT_LT(gap(hierarchy, means), 1e-9);
}

TEST(Reconcile, ALeafWithoutForecastIsNamed) {
  const Hierarchy hierarchy = crossed(3, 4);
  BaseForecasts base = base_of(hierarchy, 51);
  base.means(hierarchy.aggregates() + 1, 2) = std::numeric_limits<double>::quiet_NaN();
  for (const Reconciliation method : kAll) {
    try {
      reconcile(hierarchy, base, {method, false});
      FAIL() << to_string(method);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
      EXPECT_NE(std::string(error.what()).find("'a=0/b=1'"), std::string::npos) << error.what();
    }
  }
}

TEST(Reconcile, TopDownSharesTheTotal) {
  const Hierarchy hierarchy = make_hierarchy({"item=a", "item=b"}, {});
  BaseForecasts base{MatrixXd(3, 2), {}, Eigen::Vector2d(30, 10)};
  base.means << 8, 20, 1, 0, 3, 0;
  const MatrixXd history = reconcile(hierarchy, base, {Reconciliation::top_down, false});
  EXPECT_TRUE(history.row(1).isApprox(Eigen::RowVector2d(6, 15)));
  const MatrixXd said = reconcile(hierarchy, base, {Reconciliation::top_down_forecasts, false});
  EXPECT_TRUE(said.row(1).isApprox(Eigen::RowVector2d(2, 10))) << "equal where nothing is said";
}

TEST(Reconcile, ErrorsAreThoseOfTheReconciledForecasts) {
  const Hierarchy hierarchy = crossed(3, 4);
  const BaseForecasts base = base_of(hierarchy, 61);
  const MatrixXd actual = hierarchy.from_leaves(random(hierarchy.leaves(), 12, 62));
  BaseForecasts past = base;
  past.means = actual - base.errors;
  for (const Reconciliation method : {Reconciliation::bottom_up, Reconciliation::shrinkage}) {
    const MatrixXd expected = actual - reconcile(hierarchy, past, {method, false});
    EXPECT_LT((reconciled_errors(hierarchy, base, method) - expected).cwiseAbs().maxCoeff(), 1e-9);
  }
}

TEST(Reconcile, NamesOfMethods) {
  for (const Reconciliation method : kAll) {
    EXPECT_EQ(parse_reconciliation(to_string(method)), method);
  }
  EXPECT_THROW(parse_reconciliation("mint"), Error);
}

}  // namespace
}  // namespace forecart

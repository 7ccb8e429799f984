#include "base/random.h"
#include "base/series_id.h"

#include "hierarchy/error_covariance.h"
#include "hierarchy/reconcile.h"
#include <Eigen/Cholesky>
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

// Reconciliation of a large shop: the total, cities, products and their crossing over 28 steps,
// from the ids on. Checks time, peak memory, that everything adds up and that the conditions of the
// non-negative minimum hold.
//
//     hierarchy_scale LEAVES METHOD [non-negative]     exit 1 beyond a minute and 4 GB

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kMostGigabytes = 4;
constexpr double kMostSeconds = 60;
constexpr Index kHorizon = 28;
constexpr Index kPoints = 112;
constexpr std::uint64_t kCities = 50;
constexpr double kLargestGap = 1e-6;

double gigabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1024 * 1024);
}

/// `count` pairs of a city and a product, most products in most cities.
std::vector<std::string> made_ids(Index count) {
  std::vector<std::string> ids;
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) {
    ids.push_back(make_series_id({{"city", fmt::format("city {}", i % kCities)},
                                  {"product", fmt::format("product {}", i / kCities)}}));
  }
  return ids;
}

/// Independent normal noise with the deviations given by row.
MatrixXd noise(const VectorXd& deviations, Index columns, Generator generator) {
  MatrixXd result(deviations.size(), columns);
  for (double& value : result.reshaped()) value = generator.normal();
  return deviations.asDiagonal() * result;
}

/// Small intermittent levels, forecast with errors that grow less than the sums: leaves of 0.1 to
/// some units a day, so that unconstrained means of many lie below zero. Good days are good for
/// all.
BaseForecasts made_forecasts(const Hierarchy& hierarchy) {
  const Generator generator(1);
  Generator levels = generator.split(1);
  VectorXd level(hierarchy.leaves());
  for (double& one : level) one = std::exp(1.5 * levels.normal() - 1);
  const VectorXd means = hierarchy.from_leaves(level);
  const VectorXd own = means.cwiseSqrt();
  BaseForecasts base;
  base.means =
      (means.replicate(1, kHorizon) + noise(own + 0.05 * means, kHorizon, generator.split(2)))
          .cwiseMax(0.0);
  const MatrixXd days = noise(VectorXd::Constant(1, 0.5), kPoints, generator.split(4));
  base.errors = noise(own, kPoints, generator.split(3)) + means * days;
  base.history = level;
  return base;
}

double largest_gap(const Hierarchy& hierarchy, const MatrixXd& means) {
  const MatrixXd sums = hierarchy.sums * means.bottomRows(hierarchy.leaves());
  const auto difference = (sums - means.topRows(hierarchy.aggregates())).array().abs();
  return (difference / sums.array().abs().max(1e-9)).maxCoeff();
}

/// W^-1 (y - z) by Woodbury's identity.
MatrixXd weighed(const ErrorCovariance& covariance, const MatrixXd& residuals) {
  const MatrixXd plain = covariance.diagonal.cwiseInverse().asDiagonal() * residuals;
  if (covariance.is_diagonal()) return plain;
  const MatrixXd& U = covariance.factor;
  const MatrixXd scaled = covariance.diagonal.cwiseInverse().asDiagonal() * U;
  const MatrixXd inner = MatrixXd::Identity(U.cols(), U.cols()) + U.transpose() * scaled;
  return plain - scaled * inner.llt().solve(U.transpose() * plain);
}

/// How far the leaves are from the conditions of the minimum: gradients over the curvature of each
/// leaf, against it where it is zero, of either sign where it is not; relative to the largest mean.
double worst_condition(const Hierarchy& hierarchy, const BaseForecasts& base, const MatrixXd& means,
                       const ReconcileOptions& options) {
  if (options.method == Reconciliation::bottom_up) return 0;
  const ErrorCovariance covariance =
      options.method == Reconciliation::ols          ? equal_errors(hierarchy)
      : options.method == Reconciliation::structural ? structural_errors(hierarchy)
      : options.method == Reconciliation::variance   ? error_variances(hierarchy, base.errors)
                                                     : shrunk_errors(hierarchy, base.errors);
  const MatrixXd pull = weighed(covariance, base.means - means);
  const MatrixXd all = pull.bottomRows(hierarchy.leaves()) +
                       hierarchy.sums.transpose() * pull.topRows(hierarchy.aggregates());
  const MatrixXd steps = covariance.diagonal.tail(hierarchy.leaves()).asDiagonal() * all;
  const MatrixXd leaves = means.bottomRows(hierarchy.leaves());
  double worst = 0;
  for (Index i = 0; i < leaves.size(); ++i) {
    const double step = steps.reshaped()[i];
    const bool held = options.non_negative && leaves.reshaped()[i] == 0;
    worst = std::max(worst, held ? step : std::abs(step));
  }
  return worst / means.cwiseAbs().maxCoeff();
}

int check(Index leaves, const ReconcileOptions& options) {
  const auto now = [] { return std::chrono::steady_clock::now(); };
  const std::vector<std::string> ids = made_ids(leaves);
  const auto start = now();
  const Hierarchy hierarchy = make_hierarchy(ids, {});
  const auto built = now();
  const BaseForecasts base = made_forecasts(hierarchy);
  const auto made = now();
  const MatrixXd means = reconcile(hierarchy, base, options);
  const double seconds = std::chrono::duration<double>((now() - made) + (built - start)).count();
  const double memory = gigabytes();
  const double gap = largest_gap(hierarchy, means);
  const double condition = worst_condition(hierarchy, base, means, options);
  const auto zeros = (means.bottomRows(leaves).array() == 0).count();
  fmt::print(
      "{}{}: {} leaves, {} sums, {} steps: {:.2f} s, peak {:.2f} GB, adds up to {:.1e}, "
      "optimal to {:.1e}, least {:.2g}, {} leaf steps at zero\n",
      to_string(options.method), options.non_negative ? " non-negative" : "", leaves,
      hierarchy.aggregates(), kHorizon, seconds, memory, gap, condition, means.minCoeff(), zeros);
  const bool fine = seconds <= kMostSeconds && memory <= kMostGigabytes && gap <= kLargestGap &&
                    condition <= kLargestGap && (!options.non_negative || means.minCoeff() >= 0);
  return fine ? 0 : 1;
}

}  // namespace
}  // namespace forecart

int main(int count, char** words) {
  if (count < 3) {
    fmt::print(stderr, "hierarchy_scale LEAVES METHOD [non-negative]\n");
    return 2;
  }
  const bool non_negative = count > 3 && std::string(words[3]) == "non-negative";
  return forecart::check(std::atol(words[1]),
                         {forecart::parse_reconciliation(words[2]), non_negative});
}

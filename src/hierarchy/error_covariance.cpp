#include "hierarchy/error_covariance.h"

#include "math/median.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Least variance beside the mean one: nodes that never err stay put, and equations solvable.
constexpr double kLeastVariance = 1e-8;
/// Least weight of the diagonal beside correlations of fewer points than nodes.
constexpr double kLeastIntensity = 0.01;

VectorXd leaf_counts(const Hierarchy& hierarchy) {
  return hierarchy.from_leaves(MatrixXd::Ones(hierarchy.leaves(), 1));
}

/// Mean squares of what is known in each row, NaN where nothing is.
VectorXd mean_squares(const MatrixXd& errors) {
  VectorXd sums = VectorXd::Zero(errors.rows());
  VectorXd counts = VectorXd::Zero(errors.rows());
  for (Index t = 0; t < errors.cols(); ++t) {
    for (Index i = 0; i < errors.rows(); ++i) {
      const double e = errors(i, t);
      if (!std::isfinite(e)) continue;
      sums[i] += e * e;
      ++counts[i];
    }
  }
  return (sums.array() / counts.array()).matrix();
}

/// Fills what is not known by the median variance per leaf.
void fill_unknown(const VectorXd& counts, VectorXd& variances) {
  std::vector<double> known;
  for (Index i = 0; i < variances.size(); ++i) {
    if (std::isfinite(variances[i])) known.push_back(variances[i] / counts[i]);
  }
  const double per_leaf = known.empty() ? 1 : median(std::move(known));
  for (Index i = 0; i < variances.size(); ++i) {
    if (!std::isfinite(variances[i])) variances[i] = per_leaf * counts[i];
  }
}

/// Known, positive variances of all nodes.
VectorXd variances_of(const Hierarchy& hierarchy, const MatrixXd& errors) {
  VectorXd variances = mean_squares(errors);
  fill_unknown(leaf_counts(hierarchy), variances);
  const double mean = variances.mean();
  if (!(mean > 0)) return VectorXd::Ones(variances.size());
  return variances.cwiseMax(kLeastVariance * mean);
}

/// Errors over their root mean square, zero where missing or where there are none.
MatrixXd scaled_errors(const MatrixXd& errors) {
  const VectorXd squares = mean_squares(errors);
  MatrixXd scaled = errors.unaryExpr([](double e) { return std::isfinite(e) ? e : 0.0; });
  for (Index i = 0; i < scaled.rows(); ++i) {
    scaled.row(i) *= squares[i] > 0 ? 1 / std::sqrt(squares[i]) : 0.0;
  }
  return scaled;
}

}  // namespace

ErrorCovariance equal_errors(const Hierarchy& hierarchy) {
  return {VectorXd::Ones(hierarchy.nodes()), {}};
}

ErrorCovariance structural_errors(const Hierarchy& hierarchy) {
  return {leaf_counts(hierarchy), {}};
}

ErrorCovariance error_variances(const Hierarchy& hierarchy, const MatrixXd& errors) {
  return {variances_of(hierarchy, errors), {}};
}

double shrinkage_intensity(const MatrixXd& scaled) {
  const auto T = static_cast<double>(scaled.cols());
  // Sums over i != j of r_ij^2 and of sum_t (x_ti x_tj)^2, r_ij = sum_t x_ti x_tj / T: over all
  // i, j they are traces of Gram matrices of the points, from which i = j is taken away.
  const MatrixXd squared = scaled.cwiseAbs2();
  const double diagonal_r2 = squared.rowwise().sum().squaredNorm() / (T * T);
  const double r2 = (scaled.transpose() * scaled).squaredNorm() / (T * T) - diagonal_r2;
  const double diagonal_products = squared.squaredNorm();
  const double products = squared.colwise().sum().squaredNorm() - diagonal_products;
  // Var(r_ij) = 1 / (T (T - 1)) (sum_t (x_ti x_tj)^2 - T r_ij^2)
  const double variance = (products - T * r2) / (T * (T - 1));
  return r2 > 0 ? std::clamp(variance / r2, 0.0, 1.0) : 1.0;
}

ErrorCovariance shrunk_errors(const Hierarchy& hierarchy, const MatrixXd& errors) {
  ErrorCovariance result{variances_of(hierarchy, errors), {}};
  if (errors.cols() < 2) return result;
  const MatrixXd scaled = scaled_errors(errors);
  const double lambda = std::max(kLeastIntensity, shrinkage_intensity(scaled));
  if (lambda >= 1) return result;
  const double weight = std::sqrt((1 - lambda) / static_cast<double>(errors.cols()));
  result.factor = (weight * result.diagonal.cwiseSqrt()).asDiagonal() * scaled;
  result.diagonal *= lambda;
  return result;
}

}  // namespace forecart

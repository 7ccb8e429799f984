#include "models/sarima/standard_error.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <vector>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kStep = 1e-4;

MatrixXd information(const Estimate& estimate, const Objective& log_likelihood) {
  const Index k = estimate.u.size();
  MatrixXd h(k, k);
  VectorXd up(k);
  VectorXd down(k);
  for (Index i = 0; i < k; ++i) {
    VectorXd u = estimate.u;
    u[i] += kStep;
    log_likelihood(u, &up);
    u[i] -= 2 * kStep;
    log_likelihood(u, &down);
    h.col(i) = (down - up) / (2 * kStep);
  }
  return 0.5 * (h + h.transpose());
}

/// d coefficients / d u, (k, k).
MatrixXd jacobian(const Estimate& estimate) {
  const VectorXd& u = estimate.u;
  const auto k = u.size();
  constexpr auto kWide = static_cast<Index>(Dual::kDirections);
  MatrixXd j(k, k);
  for (Index first = 0; first < k; first += kWide) {
    const Index count = std::min(kWide, k - first);
    std::vector<Dual> x(u.begin(), u.end());
    for (Index i = 0; i < count; ++i) {
      x[first + i] = Dual::variable(u[first + i], static_cast<std::size_t>(i));
    }
    const std::vector<Dual> c = coefficients(arma_from_parameters(estimate.order, x));
    for (Index row = 0; row < k; ++row) {
      for (Index i = 0; i < count; ++i) j(row, first + i) = c[row].slope[i];
    }
  }
  return j;
}

}  // namespace

VectorXd standard_errors(const Estimate& estimate, const Sample& sample) {
  Likelihood likelihood(estimate.order, sample);
  return standard_errors(estimate, [&](const VectorXd& u, VectorXd* gradient) {
    return likelihood.at(u, gradient).log_likelihood;
  });
}

VectorXd standard_errors(const Estimate& estimate, const Objective& log_likelihood) {
  const Index k = estimate.u.size();
  const Eigen::LLT<MatrixXd> llt(information(estimate, log_likelihood));
  if (llt.info() != Eigen::Success) return VectorXd::Constant(k, std::nan(""));
  const MatrixXd j = jacobian(estimate);
  return (j * llt.solve(j.transpose())).diagonal().cwiseSqrt();
}

}  // namespace forecart::sarima

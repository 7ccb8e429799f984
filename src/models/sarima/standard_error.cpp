#include "models/sarima/standard_error.h"

#include <Eigen/Cholesky>

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
  const MatrixXd j = coefficient_jacobian(estimate.order, estimate.u);
  return (j * llt.solve(j.transpose())).diagonal().cwiseSqrt();
}

}  // namespace forecart::sarima

#include "hierarchy/sum_equations.h"

#include <utility>

namespace forecart {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// Residual at which conjugate gradients stop: the sums add up whatever it is, and means move by
/// less than anybody prints.
constexpr double kTolerance = 1e-12;

}  // namespace

SumEquations::SumEquations(const SparseMatrix& sums, VectorXd diagonal, Index most_factored)
    : sums_(sums),
      upright_(sums.transpose()),
      diagonal_(std::move(diagonal)),
      factored_(sums.rows() <= most_factored) {
  gradients_.setTolerance(kTolerance);
}

void SumEquations::set_weights(const VectorXd& weights) {
  const Columns scaled = weights.asDiagonal() * upright_;
  matrix_ = Columns(sums_) * scaled;
  for (Index i = 0; i < diagonal_.size(); ++i) matrix_.coeffRef(i, i) += diagonal_[i];
  if (!factored_) {
    gradients_.compute(matrix_);
    return;
  }
  // Weights of zero leave their entries in the matrix, so its pattern is always the same.
  if (!analysed_) factor_.analyzePattern(matrix_);
  analysed_ = true;
  factor_.factorize(matrix_);
}

MatrixXd SumEquations::solve(const MatrixXd& right) const {
  if (right.rows() == 0) return right;
  return factored_ ? MatrixXd(factor_.solve(right)) : MatrixXd(gradients_.solve(right));
}

}  // namespace forecart

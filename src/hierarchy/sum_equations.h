#pragma once

#include "hierarchy/hierarchy.h"
#include <Eigen/Core>
#include <Eigen/IterativeLinearSolvers>
#include <Eigen/SparseCholesky>

namespace forecart {

/// (diag(d) + A diag(w) A') x = r for the sums A (aggregates, leaves) of a hierarchy, d > 0 and
/// w >= 0: what reconciliation comes down to, in one unknown per sum rather than per leaf. By
/// sparse Cholesky factors, or for very many sums by conjugate gradients, whose memory does not
/// grow with the fill of factors.
class SumEquations {
 public:
  /// `sums` must outlive this.
  SumEquations(const SparseMatrix& sums, Eigen::VectorXd diagonal,
               Eigen::Index most_factored = kMostFactored);

  /// Another w (leaves), needed before the first solve.
  void set_weights(const Eigen::VectorXd& weights);

  Eigen::MatrixXd solve(const Eigen::MatrixXd& right) const;

  /// Sums up to which a factor with the worst fill (all of it) takes seconds.
  static constexpr Eigen::Index kMostFactored = 5000;

 private:
  using Columns = Eigen::SparseMatrix<double>;

  const SparseMatrix& sums_;
  Columns upright_;  // A', by columns of A'
  Eigen::VectorXd diagonal_;
  bool factored_;
  bool analysed_ = false;
  Columns matrix_;
  Eigen::SimplicialLDLT<Columns> factor_;
  Eigen::ConjugateGradient<Columns, Eigen::Lower | Eigen::Upper> gradients_;
};

}  // namespace forecart

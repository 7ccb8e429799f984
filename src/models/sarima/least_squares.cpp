#include "models/sarima/least_squares.h"

#include <Eigen/Cholesky>

#include <cmath>

namespace forecart::sarima {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

LeastSquares regress(const MatrixXd& white, Index integrated) {
  const Index k = white.cols() - 1;
  LeastSquares result{VectorXd::Zero(k), white.col(0), {}, 0};
  if (k == 0) return result;
  const auto x = white.rightCols(k);
  MatrixXd information = MatrixXd::Zero(k, k);
  information.selfadjointView<Eigen::Lower>().rankUpdate(x.transpose());
  const Eigen::LDLT<MatrixXd> solver(information.selfadjointView<Eigen::Lower>());
  for (int round = 0; round < 2; ++round) {  // the second round removes rounding errors
    const VectorXd step = solver.solve(x.transpose() * result.residual);
    result.residual -= x * step;
    result.beta += step;
  }
  const MatrixXd lower =
      information.bottomRightCorner(integrated, integrated).triangularView<Eigen::Lower>();
  const Eigen::LLT<MatrixXd> llt(lower.selfadjointView<Eigen::Lower>());
  result.factor = llt.matrixL();
  const bool possible = integrated == 0 || llt.info() == Eigen::Success;
  result.log_determinant =
      possible ? 2 * result.factor.diagonal().array().log().sum() : std::nan("");
  return result;
}

}  // namespace forecart::sarima

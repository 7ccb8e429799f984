#pragma once

#include "models/sarima/arma.h"
#include "models/sarima/gap_recursion.h"
#include "models/sarima/likelihood.h"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace forecart::sarima {

/// The likelihood of gaps.h for a series with many missing values, by the covariance recursion of
/// gap_recursion.h on the original scale, and its gradient. A value costs n M^2 / 2, M = max(p' +
/// d + sD, q'), whatever the number of gaps; the derivatives about twice that. Only those of the
/// first d + sD values that are missing are integrated out as columns. Not safe to share between
/// threads.
class GapLikelihood {
 public:
  /// y (n) with NaN where missing, x (n, k) on the original scale.
  GapLikelihood(const SarimaOrder& order, std::span<const double> y, const Eigen::MatrixXd& x);

  /// beta holds the coefficients of x, then the best guesses of missing first values.
  LikelihoodValue at(const SeasonalArma<double>& arma);

  /// At unconstrained parameters (see arma_from_parameters), with the derivatives by them.
  LikelihoodValue at(const Eigen::VectorXd& u, Eigen::VectorXd* gradient);

 private:
  struct Slopes;  // by the start and the expanded polynomials

  void set_model(const SeasonalArma<double>& arma);
  std::vector<double> first_state(const Eigen::VectorXd& y) const;
  void filter();
  LikelihoodValue profile();
  GapColumn combined(const Eigen::VectorXd& weights) const;
  void add_backward(const Eigen::VectorXd& weights, const GapWeights& of, Slopes& slopes) const;
  void add_first_state(const Eigen::VectorXd& y, const std::vector<double>& by,
                       Slopes& slopes) const;
  void add_start(const std::vector<double>& by, Slopes& slopes) const;
  Eigen::VectorXd chain(const Eigen::VectorXd& u, const Slopes& slopes) const;

  SarimaOrder order_;
  std::vector<double> delta_;  // (1 - B)^d (1 - B^s)^D
  std::size_t lost_;           // d + sD
  Eigen::MatrixXd columns_;    // (n, 1 + k + r) filled y, x, combinations of missing first values
  Eigen::Index integrated_;    // r
  double log_scale_;
  std::vector<char> missing_;  // (n - lost) after the first values
  GapModel model_;
  std::vector<double> phi_;    // (p') without the differences
  std::vector<double> theta_;  // (q')
  double variance_ = 1;        // F at the start
  std::vector<double> z_;      // (m) F (K - phi) at the start
  GapTape tape_;
  std::vector<GapColumn> filtered_;  // as columns_
  Eigen::MatrixXd factor_;           // (r, r)
};

}  // namespace forecart::sarima

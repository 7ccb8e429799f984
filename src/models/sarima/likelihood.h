#pragma once

#include "models/sarima/arma.h"
#include "models/sarima/recursion.h"

#include <Eigen/Core>

#include <cstddef>
#include <vector>

namespace forecart::sarima {

/// A differenced series without gaps and the differenced regressors beside it. Missing values are
/// filled with any number and stand in the last `integrated` columns of x: those are integrated out
/// under a flat prior instead of profiled (gaps.h).
struct Sample {
  Eigen::VectorXd y;  // (n)
  Eigen::MatrixXd x;  // (n, k), k may be 0, full column rank
  Eigen::Index integrated = 0;
  double log_scale = 0;  // added to -2 log L; what no parameter changes
};

/// What the likelihood is at some ARMA parameters, with beta and sigma^2 at their best.
struct LikelihoodValue {
  double log_likelihood = 0;  ///< -infinity if it cannot be computed there
  double sigma2 = 0;
  Eigen::VectorXd beta;  // (k) regression coefficients, by generalised least squares; the best
                         // guesses of what is integrated out come last
};

enum class LikelihoodKind {
  exact,        ///< of a stationary Gaussian process
  conditional,  ///< on the first p' values, with zero innovations before them
};

/// Gaussian log-likelihood of a regression with ARMA errors, sigma^2 and the regression
/// concentrated out, and its gradient (docs/models/sarima.md). What is integrated out costs a
/// column in the value and one more run of the adjoint in the gradient. Keeps its working arrays
/// between calls; `sample` must outlive it. Not safe to share between threads.
class Likelihood {
 public:
  Likelihood(const SarimaOrder& order, const Sample& sample,
             LikelihoodKind kind = LikelihoodKind::exact);

  LikelihoodValue at(const SeasonalArma<double>& arma);

  /// At unconstrained parameters (see arma_from_parameters), with the derivatives by them. What the
  /// last call has filtered at the same u is not filtered again.
  LikelihoodValue at(const Eigen::VectorXd& u, Eigen::VectorXd* gradient);

  /// The regressors (n, k) in standard deviations of sigma: their innovations. Of no use where the
  /// likelihood is not finite.
  Eigen::MatrixXd whitened_regressors(const SeasonalArma<double>& arma);

  /// J'J / sigma^2 at u, (k, k): what the data tell about u, to first order in the innovations'
  /// derivatives J, which are taken as in the steady state. Positive semidefinite; empty where the
  /// likelihood is not finite. [BrockwellDavis1991 sec. 8.8]
  Eigen::MatrixXd information(const Eigen::VectorXd& u);

 private:
  using Column = std::vector<double>;

  struct Slopes;  // derivatives of the negative log-likelihood by coefficients and start

  void filter(const SeasonalArma<double>& arma);
  void filter_autoregression(const SeasonalArma<double>& arma);
  void begin_transient(const SeasonalArma<double>& arma);
  void filter_steady(const SeasonalArma<double>& arma, std::size_t column);
  LikelihoodValue profile();
  void whiten();
  double weighted_square(const Column& a) const;

  Slopes slopes(const SeasonalArma<double>& arma, const LikelihoodValue& value);
  void restore_steady(const SeasonalArma<double>& arma);
  void add_integrated(const SeasonalArma<double>& arma, Slopes& total);
  Slopes backward(const SeasonalArma<double>& arma, double sigma2, double log_variances);
  void steady_adjoint(const SeasonalArma<double>& arma, double sigma2, Slopes& slopes);
  void autoregression_adjoint(const SeasonalArma<double>& arma, Slopes& slopes);
  Eigen::VectorXd chain(const Eigen::VectorXd& u, const Slopes& slopes) const;

  SarimaOrder order_;
  const Sample& sample_;
  LikelihoodKind kind_;
  std::size_t n_;
  std::size_t skipped_;           // values that only condition
  std::vector<Column> inputs_;    // y and each regressor
  std::vector<Column> filtered_;  // their innovations after filter()
  Column steady_;    // between the seasonal and the regular inverse filter, of column 0
  Column residual_;  // innovations at the profiled beta
  Column input_;     // the series whose innovations residual_ are
  Column adjoint_;
  Eigen::MatrixXd white_;   // (n, 1 + k) filtered_ in standard deviations of sigma
  Eigen::MatrixXd factor_;  // (integrated, integrated) Cholesky factor of their information
  Transient transient_;
  Eigen::VectorXd last_u_;  // where the working arrays stand; empty if nowhere known
  LikelihoodValue last_value_;
};

}  // namespace forecart::sarima

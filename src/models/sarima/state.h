#pragma once

#include "models/sarima/arma.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <optional>

namespace forecart::sarima {

/// Forecast of the state alone: y_{n+1+k} = mean_k + sum_j psi_j e_{n+1+k-j} + (factor xi)_k with
/// e and xi independent of variance sigma^2; `factor` is what is not known about the state.
struct StateForecast {
  Eigen::VectorXd mean;    // (h)
  Eigen::VectorXd psi;     // (h) of the integrated model
  Eigen::MatrixXd factor;  // (h, r), r may be 0
};

/// What was not foreseen in a value, and its variance in units of sigma^2.
struct Innovation {
  double value = 0;
  double variance = 1;
};

/// The filter of one ARIMA model, moved on value by value, NaN for missing: O(m) a step while
/// nothing is missing, by the rank-one recursion and later by the steady gain; O((m + d + sD) r)
/// after a gap, by an array square-root filter whose factor has r columns and shrinks to none.
/// Filtering a history in pieces gives the same bits as filtering it at once.
class StateFilter {
 public:
  /// The first d + sD values only start it.
  StateFilter(const SarimaOrder& order, const SeasonalArma<double>& arma);

  /// The innovation of this value, if it counts in the likelihood.
  std::optional<Innovation> step(double y);

  StateForecast forecast(Eigen::Index horizon) const;

  /// Of the values seen: for sigma^2 = sum_squares / used.
  double log_likelihood() const;
  double sum_squares() const { return sum_squares_; }
  Eigen::Index used() const { return used_; }

  nlohmann::json save() const;
  /// Restores what save() wrote, bit by bit, on a filter of the same model.
  void load(const nlohmann::json& state);

 private:
  void collect_first(double y);
  std::optional<Innovation> step_exact(double y);
  std::optional<Innovation> step_uncertain(double y);
  void advance_gain();
  void begin_uncertain();
  void add_diffuse_columns();
  std::optional<Innovation> count(Innovation innovation);
  void shrink_factor();
  double predicted() const;
  Eigen::VectorXd psi(Eigen::Index count) const;
  Eigen::VectorXd factor_row(const Eigen::MatrixXd& factor) const;
  void transition(Eigen::VectorXd& state, Eigen::VectorXd& lags, double y) const;
  void transition(const Eigen::MatrixXd& factor, const Eigen::VectorXd& g,
                  Eigen::MatrixXd& array) const;
  Eigen::MatrixXd transient_factor() const;
  Eigen::MatrixXd next_factor() const;
  Eigen::MatrixXd factors_ahead(const Eigen::MatrixXd& factor, Eigen::Index horizon) const;

  // the model
  Eigen::VectorXd phi_;    // (m) expanded, zero-padded
  Eigen::VectorXd theta_;  // (m)
  Eigen::VectorXd delta_;  // (d + sD): y_t = x_t + sum delta_j y_{t-j}
  Eigen::VectorXd noise_;  // (m + d + sD) how an innovation enters the next state
  // the state
  Eigen::VectorXd state_;   // (m) expected contributions to the next m values of x
  Eigen::VectorXd lags_;    // (d + sD) last values, newest first; expected ones where missing
  Eigen::VectorXd gain_;    // (m) theta_t of the rank-one recursion
  Eigen::VectorXd lambda_;  // (m) lambda_t
  double variance_ = 1;     // F_t
  Eigen::MatrixXd factor_;  // (m + d + sD, r) square root of the state's covariance
  Eigen::Index seen_ = 0;
  Eigen::Index unresolved_ = 0;  // first values that are missing and not yet pinned down
  Eigen::Index since_check_ = 0;
  bool steady_ = false;
  bool uncertain_ = false;
  // room for one step
  Eigen::MatrixXd array_;
  Eigen::VectorXd reflected_;
  // the likelihood
  double sum_squares_ = 0;
  double log_determinant_ = 0;
  Eigen::Index used_ = 0;
};

}  // namespace forecart::sarima

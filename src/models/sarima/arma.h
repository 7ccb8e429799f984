#pragma once

#include "math/dual.h"
#include "math/polynomial.h"
#include "models/sarima/order.h"

#include <Eigen/Core>

#include <optional>
#include <vector>

namespace forecart::sarima {

/// An ARMA(p, q) in one lag unit: (1 - ar_1 B - ...) x_t = (1 + ma_1 B + ...) e_t.
template <class T>
struct ArmaPart {
  std::vector<T> partial;  // (p) partial autocorrelations of the autoregression
  std::vector<T> ar;       // (p)
  std::vector<T> ma;       // (q)
};

/// The stationary part of a SARIMA model: the product of a regular ARMA and one in B^s,
/// (1 - ar B..)(1 - sar B^s..) x_t = (1 + ma B..)(1 + sma B^s..) e_t. T is double or Dual.
template <class T>
struct SeasonalArma {
  ArmaPart<T> regular;
  ArmaPart<T> seasonal;
  std::size_t s = 1;

  /// phi_1..phi_p' of the expanded 1 - phi_1 B - ..., index 0 unused; p' = p + sP.
  LagPolynomial<T> expanded_ar() const;
  /// theta_0 = 1, theta_1.. of the expanded 1 + theta_1 B + ...; q' = q + sQ.
  LagPolynomial<T> expanded_ma() const;
  /// m = max(p', q'), the length of the state.
  std::size_t state_size() const;
};

/// Coefficients from unconstrained parameters, in the order ar, ma, sar, sma: each polynomial's
/// partial autocorrelations are c tanh(u) with c just below 1, so every u gives a stationary and
/// invertible model [Monahan1984; Jones1980]. u has order.parameters() entries.
template <class T>
SeasonalArma<T> arma_from_parameters(const SarimaOrder& order, const std::vector<T>& u);

/// The same from given coefficients ar, ma, sar, sma; nothing if the model is not stationary. A
/// moving average may have roots on or inside the unit circle.
std::optional<SeasonalArma<double>> arma_from_coefficients(const SarimaOrder& order,
                                                           const std::vector<double>& coefficients);

/// ar, ma, sar, sma in one list.
template <class T>
std::vector<T> coefficients(const SeasonalArma<T>& arma);

/// d coefficients / d u of arma_from_parameters, (k, k); row i belongs to coefficient i.
Eigen::MatrixXd coefficient_jacobian(const SarimaOrder& order, const Eigen::VectorXd& u);

/// Unconstrained parameters of a model: the inverse of arma_from_parameters, kept finite where a
/// root lies on the unit circle; nothing if the model is not stationary and invertible.
std::optional<Eigen::VectorXd> parameters_of(const SeasonalArma<double>& arma);

}  // namespace forecart::sarima

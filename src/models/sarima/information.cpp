#include "models/sarima/lag_filter.h"
#include "models/sarima/likelihood.h"

#include <algorithm>
#include <cmath>

namespace forecart::sarima {
namespace {

/// Derivatives of the innovations by the coefficients of one polynomial: column j is `series`, the
/// innovations filtered once more by the polynomial's inverse, j lag units earlier.
struct Derivatives {
  std::vector<double> series;
  std::size_t unit;  // 1 or s
  std::size_t count;
};

Derivatives through_moving_average(const std::vector<double>& ma, std::size_t unit,
                                   const std::vector<double>& innovations) {
  Derivatives d{innovations, unit, ma.size()};
  invert_moving_average(ma, unit, d.series.data(), d.series.size());
  return d;
}

/// By an autoregression: 1/phi(B) is the inverse filter of -phi_j, and the sign turns.
Derivatives through_autoregression(std::vector<double> ar, std::size_t unit,
                                   const std::vector<double>& innovations) {
  for (double& value : ar) value = -value;
  Derivatives d = through_moving_average(ar, unit, innovations);
  for (double& value : d.series) value = -value;
  return d;
}

/// One column of J.
struct Direction {
  const std::vector<double>* series;
  std::size_t lag;
};

double dot(const Direction& a, const Direction& b) {
  const std::size_t n = a.series->size();
  const std::size_t from = std::max(a.lag, b.lag);
  if (from >= n) return 0;
  const auto count = static_cast<Eigen::Index>(n - from);
  return Eigen::Map<const Eigen::VectorXd>(a.series->data() + (from - a.lag), count)
      .dot(Eigen::Map<const Eigen::VectorXd>(b.series->data() + (from - b.lag), count));
}

Eigen::MatrixXd gram(const std::vector<Direction>& columns) {
  const auto k = static_cast<Eigen::Index>(columns.size());
  Eigen::MatrixXd g(k, k);
  for (Eigen::Index i = 0; i < k; ++i) {
    for (Eigen::Index j = 0; j <= i; ++j) g(i, j) = g(j, i) = dot(columns[i], columns[j]);
  }
  return g;
}

}  // namespace

Eigen::MatrixXd Likelihood::information(const Eigen::VectorXd& u) {
  const auto arma = arma_from_parameters(order_, std::vector<double>(u.begin(), u.end()));
  const LikelihoodValue value = at(u, nullptr);
  if (!std::isfinite(value.log_likelihood)) return {};
  const std::vector<double> innovations(residual_.begin(),
                                        residual_.begin() + static_cast<std::ptrdiff_t>(n_));
  const Derivatives parts[] = {
      through_autoregression(arma.regular.ar, 1, innovations),
      through_moving_average(arma.regular.ma, 1, innovations),
      through_autoregression(arma.seasonal.ar, arma.s, innovations),
      through_moving_average(arma.seasonal.ma, arma.s, innovations),
  };
  std::vector<Direction> columns;
  for (const Derivatives& d : parts) {
    for (std::size_t j = 1; j <= d.count; ++j) columns.push_back({&d.series, j * d.unit});
  }
  const Eigen::MatrixXd j = coefficient_jacobian(order_, u);
  return j.transpose() * gram(columns) * j / value.sigma2;
}

}  // namespace forecart::sarima

#include "models/sarima/differencing.h"

namespace forecart::sarima {
namespace {

Eigen::VectorXd difference_once(const Eigen::VectorXd& y, Eigen::Index lag) {
  if (y.size() <= lag) return {};
  return y.tail(y.size() - lag) - y.head(y.size() - lag);
}

}  // namespace

Eigen::VectorXd difference(std::span<const double> y, const SarimaOrder& order) {
  Eigen::VectorXd z =
      Eigen::Map<const Eigen::VectorXd>(y.data(), static_cast<Eigen::Index>(y.size()));
  for (int i = 0; i < order.D; ++i) z = difference_once(z, order.s);
  for (int i = 0; i < order.d; ++i) z = difference_once(z, 1);
  return z;
}

}  // namespace forecart::sarima

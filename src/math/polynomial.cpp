#include "math/polynomial.h"

namespace forecart {

LagPolynomial<double> difference_polynomial(int d, int seasonal_d, int s) {
  LagPolynomial<double> result{1};
  for (int i = 0; i < seasonal_d; ++i) {
    result = multiply(lag_polynomial<double>({1}, -1, static_cast<std::size_t>(s)), result);
  }
  for (int i = 0; i < d; ++i) result = multiply(lag_polynomial<double>({1}, -1), result);
  return result;
}

}  // namespace forecart

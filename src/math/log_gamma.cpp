#include "math/log_gamma.h"

#include <cmath>  // declares lgamma_r, which is POSIX, too

namespace forecart {

double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

}  // namespace forecart

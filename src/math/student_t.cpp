#include "math/student_t.h"

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/digamma.hpp>

namespace forecart {

double student_cdf(double x, double degrees) {
  return boost::math::cdf(boost::math::students_t(degrees), x);
}

double student_quantile(double probability, double degrees) {
  return boost::math::quantile(boost::math::students_t(degrees), probability);
}

double digamma(double x) {
  return boost::math::digamma(x);
}

}  // namespace forecart

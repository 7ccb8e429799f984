#include "math/normal.h"

#include <array>
#include <cassert>
#include <cmath>
#include <ranges>

namespace forecart {

namespace {

using Coefficients = std::array<double, 8>;

double polynomial(const Coefficients& c, double x) {
  double value = 0;
  for (const double coefficient : c | std::views::reverse) value = value * x + coefficient;
  return value;
}

// Coefficients of algorithm AS 241, in ascending powers: numerator and denominator of the central
// region, of the tail up to 5, and of the far tail.
constexpr Coefficients kCentralA{
    3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727};
constexpr Coefficients kCentralB{1.0,
                                 42.313330701600911252,
                                 687.18700749205790830,
                                 5394.1960214247511077,
                                 21213.794301586595867,
                                 39307.895800092710610,
                                 28729.085735721942674,
                                 5226.4952788528545610};
constexpr Coefficients kTailC{1.42343711074968357734,   4.63033784615654529590,
                              5.76949722146069140550,   3.64784832476320460504,
                              1.27045825245236838258,   0.241780725177450611770,
                              0.0227238449892691845833, 7.74545014278341407640e-4};
constexpr Coefficients kTailD{1.0,
                              2.05319162663775882187,
                              1.67638483018380384940,
                              0.689767334985100004550,
                              0.148103976427480074590,
                              0.0151986665636164571966,
                              5.47593808499534494600e-4,
                              1.05075007164441684324e-9};
constexpr Coefficients kFarE{6.65790464350110377720,    5.46378491116411436990,
                             1.78482653991729133580,    0.296560571828504891230,
                             0.0265321895265761230930,  1.24266094738807843860e-3,
                             2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Coefficients kFarF{1.0,
                             0.599832206555887937690,
                             0.136929880922735805310,
                             0.0148753612908506148525,
                             7.86869131145613259100e-4,
                             1.84631831751005468180e-5,
                             1.42151175831644588870e-7,
                             2.04426310338993978564e-15};

}  // namespace

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

double normal_quantile(double probability) {
  assert(probability > 0 && probability < 1);
  const double q = probability - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(kCentralA, r) / polynomial(kCentralB, r);
  }
  const double r = std::sqrt(-std::log(q < 0 ? probability : 1 - probability));
  const double size = r <= 5 ? polynomial(kTailC, r - 1.6) / polynomial(kTailD, r - 1.6)
                             : polynomial(kFarE, r - 5) / polynomial(kFarF, r - 5);
  return q < 0 ? -size : size;
}

}  // namespace forecart

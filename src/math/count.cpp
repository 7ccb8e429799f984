#include "math/count.h"

#include "math/gamma.h"
#include "math/log_gamma.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace forecart {

namespace {

constexpr double kExactMean = 200;

/// Below this excess, r is so large that the Poisson is exact to rounding.
constexpr double kLeastExcess = 1e-9;

bool is_poisson(double mean, double variance) {
  return !(variance - mean > kLeastExcess * mean);
}

/// Where the probability of each count k is spread over [k - 1/2, k + 1/2). Sums the probabilities
/// from 0 on; P(k) follows from P(k - 1) by one ratio.
double summed_quantile(double probability, double mean, double variance) {
  const bool poisson = is_poisson(mean, variance);
  const double r = poisson ? 0 : mean * mean / (variance - mean);
  const double q = 1 - mean / std::max(variance, mean);  // of success in the negative binomial
  double term = std::exp(poisson ? -mean : r * std::log(mean / variance));
  double sum = term;
  double k = 0;
  const double limit = mean + 60 * std::sqrt(std::max(variance, mean)) + 60;
  while (sum < probability && k < limit) {
    ++k;
    term *= poisson ? mean / k : q * (r + k - 1) / k;
    sum += term;
  }
  const double share = term > 0 ? (probability - (sum - term)) / term : 1;
  return k - 0.5 + std::clamp(share, 0.0, 1.0);
}

double narrow_quantile(double probability, double mean, double variance) {
  const auto shape = gamma_shape(mean, variance);
  return shape ? gamma_quantile(probability, *shape) * (mean / *shape) : mean;
}

double pearson_quantile(double probability, double mean, double variance) {
  const double v = std::max(variance, mean);
  const double deviation = std::sqrt(v);
  if (!std::isfinite(deviation)) return mean;
  const double skewness = (2 * v - mean) / (mean * deviation);
  const double shape = 4 / (skewness * skewness);
  const double standard = (gamma_quantile(probability, shape) - shape) / std::sqrt(shape);
  return mean + deviation * standard;
}

/// The whole number k with spread in [k - 1/2, k + 1/2).
double count_at(double spread) {
  return std::max(0.0, std::ceil(spread - 0.5));
}

double spread_quantile(double probability, double mean, double variance) {
  assert(probability > 0 && probability < 1);
  if (!(mean > 0)) return 0;
  if (mean >= kLeastNarrowMean && variance < (1 - kLeastExcess) * mean) {
    return narrow_quantile(probability, mean, variance);
  }
  if (mean > kExactMean) return pearson_quantile(probability, mean, variance);
  return summed_quantile(probability, mean, variance);
}

}  // namespace

double count_quantile(double probability, double mean, double variance) {
  return count_at(spread_quantile(probability, mean, variance));
}

double smooth_count_quantile(double probability, double mean, double variance) {
  const double spread = spread_quantile(probability, mean, variance);
  const double count = count_at(spread);
  const double width = std::clamp((mean - kWholeMean) / (kSmoothMean - kWholeMean), 0.0, 1.0);
  return std::max(0.0, count + width * (spread - count));
}

double count_log_probability(double count, double mean, double variance) {
  assert(count >= 0 && mean > 0);
  const double k = count;
  if (is_poisson(mean, variance)) return k * std::log(mean) - mean - log_gamma(k + 1);
  const double r = mean * mean / (variance - mean);
  return log_gamma(k + r) - log_gamma(r) - log_gamma(k + 1) + r * std::log(mean / variance) +
         k * std::log1p(-mean / variance);
}

}  // namespace forecart

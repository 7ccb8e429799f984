#pragma once

namespace forecart {

/// Least k with P(Y <= k) >= probability, in (0, 1), of a count Y with this mean >= 0 and variance:
/// negative binomial with r = mean^2 / (variance - mean), Poisson where the variance is no larger
/// than the mean. Exact for means up to 200; above, the rounded gamma distribution that shares
/// mean, variance and skewness (Pearson's type III).
double count_quantile(double probability, double mean, double variance);

/// log P(Y = count) of the same distribution, for a whole number count >= 0 and a mean > 0.
double count_log_probability(double count, double mean, double variance);

}  // namespace forecart

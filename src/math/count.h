#pragma once

namespace forecart {

/// Least mean for which a variance below it is taken at its word; see count_quantile.
inline constexpr double kLeastNarrowMean = 5;

/// Least k with P(Y <= k) >= probability, in (0, 1), of a count Y with this mean >= 0 and variance:
/// negative binomial with r = mean^2 / (variance - mean), Poisson where both are equal. Exact for
/// means up to 200; above, the rounded gamma distribution that shares mean, variance and skewness
/// (Pearson's type III). Counts that vary less than a Poisson are a rounded gamma distribution with
/// that mean and variance from a mean of 5 on, and Poisson below.
double count_quantile(double probability, double mean, double variance);

/// The ends of an interval of counts: the same with the probability of each k spread evenly around
/// it, over a width that grows from 0 at a mean of kWholeMean to 1 at kSmoothMean. An interval
/// between whole numbers holds both of its ends, and so more than it says: of counts around 20 some
/// 84 % instead of 80. Of small counts the whole numbers lose less [docs/decisions/0028].
double smooth_count_quantile(double probability, double mean, double variance);

inline constexpr double kWholeMean = 2;
inline constexpr double kSmoothMean = 10;

/// log P(Y = count) of the negative binomial, Poisson where the variance does not exceed the mean,
/// for a whole number count >= 0 and a mean > 0.
double count_log_probability(double count, double mean, double variance);

}  // namespace forecart

#pragma once

#include <Eigen/Core>

namespace forecart {

/// Ratios of what was observed to what was expected, with the information of each: a ratio r_i has
/// variance 1 / information_i plus the variance tau^2 between the things compared.
struct Ratios {
  Eigen::ArrayXd value;
  Eigen::ArrayXd information;
};

/// tau^2 of ratios around 1 by empirical Bayes [PauleMandel1982]: that with which
///   sum of (r_i - 1)^2 / (tau^2 + 1 / information_i)
/// is its degrees of freedom, where `estimated` parameters were taken from the same data; 0 where
/// noise alone explains them. What is known very well counts no more than what is known well.
double between_variance(const Ratios& ratios, double estimated);

/// Ratios drawn to 1: 1 + (r - 1) u tau^2 / (u tau^2 + 1) with u the information [EfronMorris1975].
Eigen::ArrayXd shrunk(const Ratios& ratios, double between);

}  // namespace forecart

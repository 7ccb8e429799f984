#pragma once

#include "models/sarima/fit.h"

#include <optional>
#include <vector>

namespace forecart::sarima {

/// Orders that a search may try, and how far it looks.
struct SearchOptions {
  int max_p = 5;
  int max_q = 5;
  int max_P = 2;
  int max_Q = 2;
  int width = 2;        ///< neighbourhoods are searched around so many of the best models
  int most_fits = 100;  ///< models tried at most
  /// So many of the best models are fitted again from all starts, at most three beside a season.
  int finalists = 10;
  std::size_t first_starts = 3;  ///< fixed starts of the models that the search begins with
  std::size_t last_starts = 3;   ///< and of the finalists
  /// Refuse models with a root of the expanded polynomials below 1.01 in modulus, as R's
  /// auto.arima does; at s = 24 that is |Theta| > .788.
  bool refuse_near_unit_roots = false;
};

/// One series differenced by the d and D of `order`, whose p, q, P and Q are ignored. `constant`
/// has one regressor more than `plain`: the mean or the drift; nothing where none is allowed.
struct SearchProblem {
  SarimaOrder order;
  Sample plain;
  std::optional<Sample> constant;
};

/// A model that was tried.
struct Candidate {
  SarimaOrder order;
  bool constant = false;
  Estimate estimate;
  double aicc = 0;  ///< +infinity if it could not be fitted or is refused
};

/// 2k - 2 log L + 2k(k + 1) / (n - k - 1) with k estimated numbers, sigma^2 among them; +infinity
/// where n is too small. [HurvichTsai1989]
double aicc(double log_likelihood, Eigen::Index estimated, Eigen::Index n);

/// Smallest modulus of the roots of the expanded autoregressive and moving-average polynomials;
/// +infinity without any.
double smallest_root(const SeasonalArma<double>& arma);

/// The orders of least AICc that a search finds: from the four models of the stepwise search of
/// [HyndmanKhandakar2008 sec. 3.2] it goes on to all neighbours of the best few models until those
/// have none that is better. Every model is fitted by exact maximum likelihood, starting from the
/// model it is a neighbour of. Models are in ascending order of AICc, the best one first; the
/// best few are fitted anew from all starts. Empty if no model has a finite likelihood.
/// Deterministic.
std::vector<Candidate> search_orders(const SearchProblem& problem, const SearchOptions& options);

}  // namespace forecart::sarima

#pragma once

#include "evaluation/selection.h"

#include <Eigen/Core>

#include <string_view>
#include <vector>

namespace forecart {

/// How the members of an Ensemble are combined.
enum class Combination {
  automatic,      ///< inverse_error; least_squares where demand is rare, whose losses are squared
  mean,           ///< equal weights
  median,         ///< of the members' quantiles
  trimmed,        ///< their mean without the lowest and the highest fifth
  inverse_error,  ///< (loss / loss of the best)^-8, losses drawn to those of like series
  least_squares,  ///< non-negative, sum 1, least squared error [Breiman1996]
  greedy,         ///< the bag that grows by whichever member helps most [Caruana2004]
};

std::string_view name_of(Combination rule);

/// Throws Error unknown_name with the list of rules.
Combination parse_combination(std::string_view name);

/// Whether a rule needs SeriesTrial::products of every series.
bool needs_products(Combination rule);

/// Weights >= 0 with sum 1 of the members (as the rows of a trial's losses) of each series, from
/// their earlier origins only. Series of one group lend each other evidence; where nothing is
/// known they are equal.
std::vector<Eigen::VectorXd> combination_weights(Combination rule,
                                                 const std::vector<SeriesTrial>& trials);

/// Share that `trimmed` leaves out at either end; of median half.
double trimmed_share(Combination rule);

}  // namespace forecart

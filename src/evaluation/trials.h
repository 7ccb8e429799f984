#pragma once

#include "evaluation/selection.h"
#include "models/model.h"
#include "series/demand_class.h"

#include <string>
#include <vector>

namespace forecart {

/// A model that may be taken, and for which series.
struct Candidate {
  ModelPtr model;
  double cost = 1;  ///< of a fit beside the others', any unit; fixed, so that clocks choose nothing
  std::vector<DemandClass> classes{};  ///< it is tried on; empty: all but brief and silent
  Eigen::Index fewest = 1;             ///< series of them, with an origin, that it needs
  Eigen::Index enough = 0;  ///< values of them that make up for fewer series; 0: no number does
};

/// The first candidate suits any class.
bool suits(const std::vector<Candidate>& candidates, std::size_t candidate, DemandClass demand);

/// Rolling origins inside what a model is fitted to [Tashman2000].
struct OriginPlan {
  Eigen::Index horizon = 24;
  Eigen::Index windows = 4;   ///< origins at most
  Eigen::Index step = 12;     ///< between them
  int season = 1;             ///< that traits are measured with
  bool all_products = false;  ///< SeriesTrial::products of every series, not of squared ones only

  /// Origins half a horizon apart, in whole seasons where the horizon holds one; up to twice as far
  /// where they then cover the longest season, as days do a week.
  static OriginPlan for_horizon(Eigen::Index horizon, int season, int longest = 1);

  Eigen::Index held_out(Eigen::Index origins) const { return horizon + (origins - 1) * step; }

  /// Mean share of its steps that one of so many origins has in common with another one.
  double overlap(Eigen::Index origins) const;

  /// Origins that a history of so many values allows: they hold out at most a third of it.
  Eigen::Index origins_of(Eigen::Index history) const;
};

/// What candidates did on the origins of one series. Origins that prove nothing are left out: where
/// fewer than half of the values are known, and silences that the series' own selling does not
/// explain, unless there is nothing else.
struct Tried {
  SeriesTraits traits;
  Eigen::Index history = 0;  ///< values from the first known one on
  Eigen::Index origins = 0;  ///< that the history allows
  SeriesTrial trial;
  std::vector<std::string> flaws;  ///< per candidate: why it could not be used; empty: it could
  double milliseconds = 0;         ///< spent on it
};

/// Fits every candidate before the first origin of the series it suits, moves it on from origin to
/// origin and compares its forecasts with what came. A model that pools is fitted once with all
/// series that have an origin, suited or not. One that the task's FitPieces do not want is left
/// out. With `wanted`, a flag per series, only those are tried and told of, beside the others.
/// Losses are absolute for smooth and erratic series, squared for the others, whose median says
/// little. By series of the panel.
std::vector<Tried> try_candidates(const std::vector<Candidate>& candidates, const OriginPlan& plan,
                                  const FitTask& task, const std::vector<bool>& wanted = {});

}  // namespace forecart

#pragma once

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
  Eigen::Index fewest = 1;             ///< series of them, with as many origins, that it needs
};

/// How AutoSelect tries.
struct SelectionOptions {
  Eigen::Index horizon = 24;
  Eigen::Index windows = 4;  ///< origins at most
  Eigen::Index step = 12;    ///< between them
  int season = 1;            ///< that traits are measured with

  /// Origins half a horizon apart, in whole seasons where the horizon holds one; up to twice as far
  /// where they then cover the longest season, as days do a week.
  static SelectionOptions for_horizon(Eigen::Index horizon, int season, int longest = 1);

  Eigen::Index held_out(Eigen::Index origins) const { return horizon + (origins - 1) * step; }

  /// Mean share of its steps that one of so many origins has in common with another one.
  double overlap(Eigen::Index origins) const;

  /// Origins that a history of so many values allows: they hold out at most a third of it.
  Eigen::Index origins_of(Eigen::Index history) const;
};

/// For every series the mean of the few candidates that do best on rolling origins inside what it
/// is fitted to [Tashman2000], the better the heavier, named "AutoSelect". Candidates are those of
/// the series' demand class; their errors count absolutely for smooth and erratic series, squared
/// for the others, whose median says little. Where origins are few, series of one class lend each
/// other evidence (rank_candidates), and dearer models must be better. Those taken are fitted to
/// all values; one that cannot be used gives way to the next. A history too short for an origin
/// takes the first candidate of its class. The first of all suits every class, whatever it says,
/// and must never fail. The ledger tells class, choice and what was tried.
ModelPtr make_auto_select(std::vector<Candidate> candidates, const SelectionOptions& options);

}  // namespace forecart

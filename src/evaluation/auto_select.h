#pragma once

#include "evaluation/trials.h"

#include <vector>

namespace forecart {

/// For every series the mean of the few candidates that do best on rolling origins inside what it
/// is fitted to [Tashman2000], the better the heavier, named "AutoSelect". Candidates are those of
/// the series' demand class; their errors count absolutely for smooth and erratic series, squared
/// for the others, whose median says little. Where origins are few, series of one class lend each
/// other evidence (rank_candidates), and dearer models must be better. Those taken are fitted to
/// all values; one that cannot be used gives way to the next. A history too short for an origin
/// takes the first candidate of its class. The first of all suits every class, whatever it says,
/// and must never fail. The ledger tells class, choice and what was tried.
ModelPtr make_auto_select(std::vector<Candidate> candidates, const OriginPlan& plan);

}  // namespace forecart

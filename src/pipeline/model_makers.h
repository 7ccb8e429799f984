#pragma once

#include "evaluation/auto_select.h"
#include "pipeline/model_registry.h"

#include <string>
#include <vector>

namespace forecart {

/// A model that combines no others, by name; null for a name that is none of them.
ModelPtr make_model(const std::string& name, const ModelOptions& options);

/// What AutoSelect tries, the first for any series. Costs are milliseconds of a fit to a thousand
/// values, in round numbers.
std::vector<Candidate> selection_candidates(const ModelOptions& options);

}  // namespace forecart

#pragma once

#include "models/lstm/learner.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace forecart::lstm {

nlohmann::json save_learnt(const Learnt& learnt);
/// Throws Error bad_data, or nlohmann's exception for a missing part.
std::shared_ptr<const Learnt> load_learnt(const nlohmann::json& state);

/// The last values of a series, NaN where missing.
nlohmann::json save_tail(const Measure& measure, std::span<const double> tail);
std::pair<Measure, std::vector<double>> load_tail(Space space, const nlohmann::json& state);

}  // namespace forecart::lstm

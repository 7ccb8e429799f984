#pragma once

#include "models/lstm/learner.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>

namespace forecart::lstm {

nlohmann::json save_learnt(const Learnt& learnt);
/// Throws Error bad_data, or nlohmann's exception for a missing part.
std::shared_ptr<const Learnt> load_learnt(const nlohmann::json& state);

}  // namespace forecart::lstm

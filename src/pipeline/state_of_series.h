#pragma once

#include "store/store.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// What the state whose trunk lies at `key` keeps of one series, as the state of a panel of that
/// series alone; of its parts only those are read that lead to it. Nothing where the model does not
/// keep a state for each series (networks, trees, sums that add up), does not know the series, or
/// anything is unlike what is expected: read_state_at reads that, or says what is wrong with it.
/// Throws Error not_found where an object is gone.
std::optional<nlohmann::json> read_state_of_series(const ObjectStore& store, std::string_view key,
                                                   const std::string& unique_id);

}  // namespace forecart

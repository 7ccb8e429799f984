#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What differs in what two runs knew, in words: order files, input tables, settings of the data
/// set, public holidays. Empty where they knew the same.
std::vector<std::string> data_changes(const nlohmann::json& before, const nlohmann::json& after);

/// Names of what differs in how they went about it: options, seed, version, kernel.
std::vector<std::string> changed_parameters(const nlohmann::json& before,
                                            const nlohmann::json& after);

/// The same in words, with both values.
std::vector<std::string> parameter_changes(const nlohmann::json& before,
                                           const nlohmann::json& after);

/// Per panel and model that both have, whether the fitted state is the same.
std::vector<std::string> state_changes(const nlohmann::json& before, const nlohmann::json& after);

}  // namespace forecart

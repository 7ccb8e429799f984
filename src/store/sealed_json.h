#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace forecart {

/// Records of a repository are JSON objects that carry a hash of their own, so that a flipped bit
/// shows: `"seal"`, the SHA-256 of their text as it lies in the store, with zeros for the 64 digits
/// of the seal. Records of before there were seals have none; readers do not mind.

/// The text to store; what is no object stays without a seal.
std::string sealed_text(nlohmann::json value);

enum class Seal { whole, broken, missing };

Seal seal_of(std::string_view text);

/// Takes the seal off an object that was read, so that it is what was written.
void remove_seal(nlohmann::json& value);

}  // namespace forecart

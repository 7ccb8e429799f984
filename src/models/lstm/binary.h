#pragma once

#include "models/net/aligned.h"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string_view>

namespace forecart::lstm {

/// Floats as the bytes of little-endian IEEE 754, a binary value of CBOR.
nlohmann::json to_binary(std::span<const float> values);

/// The floats of such a value. Throws Error bad_data if it is not one.
net::AlignedVector<float> from_binary(const nlohmann::json& binary);

/// Throws Error bad_data: the saved state of a network is damaged at `part`.
[[noreturn]] void throw_bad_state(std::string_view part);

}  // namespace forecart::lstm

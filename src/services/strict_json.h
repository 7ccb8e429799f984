#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// An object of JSON that came from outside. Nothing for more bytes than that, for what is no
/// object, is nested more than eight deep, or names a member twice (of two readers of such a text
/// each may believe another).
std::optional<nlohmann::json> strict_json_object(std::string_view text, std::size_t most_bytes);

/// A member that is a text; nothing where there is none, or it is something else.
std::optional<std::string> text_member(const nlohmann::json& object, const char* name);

}  // namespace forecart

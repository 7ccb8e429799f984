#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace forecart {

/// For people: what repository_status tells.
std::string status_text(const nlohmann::json& status);

}  // namespace forecart

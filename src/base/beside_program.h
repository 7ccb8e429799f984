#pragma once

#include <filesystem>
#include <string_view>

namespace forecart {

/// What lies in the folder of the running program under a name, where packages lay what it needs:
/// the path, or an empty one where nothing is there.
std::filesystem::path beside_program(std::string_view name);

}  // namespace forecart

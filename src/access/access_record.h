#pragma once

#include <string_view>

namespace forecart {

/// Whether an object below access/ or audit/ is what its key says; others are not looked at.
/// Throws Error bad_data or newer_version.
void check_access_record(std::string_view key, std::string_view text);

}  // namespace forecart

#pragma once

#include <string_view>

namespace forecart {

/// What somebody may do; each may all that the one before may.
enum class Role {
  viewer,   ///< look at data sets that were granted
  analyst,  ///< and change them: uploads, runs, settings
  admin,    ///< and everything else: users, all data sets, the audit
};

/// "viewer", "analyst", "admin".
const char* to_string(Role role);
/// Throws Error unknown_name with the list.
Role parse_role(std::string_view name);

}  // namespace forecart

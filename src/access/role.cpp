#include "access/role.h"

#include "base/error.h"

#include <fmt/format.h>

#include <array>

namespace forecart {

const char* to_string(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::analyst:
      return "analyst";
    case Role::admin:
      return "admin";
  }
  return "unknown";
}

Role parse_role(std::string_view name) {
  for (const Role role : std::array{Role::viewer, Role::analyst, Role::admin}) {
    if (name == to_string(role)) return role;
  }
  throw Error(ErrorCode::unknown_name,
              fmt::format("role '{}' is not known; use viewer, analyst or admin", name));
}

}  // namespace forecart

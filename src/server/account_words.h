#pragma once

#include "server/route.h"

#include "access/access.h"

#include <string>
#include <vector>

namespace forecart {

/// What routes of users and tokens share.

/// Throws Error unknown_name.
User user_named(Access& access, const std::string& name);

/// Who asks, for the audit.
Actor actor_of(const Call& call);

/// A role that a body names. Throws Error invalid_value: a word of the body that is none of the
/// list is no path that leads nowhere.
Role role_in(const std::string& text);

Grants grants_of(const std::vector<std::string>& names);

}  // namespace forecart

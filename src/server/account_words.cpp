#include "server/account_words.h"

#include "base/error.h"

#include <fmt/format.h>

namespace forecart {

User user_named(Access& access, const std::string& name) {
  for (User& user : access.users()) {
    if (user.name == user_name(name)) return std::move(user);
  }
  throw Error(ErrorCode::unknown_name,
              fmt::format("there is no user '{}'; GET /api/v1/users lists them", name));
}

Actor actor_of(const Call& call) {
  return actor_of(*call.who.principal, call.who.address);
}

Role role_in(const std::string& text) {
  try {
    return parse_role(text);
  } catch (const Error& error) {
    throw Error(ErrorCode::invalid_value, error.what());
  }
}

Grants grants_of(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace forecart

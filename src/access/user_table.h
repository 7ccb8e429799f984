#pragma once

#include "access/user.h"
#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// All users, as one object of the store holds them.
struct UserTable {
  std::int64_t revision = 0;  ///< counts changes
  std::map<std::string, User, std::less<>> users;

  /// Throws Error unknown_name, with the nearest name.
  User& at(std::string_view name);
  const User& at(std::string_view name) const;
  const User* find(std::string_view name) const;
};

/// Throws Error conflict for what may not be: more than a few users, tokens or grants, a table with
/// users but no admin who may sign in, two users with one subject.
void check_table(const UserTable& table);

/// The text to store, sealed.
std::string to_text(const UserTable& table);
/// Throws Error bad_data for what is not such a text, whole as it was written.
UserTable parse_user_table(std::string_view text);

}  // namespace forecart

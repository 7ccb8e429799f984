#pragma once

#include "base/time.h"

#include "access/role.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Names of data sets that somebody may see; kAllDatasets among them stands for all.
using Grants = std::set<std::string, std::less<>>;
inline constexpr const char* kAllDatasets = "*";

bool covers(const Grants& grants, std::string_view dataset);
/// Throws Error invalid_value for what is neither kAllDatasets nor the name of a data set.
void check_grant(const std::string& dataset);

/// Who somebody is to a provider of OpenID Connect.
struct Subject {
  std::string issuer;  ///< address of the provider
  std::string id;      ///< `sub`: never given to somebody else there

  friend bool operator==(const Subject&, const Subject&) = default;
};

/// What a token may do at most; its user's role and grants limit it too.
struct Scope {
  Role role = Role::viewer;
  std::optional<Grants> datasets = {};  ///< nothing: all that its user sees
};

/// A secret for programs. The secret itself is nowhere.
struct ApiToken {
  std::string id;    ///< 12 digits of the hash, to name it by
  std::string name;  ///< what its user calls it
  std::string hash;  ///< SHA-256 of the secret
  Scope scope;
  Instant created;
  Instant expires;
};

struct User {
  std::string name;
  std::string id;  ///< random: somebody else who is called so later has another
  Role role = Role::viewer;
  Grants grants = {};
  bool disabled = false;
  std::string password_hash = {};  ///< argon2id as libsodium writes it; "" where there is none
  std::optional<Subject> subject = {};
  Instant created = {};
  std::int64_t generation = 0;  ///< sessions begun under an earlier one have ended
  std::vector<ApiToken> tokens = {};
};

inline constexpr std::size_t kMostUsers = 1000;
inline constexpr std::size_t kMostTokens = 50;    ///< of a user
inline constexpr std::size_t kMostGrants = 1000;  ///< of a user or a token
inline constexpr std::size_t kLongestName = 64;   ///< bytes, of users and of tokens

/// As it is kept: in small letters. Throws Error invalid_value for what is no name: letters,
/// digits and . _ - @ +, at most kLongestName, beginning with a letter or digit.
std::string user_name(std::string_view text);
/// Throws Error invalid_value for what cannot name a token: printable ASCII, at most kLongestName.
void check_token_name(std::string_view name);
/// Throws Error invalid_value for an empty part, control characters or more than 512 bytes.
void check_subject(const Subject& subject);

}  // namespace forecart

#include "store/sealed_json.h"

#include "access/access.h"
#include "access/audited.h"
#include "access/record.h"
#include "access/secret.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kTokenIdDigits = 12;

void check_grants(const Grants& grants) {
  for (const std::string& dataset : grants) check_grant(dataset);
}

std::string listed(const Grants& grants) {
  return fmt::format("{}", fmt::join(grants, ","));
}

Error no_token(std::string_view user, std::string_view id) {
  return {ErrorCode::unknown_name,
          fmt::format("user '{}' has no token '{}'; forecart user token list tells which there are",
                      user, id)};
}

/// A token is worth no more than its user.
void check_scope(const Scope& scope, const User& user) {
  if (scope.role > user.role) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("a token of '{0}' cannot have the role {1}: '{0}' is {2}", user.name,
                            to_string(scope.role), to_string(user.role)));
  }
  if (!scope.datasets || user.role == Role::admin) return;
  for (const std::string& dataset : *scope.datasets) {
    if (covers(user.grants, dataset)) continue;
    throw Error(ErrorCode::invalid_value,
                fmt::format("a token of '{0}' cannot see '{1}': '{0}' does not; grant it first",
                            user.name, dataset));
  }
}

void check_new_token(const NewToken& token) {
  check_token_name(token.name);
  if (token.scope.datasets) check_grants(*token.scope.datasets);
  if (token.valid < std::chrono::days(1) || token.valid > kLongestToken) {
    throw Error(ErrorCode::invalid_value, fmt::format("a token is good for 1 to {} days, not {}",
                                                      kLongestToken.count(), token.valid.count()));
  }
}

}  // namespace

std::string used_key(const std::string& token_id) {
  return fmt::format("access/used/{}.json", token_id);
}

std::string used_text(Instant at, std::string_view address) {
  return sealed_text({{"at", to_utc(at)}, {"from", address}});
}

bool Access::has_users() {
  return !directory_.newest()->empty();
}

std::vector<User> Access::users() {
  const auto snapshot = directory_.newest();
  std::vector<User> users;
  for (const auto& [name, user] : snapshot->table().users) users.push_back(user);
  return users;
}

/// As it is kept, with its password hashed.
User Access::made(const NewUser& user) {
  User made{.name = user_name(user.name),
            .id = random_hex(kIdBytes),
            .role = user.role,
            .grants = user.grants,
            .subject = user.subject,
            .created = options_.clock()};
  check_grants(user.grants);
  if (user.subject) check_subject(*user.subject);
  if (user.password.empty()) return made;
  check_password(user.password, made.name);
  made.password_hash = hasher_.hash(user.password);
  return made;
}

void Access::add_user(const NewUser& user, const Actor& by) {
  const std::string name = user_name(user.name);
  const Told told{
      "user.add", name, {{"role", to_string(user.role)}, {"grants", listed(user.grants)}}};
  audited(by, told, [&] {
    const User added = made(user);
    directory_.change([&](UserTable& table) {
      if (table.users.emplace(name, added).second) return;
      throw Error(ErrorCode::conflict, fmt::format("there is a user '{}' already", name));
    });
  });
}

void Access::remove_user(std::string_view name, const Actor& by) {
  const std::string known = user_name(name);
  std::vector<ApiToken> tokens;
  audited(by, {"user.remove", known}, [&] {
    directory_.change([&](UserTable& table) {
      tokens = table.at(known).tokens;
      table.users.erase(known);
    });
    for (const ApiToken& token : tokens) store_.remove(used_key(token.id));
  });
}

void Access::edit_user(const Actor& by, const Told& told, const std::function<void(User&)>& edit) {
  audited(by, told, [&] { directory_.change([&](UserTable& table) { edit(table.at(told.on)); }); });
}

void Access::set_password(std::string_view name, std::string_view password, const Actor& by) {
  const std::string known = user_name(name);
  audited(by, {"user.password", known}, [&] {
    check_password(password, known);
    directory_.newest()->table().at(known);  // before the work of hashing
    const std::string hash = hasher_.hash(password);
    directory_.change([&](UserTable& table) {
      User& user = table.at(known);
      user.password_hash = hash;
      ++user.generation;
    });
  });
}

void Access::set_role(std::string_view name, Role role, const Actor& by) {
  edit_user(by, {"user.role", user_name(name), {{"role", to_string(role)}}}, [&](User& user) {
    if (user.role == role) return;
    user.role = role;
    ++user.generation;
  });
}

void Access::set_disabled(std::string_view name, bool disabled, const Actor& by) {
  edit_user(by, {disabled ? "user.disable" : "user.enable", user_name(name)}, [&](User& user) {
    user.disabled = disabled;
    ++user.generation;
  });
}

void Access::sign_out_everywhere(std::string_view name, const Actor& by) {
  edit_user(by, {"user.sign_out", user_name(name)}, [](User& user) { ++user.generation; });
}

void Access::grant(std::string_view name, const Grants& datasets, const Actor& by) {
  edit_user(by, {"user.grant", user_name(name), {{"datasets", listed(datasets)}}}, [&](User& user) {
    check_grants(datasets);
    user.grants.insert(datasets.begin(), datasets.end());
  });
}

void Access::revoke(std::string_view name, const Grants& datasets, const Actor& by) {
  edit_user(by, {"user.revoke", user_name(name), {{"datasets", listed(datasets)}}},
            [&](User& user) {
              for (const std::string& dataset : datasets) {
                if (user.grants.erase(dataset) > 0) continue;
                throw Error(ErrorCode::unknown_name,
                            fmt::format("'{}' was not granted '{}'; granted are: {}", user.name,
                                        dataset, listed(user.grants)));
              }
            });
}

IssuedToken Access::add_token(const NewToken& asked, const Actor& by) {
  const std::string name = user_name(asked.user);
  const std::string secret = make_secret(SecretKind::token);
  const std::string hash = secret_hash(secret);
  const Instant now = options_.clock();
  const ApiToken token{.id = hash.substr(0, kTokenIdDigits),
                       .name = asked.name,
                       .hash = hash,
                       .scope = asked.scope,
                       .created = now,
                       .expires = now + asked.valid};
  const Told told{"token.add", name, {{"token", token.id}, {"role", to_string(asked.scope.role)}}};
  edit_user(by, told, [&](User& user) {
    check_new_token(asked);
    check_scope(asked.scope, user);
    std::erase_if(user.tokens, [now](const ApiToken& old) { return now >= old.expires; });
    user.tokens.push_back(token);
  });
  return {secret, token};
}

void Access::revoke_token(std::string_view user, std::string_view id, const Actor& by) {
  const Told told{"token.revoke", user_name(user), {{"token", std::string(id)}}};
  edit_user(by, told, [&](User& known) {
    const auto gone =
        std::erase_if(known.tokens, [id](const ApiToken& token) { return token.id == id; });
    if (gone == 0) throw no_token(known.name, id);
  });
  store_.remove(used_key(std::string(id)));
}

std::optional<Instant> Access::last_used(const ApiToken& token) {
  const auto text = store_.read(used_key(token.id));
  if (!text) return std::nullopt;
  return read_record(*text, "the last use of a token", [](const json& record) {
    return from_utc(record.at("at").get<std::string>());
  });
}

}  // namespace forecart

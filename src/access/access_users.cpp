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
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("a token of '{0}' cannot have the role {1}; '{0}' is {2}: ask for that, or "
                    "for less",
                    user.name, to_string(scope.role), to_string(user.role)));
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
    throw Error(ErrorCode::invalid_value,
                fmt::format("a token cannot be good for {} days; give 1 to {}", token.valid.count(),
                            kLongestToken.count()));
  }
}

void check_change(const UserChange& change, std::string_view name) {
  if (change.password) check_password(*change.password, name);
  if (change.grants) check_grants(*change.grants);
  if (change.subject && *change.subject) check_subject(**change.subject);
}

/// As the audit tells it: never the password itself.
json detail_of(const UserChange& change) {
  json detail = json::object();
  if (change.password) detail["password"] = "another";
  if (change.role) detail["role"] = to_string(*change.role);
  if (change.disabled) detail["disabled"] = *change.disabled;
  if (change.grants) detail["datasets"] = listed(*change.grants);
  if (change.subject) {
    detail["issuer"] = *change.subject ? (*change.subject)->issuer : "";
    detail["subject"] = *change.subject ? (*change.subject)->id : "";
  }
  return detail;
}

/// Whether it is another one now.
template <typename Value>
bool put(Value& value, const std::optional<Value>& wanted) {
  if (!wanted || value == *wanted) return false;
  value = *wanted;
  return true;
}

/// Sessions end where who signs in, how, or what for is another one now; grants hold in those that
/// go on.
void apply(const UserChange& change, const std::string& password_hash, User& user) {
  bool ends_sessions = change.password.has_value();
  if (change.password) user.password_hash = password_hash;
  ends_sessions |= put(user.role, change.role);
  ends_sessions |= put(user.disabled, change.disabled);
  ends_sessions |= put(user.subject, change.subject);
  put(user.grants, change.grants);
  if (ends_sessions) ++user.generation;
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
      throw Error(
          ErrorCode::conflict,
          fmt::format("there is a user '{}' already; change that one, or take another name", name));
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

/// Before anything is changed, or the work of hashing is done.
void Access::change_as(const Actor& by, const Told& told, const UserChange& change) {
  audited(by, told, [&] {
    directory_.newest()->table().at(told.on);
    check_change(change, told.on);
    const std::string hash = change.password ? hasher_.hash(*change.password) : "";
    directory_.change([&](UserTable& table) { apply(change, hash, table.at(told.on)); });
  });
}

void Access::change_user(std::string_view name, const UserChange& change, const Actor& by) {
  change_as(by, {"user.change", user_name(name), detail_of(change)}, change);
}

void Access::set_password(std::string_view name, std::string_view password, const Actor& by) {
  change_as(by, {"user.password", user_name(name)}, {.password = std::string(password)});
}

void Access::set_role(std::string_view name, Role role, const Actor& by) {
  const UserChange change{.role = role};
  change_as(by, {"user.role", user_name(name), detail_of(change)}, change);
}

void Access::set_disabled(std::string_view name, bool disabled, const Actor& by) {
  change_as(by, {disabled ? "user.disable" : "user.enable", user_name(name)},
            {.disabled = disabled});
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
                            fmt::format("'{}' was not granted '{}'; name one of: {}", user.name,
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

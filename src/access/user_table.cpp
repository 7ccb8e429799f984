#include "access/user_table.h"

#include "base/nearest_name.h"
#include "store/sealed_json.h"

#include "access/record.h"

#include <algorithm>
#include <set>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kWhat = "the table of users (access/users.json)";
constexpr int kFormat = 1;

json to_json(const Scope& scope) {
  json value{{"role", to_string(scope.role)}};
  if (scope.datasets) value["datasets"] = *scope.datasets;
  return value;
}

json to_json(const ApiToken& token) {
  return {{"id", token.id},
          {"name", token.name},
          {"hash", token.hash},
          {"scope", to_json(token.scope)},
          {"created", to_utc(token.created)},
          {"expires", to_utc(token.expires)}};
}

json to_json(const User& user) {
  json tokens = json::array();
  for (const ApiToken& token : user.tokens) tokens.push_back(to_json(token));
  json value{{"name", user.name},
             {"id", user.id},
             {"role", to_string(user.role)},
             {"grants", user.grants},
             {"disabled", user.disabled},
             {"password_hash", user.password_hash},
             {"created", to_utc(user.created)},
             {"generation", user.generation},
             {"tokens", std::move(tokens)}};
  if (user.subject) {
    value["subject"] = {{"issuer", user.subject->issuer}, {"id", user.subject->id}};
  }
  return value;
}

Grants grants_from(const json& list) {
  const auto names = list.get<std::vector<std::string>>();
  for (const std::string& name : names) check_grant(name);
  return {names.begin(), names.end()};
}

Scope scope_from(const json& value) {
  Scope scope{.role = parse_role(value.at("role").get<std::string>())};
  if (value.contains("datasets")) scope.datasets = grants_from(value.at("datasets"));
  return scope;
}

ApiToken token_from(const json& value) {
  ApiToken token{.id = value.at("id").get<std::string>(),
                 .name = value.at("name").get<std::string>(),
                 .hash = value.at("hash").get<std::string>(),
                 .scope = scope_from(value.at("scope")),
                 .created = from_utc(value.at("created").get<std::string>()),
                 .expires = from_utc(value.at("expires").get<std::string>())};
  check_token_name(token.name);
  return token;
}

User user_from(const json& value) {
  User user{.name = user_name(value.at("name").get<std::string>()),
            .id = value.at("id").get<std::string>(),
            .role = parse_role(value.at("role").get<std::string>()),
            .grants = grants_from(value.at("grants")),
            .disabled = value.at("disabled").get<bool>(),
            .password_hash = value.at("password_hash").get<std::string>(),
            .created = from_utc(value.at("created").get<std::string>()),
            .generation = value.at("generation").get<std::int64_t>()};
  for (const json& token : value.at("tokens")) user.tokens.push_back(token_from(token));
  if (value.contains("subject")) {
    const json& subject = value.at("subject");
    user.subject = Subject{subject.at("issuer").get<std::string>(),  //
                           subject.at("id").get<std::string>()};
    check_subject(*user.subject);
  }
  return user;
}

UserTable table_from(const json& record) {
  if (record.at("format") != kFormat) {
    throw Error(ErrorCode::newer_version,
                fmt::format("{} was written by a newer forecart; use that", kWhat));
  }
  UserTable table{.revision = record.at("revision").get<std::int64_t>(), .users = {}};
  for (const json& value : record.at("users")) {
    User user = user_from(value);
    std::string name = user.name;
    if (!table.users.emplace(std::move(name), std::move(user)).second) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("{} names a user twice; see forecart fsck", kWhat));
    }
  }
  return table;
}

Error too_many(std::string_view what, std::size_t most) {
  return {ErrorCode::conflict,
          fmt::format("there would be more than {} {}; remove some first", most, what)};
}

void check_sizes(const UserTable& table) {
  if (table.users.size() > kMostUsers) throw too_many("users", kMostUsers);
  for (const auto& [name, user] : table.users) {
    if (user.tokens.size() > kMostTokens) throw too_many("tokens of a user", kMostTokens);
    if (user.grants.size() > kMostGrants) throw too_many("grants of a user", kMostGrants);
    for (const ApiToken& token : user.tokens) {
      const bool many = token.scope.datasets && token.scope.datasets->size() > kMostGrants;
      if (many) throw too_many("data sets of a token", kMostGrants);
    }
  }
}

void check_subjects(const UserTable& table) {
  std::set<std::pair<std::string, std::string>> known;
  for (const auto& [name, user] : table.users) {
    if (!user.subject || known.emplace(user.subject->issuer, user.subject->id).second) continue;
    throw Error(
        ErrorCode::conflict,
        fmt::format(
            "somebody else signs in with the subject of '{}' already; take it from them first",
            name));
  }
}

}  // namespace

User& UserTable::at(std::string_view name) {
  return const_cast<User&>(std::as_const(*this).at(name));  // NOLINT: the same of what is ours
}

const User& UserTable::at(std::string_view name) const {
  if (const User* const user = find(name)) return *user;
  std::vector<std::string> names;
  for (const auto& [known, user] : users) names.push_back(known);
  const std::string nearest = nearest_name(std::string(name), names);
  throw Error(ErrorCode::unknown_name,
              fmt::format("there is no user '{}'; {}", name,
                          nearest.empty() ? "forecart user list tells who there is"
                                          : fmt::format("did you mean '{}'?", nearest)));
}

const User* UserTable::find(std::string_view name) const {
  const auto found = users.find(name);
  return found == users.end() ? nullptr : &found->second;
}

void check_table(const UserTable& table) {
  check_sizes(table);
  check_subjects(table);
  const bool has_admin = std::any_of(table.users.begin(), table.users.end(), [](const auto& entry) {
    return entry.second.role == Role::admin && !entry.second.disabled;
  });
  if (has_admin || (table.users.empty() && table.revision == 0)) return;
  throw Error(
      ErrorCode::conflict,
      table.revision <= 1
          ? "the first user has to be an admin, who may make others: use the role admin"
          : "there would be no admin left who is not disabled; make another user admin first");
}

std::string to_text(const UserTable& table) {
  json users = json::array();
  for (const auto& [name, user] : table.users) users.push_back(to_json(user));
  return sealed_text(
      {{"format", kFormat}, {"revision", table.revision}, {"users", std::move(users)}});
}

UserTable parse_user_table(std::string_view text) {
  return read_record(text, kWhat, [](const json& record) {
    try {
      return table_from(record);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::newer_version) throw;
      throw Error(ErrorCode::bad_data,
                  fmt::format("{} is damaged: {}; see forecart fsck", kWhat, error.what()));
    }
  });
}

}  // namespace forecart

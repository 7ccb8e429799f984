#include "cli/user_commands.h"

#include "base/error.h"
#include "cli/password_input.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

json shown(const User& user) {
  json value{{"name", user.name},
             {"role", to_string(user.role)},
             {"datasets", user.grants},
             {"disabled", user.disabled},
             {"password", !user.password_hash.empty()},
             {"created", format_instant(user.created, TimeZone::named("UTC"))},
             {"tokens", user.tokens.size()}};
  if (user.subject) value["oidc"] = {{"issuer", user.subject->issuer}, {"id", user.subject->id}};
  return value;
}

ExitStatus list(const UserFlags& flags) {
  LocalAccess access(flags.repository);
  const std::vector<User> users = access->users();
  if (flags.common.json) {
    json all = json::array();
    for (const User& user : users) all.push_back(shown(user));
    print_json({{"users", std::move(all)}});
    return ExitStatus::ok;
  }
  if (users.empty()) {
    print_note("there is no user yet; make one with: forecart user add NAME --role admin");
    return ExitStatus::ok;
  }
  std::vector<std::vector<std::string>> rows{{"name", "role", "data sets", "tokens", ""}};
  for (const User& user : users) {
    const std::string seen =
        user.role == Role::admin ? kAllDatasets : fmt::format("{}", fmt::join(user.grants, " "));
    rows.push_back({user.name, to_string(user.role), seen.empty() ? "-" : seen,
                    std::to_string(user.tokens.size()), user.disabled ? "disabled" : ""});
  }
  print_text(columns(rows));
  return ExitStatus::ok;
}

ExitStatus add(const UserFlags& flags) {
  if (flags.issuer.empty() != flags.subject.empty()) {
    throw Error(ErrorCode::usage, "--issuer and --subject go together; give both or none");
  }
  if (flags.no_password && flags.password_stdin) {
    throw Error(ErrorCode::usage, "--no-password and --password-stdin exclude each other");
  }
  LocalAccess access(flags.repository);
  NewUser user{
      .name = flags.name, .role = parse_role(flags.role), .grants = access.known(flags.datasets)};
  if (!flags.subject.empty()) user.subject = Subject{flags.issuer, flags.subject};
  if (!flags.no_password) {
    user.password = read_password(flags.name, flags.password_stdin);
    check_password(user.password, user.name);
  }
  access->add_user(user, local_actor());
  return tell_done(flags, "add",
                   fmt::format("user '{}' was added as {}", user_name(flags.name), flags.role));
}

ExitStatus password(const UserFlags& flags) {
  LocalAccess access(flags.repository);
  access->set_password(flags.name, read_password(flags.name, flags.password_stdin), local_actor());
  return tell_done(flags, "password",
                   fmt::format("the password of '{}' was set, all sessions ended", flags.name));
}

ExitStatus role(const UserFlags& flags) {
  LocalAccess access(flags.repository);
  access->set_role(flags.name, parse_role(flags.role), local_actor());
  return tell_done(flags, "role", fmt::format("'{}' is {} now", flags.name, flags.role));
}

ExitStatus grant(const UserFlags& flags) {
  LocalAccess access(flags.repository);
  access->grant(flags.name, access.known(flags.datasets), local_actor());
  return tell_done(flags, "grant",
                   fmt::format("'{}' sees {} now", flags.name, fmt::join(flags.datasets, ", ")));
}

ExitStatus revoke(const UserFlags& flags) {
  LocalAccess access(flags.repository);
  access->revoke(flags.name, {flags.datasets.begin(), flags.datasets.end()}, local_actor());
  return tell_done(
      flags, "revoke",
      fmt::format("'{}' was granted {} no more", flags.name, fmt::join(flags.datasets, ", ")));
}

ExitStatus disable(const UserFlags& flags) {
  LocalAccess(flags.repository)->set_disabled(flags.name, true, local_actor());
  return tell_done(flags, "disable",
                   fmt::format("'{}' is disabled, all sessions ended", flags.name));
}

ExitStatus enable(const UserFlags& flags) {
  LocalAccess(flags.repository)->set_disabled(flags.name, false, local_actor());
  return tell_done(flags, "enable", fmt::format("'{}' may sign in again", flags.name));
}

ExitStatus remove(const UserFlags& flags) {
  LocalAccess(flags.repository)->remove_user(flags.name, local_actor());
  return tell_done(flags, "remove",
                   fmt::format("'{}' was removed, with sessions and tokens", flags.name));
}

ExitStatus sign_out(const UserFlags& flags) {
  LocalAccess(flags.repository)->sign_out_everywhere(flags.name, local_actor());
  return tell_done(flags, "sign-out", fmt::format("all sessions of '{}' ended", flags.name));
}

void add_name(CLI::App& command, UserFlags& flags) {
  command.add_option("name", flags.name, "the user")->required()->type_name("NAME");
}

void add_role_option(CLI::App& command, const std::string& name, UserFlags& flags) {
  command
      .add_option(name, flags.role, "viewer (looks), analyst (changes data), admin (everything)")
      ->required()
      ->type_name("ROLE");
}

void add_datasets(CLI::App& command, UserFlags& flags) {
  command.add_option("datasets", flags.datasets, "data sets, or '*' for all")
      ->required()
      ->type_name("DATASET");
}

void add_stdin_flag(CLI::App& command, UserFlags& flags) {
  command.add_flag("--password-stdin", flags.password_stdin,
                   "take the password from the first line of stdin");
}

void add_add_command(CLI::App& user, Command& chosen) {
  const auto flags = std::make_shared<UserFlags>();
  CLI::App* const command = add_user_action(user, "add", "Add a user", flags);
  add_name(*command, *flags);
  add_role_option(*command, "--role", *flags);
  command->add_option("--grant", flags->datasets, "a data set that the user sees, or '*' for all")
      ->type_name("DATASET");
  add_stdin_flag(*command, *flags);
  command->add_flag("--no-password", flags->no_password, "the user signs in another way");
  command->add_option("--issuer", flags->issuer, "address of a provider of OpenID Connect");
  command->add_option("--subject", flags->subject, "who the user is there (sub)");
  command->footer(
      "A password has 12 to 128 characters and is none of the commonest; it is typed, or comes by "
      "stdin, and never is an argument.\nExamples:\n"
      "  forecart user add ann --role analyst --grant orders --repository shop\n"
      "  forecart user add oda --role viewer --no-password --issuer https://id.example --subject "
      "42 "
      "--repository shop");
  choose(*command, flags, chosen, add);
}

/// One that takes a name and nothing else.
void add_plain(CLI::App& user, Command& chosen, const std::pair<std::string, std::string>& named,
               UserAction action) {
  const auto flags = std::make_shared<UserFlags>();
  CLI::App* const command = add_user_action(user, named.first, named.second, flags);
  add_name(*command, *flags);
  choose(*command, flags, chosen, action);
}

void add_granting(CLI::App& user, Command& chosen, const std::pair<std::string, std::string>& named,
                  UserAction action) {
  const auto flags = std::make_shared<UserFlags>();
  CLI::App* const command = add_user_action(user, named.first, named.second, flags);
  add_name(*command, *flags);
  add_datasets(*command, *flags);
  command->footer(fmt::format("Example:\n  forecart user {} ann orders returns --repository shop",
                              named.first));
  choose(*command, flags, chosen, action);
}

void add_role_command(CLI::App& user, Command& chosen) {
  const auto flags = std::make_shared<UserFlags>();
  CLI::App* const command =
      add_user_action(user, "role", "Change what a user may do; ends the user's sessions", flags);
  add_name(*command, *flags);
  add_role_option(*command, "role", *flags);
  command->footer("Example:\n  forecart user role ann admin --repository shop");
  choose(*command, flags, chosen, role);
}

void add_password_command(CLI::App& user, Command& chosen) {
  const auto flags = std::make_shared<UserFlags>();
  CLI::App* const command =
      add_user_action(user, "password", "Set a user's password; ends the user's sessions", flags);
  add_name(*command, *flags);
  add_stdin_flag(*command, *flags);
  choose(*command, flags, chosen, password);
}

}  // namespace

Grants LocalAccess::known(const std::vector<std::string>& datasets) const {
  for (const std::string& dataset : datasets) {
    if (dataset != kAllDatasets) repository_.require_dataset(dataset);
  }
  return {datasets.begin(), datasets.end()};
}

Actor local_actor() {
  const passwd* const known = getpwuid(getuid());
  return {fmt::format("local:{}", known == nullptr ? std::to_string(getuid()) : known->pw_name),
          ""};
}

ExitStatus tell_done(const UserFlags& flags, const std::string& done, const std::string& text) {
  if (flags.common.json) {
    print_json({{"user", user_name(flags.name)}, {"done", done}});
  } else {
    print_note(text);
  }
  return ExitStatus::ok;
}

std::string columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

CLI::App* add_user_action(CLI::App& parent, const std::string& name, const std::string& what,
                          const std::shared_ptr<UserFlags>& flags) {
  CLI::App* const command = parent.add_subcommand(name, what);
  add_repository_flag(*command, flags->repository);
  flags->common.add_to(*command);
  return command;
}

void choose(CLI::App& command, const std::shared_ptr<UserFlags>& flags, Command& chosen,
            UserAction action) {
  command.callback(
      [flags, &chosen, action] { chosen = [flags, action] { return action(*flags); }; });
}

void add_user_command(CLI::App& app, Command& chosen) {
  auto* const user = app.add_subcommand(
      "user", "Say who may what in a repository: users, their data sets, tokens, the audit");
  user->require_subcommand(1);
  user->footer(
      "Examples:\n"
      "  forecart user add root --role admin --repository shop\n"
      "  forecart user add ann --role analyst --grant orders --repository shop\n"
      "  forecart user token add ann nightly --role analyst --repository shop\n"
      "A running forecart serve knows of changes within 5 s. Each is told to the audit.");
  const auto listing = std::make_shared<UserFlags>();
  choose(*add_user_action(*user, "list", "List all users", listing), listing, chosen, list);
  add_add_command(*user, chosen);
  add_password_command(*user, chosen);
  add_role_command(*user, chosen);
  add_granting(*user, chosen, {"grant", "Let a user see data sets"}, grant);
  add_granting(*user, chosen, {"revoke", "Take data sets from a user"}, revoke);
  add_plain(*user, chosen, {"disable", "Let a user in no more, nor the user's tokens"}, disable);
  add_plain(*user, chosen, {"enable", "Let a disabled user in again"}, enable);
  add_plain(*user, chosen, {"sign-out", "End all sessions of a user"}, sign_out);
  add_plain(*user, chosen, {"remove", "Remove a user with sessions and tokens"}, remove);
  add_user_token_commands(*user, chosen);
  add_user_audit_command(*user, chosen);
}

}  // namespace forecart

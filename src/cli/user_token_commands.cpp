#include "base/error.h"
#include "cli/number_checks.h"
#include "cli/user_commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

std::string utc(Instant at) {
  return format_instant(at, TimeZone::named("UTC"));
}

ExitStatus add(const UserFlags& flags) {
  LocalAccess access(flags.repository);
  NewToken token{.user = flags.name,
                 .name = flags.token,
                 .scope = {.role = parse_role(flags.role)},
                 .valid = std::chrono::days(static_cast<int>(flags.days))};
  if (!flags.datasets.empty()) token.scope.datasets = access.known(flags.datasets);
  const IssuedToken issued = access->add_token(token, local_actor());
  if (flags.common.json) {
    print_json({{"user", user_name(flags.name)},
                {"id", issued.token.id},
                {"token", issued.secret},
                {"expires", utc(issued.token.expires)}});
    return ExitStatus::ok;
  }
  print_text(issued.secret + "\n");
  print_note(fmt::format("this is the only time it is shown; its id is {}, it is good until {}",
                         issued.token.id, utc(issued.token.expires)));
  return ExitStatus::ok;
}

json shown(LocalAccess& access, const User& user, const ApiToken& token) {
  const auto used = access->last_used(token);
  return {{"user", user.name},
          {"id", token.id},
          {"name", token.name},
          {"role", to_string(token.scope.role)},
          {"datasets", token.scope.datasets ? json(*token.scope.datasets) : json()},
          {"created", utc(token.created)},
          {"expires", utc(token.expires)},
          {"last_used", used ? json(utc(*used)) : json()}};
}

ExitStatus list(const UserFlags& flags) {
  LocalAccess access(flags.repository);
  const std::string only = flags.name.empty() ? "" : user_name(flags.name);
  json all = json::array();
  for (const User& user : access->users()) {
    if (!only.empty() && user.name != only) continue;
    for (const ApiToken& token : user.tokens) all.push_back(shown(access, user, token));
  }
  if (flags.common.json) {
    print_json({{"tokens", all}});
    return ExitStatus::ok;
  }
  std::vector<std::vector<std::string>> rows{
      {"id", "user", "name", "role", "data sets", "good until", "last used"}};
  for (const json& token : all) {
    const json& datasets = token["datasets"];
    const auto used = token["last_used"];
    rows.push_back({token["id"], token["user"], token["name"], token["role"],
                    datasets.is_null() ? "as the user"
                                       : fmt::format("{}", fmt::join(datasets.get<Grants>(), " ")),
                    token["expires"], used.is_null() ? "-" : used.get<std::string>()});
  }
  print_text(columns(rows));
  return ExitStatus::ok;
}

ExitStatus revoke(const UserFlags& flags) {
  LocalAccess(flags.repository)->revoke_token(flags.name, flags.token, local_actor());
  return tell_done(flags, "token revoke",
                   fmt::format("token {} of '{}' is good no more", flags.token, flags.name));
}

ExitStatus audit(const UserFlags& flags) {
  LocalAccess access(flags.repository);
  const Instant now = system_now();
  const auto entries =
      access->audit().read({.from = now - std::chrono::days(static_cast<int>(flags.days)),
                            .to = now + std::chrono::hours(1),
                            .most = flags.most});
  if (flags.common.json) {
    json all = json::array();
    for (const AuditEntry& entry : entries) all.push_back(to_json(entry));
    print_json({{"entries", std::move(all)}});
    return ExitStatus::ok;
  }
  std::vector<std::vector<std::string>> rows{
      {"at", "who", "from", "what", "on", "outcome", "detail"}};
  for (const AuditEntry& entry : entries) {
    rows.push_back({utc(entry.at), entry.by.who.empty() ? "(stranger)" : entry.by.who,
                    entry.by.address.empty() ? "-" : entry.by.address, entry.what,
                    entry.on.empty() ? "-" : entry.on, entry.outcome,
                    entry.detail.is_null() ? "" : entry.detail.dump()});
  }
  print_text(columns(rows));
  return ExitStatus::ok;
}

void add_adding(CLI::App& token, Command& chosen) {
  const auto flags = std::make_shared<UserFlags>();
  flags->role = "viewer";
  CLI::App* const command =
      add_user_action(token, "add", "Make a token and print it, this once", flags);
  command->add_option("user", flags->name, "whose token it is")->required()->type_name("USER");
  command->add_option("name", flags->token, "what it is for")->required()->type_name("NAME");
  command->add_option("--role", flags->role, "what it may do: at most what the user may")
      ->capture_default_str();
  command->add_option("--only", flags->datasets, "a data set that it is for [all of the user]")
      ->type_name("DATASET");
  command->add_option("--days", flags->days, "so long it is good")
      ->check(whole_number(1, static_cast<std::uint64_t>(kLongestToken.count())))
      ->capture_default_str();
  command->footer(
      "Example:\n  forecart user token add ann nightly --role analyst --only orders --repository "
      "shop");
  choose(*command, flags, chosen, add);
}

}  // namespace

void add_user_token_commands(CLI::App& user, Command& chosen) {
  auto* const token = user.add_subcommand("token", "Secrets for programs: add, list, revoke");
  token->require_subcommand(1);
  add_adding(*token, chosen);
  const auto listing = std::make_shared<UserFlags>();
  CLI::App* const listed = add_user_action(*token, "list", "List tokens", listing);
  listed->add_option("user", listing->name, "only of this user [all]")->type_name("USER");
  choose(*listed, listing, chosen, list);
  const auto revoking = std::make_shared<UserFlags>();
  CLI::App* const revoked = add_user_action(*token, "revoke", "End a token", revoking);
  revoked->add_option("user", revoking->name, "whose token it is")->required()->type_name("USER");
  revoked->add_option("id", revoking->token, "as list shows it")->required()->type_name("ID");
  choose(*revoked, revoking, chosen, revoke);
}

void add_user_audit_command(CLI::App& user, Command& chosen) {
  constexpr std::uint64_t kMostDays = 36500;
  const auto flags = std::make_shared<UserFlags>();
  CLI::App* const command =
      add_user_action(user, "audit", "Show who did what, newest first", flags);
  command->add_option("--days", flags->days, "of the last so many days")
      ->check(whole_number(1, kMostDays))
      ->capture_default_str();
  command->add_option("--most", flags->most, "so many entries")
      ->check(whole_number(1, kMostEntries))
      ->capture_default_str();
  choose(*command, flags, chosen, audit);
}

}  // namespace forecart

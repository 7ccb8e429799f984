#include "access/access.h"

#include "base/ascii.h"
#include "base/error.h"

#include "access/audited.h"
#include "access/secret.h"
#include <fmt/format.h>

namespace forecart {

namespace {

/// Users who changed an instant ago at another process are looked for again, this often at most.
constexpr std::chrono::milliseconds kLookAgain{1000};

/// As failures are counted: what is no name at all is counted too, but not kept at any length.
std::string account_of(std::string_view typed) {
  return ascii_lower(typed.substr(0, kLongestName));
}

}  // namespace

Instant system_now() {
  return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
}

Access::Access(ObjectStore& store, AccessOptions options)
    : store_(store),
      options_(std::move(options)),
      hasher_(options_.hash),
      directory_(store, options_.sessions.freshness, options_.clock),
      budget_(options_.budget, options_.clock),
      sessions_(store, budget_, options_.sessions, options_.clock),
      guard_(options_.sign_in, options_.clock),
      audit_(store, options_.clock) {}

SignIn Access::sign_in(std::string_view name, std::string_view password, const Caller& caller) {
  const std::string account = account_of(name);
  const auto wait = guard_.begin(account, caller.address);
  if (wait.count() > 0) return locked(wait, account, caller);
  const UserPtr user = directory_.newest()->find(account);
  if (!is_right(user, account, password, caller)) return refused(user.get(), "password", caller);
  if (user->disabled) return refused(user.get(), "disabled", caller);
  guard_.succeeded(account, caller.address);
  if (hasher_.is_outdated(user->password_hash)) renew_hash(*user, password);
  return granted(user, caller);
}

/// Who it is, is proven here: so they may know why not, and an admin whom to add.
SignIn Access::sign_in(const Subject& subject, const Caller& caller) {
  const UserPtr user = directory_.newest()->find(subject);
  if (user != nullptr && !user->disabled) return granted(user, caller);
  AuditEntry entry{.by = {"", caller.address}, .what = "session.begin", .outcome = "refused"};
  entry.on = user == nullptr ? "" : user->name;
  entry.detail = {{"why", user == nullptr ? "unknown subject" : "disabled"},
                  {"issuer", subject.issuer},
                  {"subject", subject.id}};
  audit_.write_bounded(std::move(entry));
  return {.outcome = user == nullptr ? SignIn::Outcome::refused : SignIn::Outcome::disabled};
}

std::optional<Principal> Access::of_session(std::string_view secret, std::string_view address) {
  const auto session = sessions_.find(secret, address);
  if (!session) return std::nullopt;
  UserPtr user = directory_.users()->find(session->user);
  const bool is_behind = user == nullptr || user->generation < session->generation;
  if (is_behind) user = directory_.newer_than(kLookAgain)->find(session->user);
  const bool holds = user != nullptr && user->id == session->user_id &&
                     user->generation == session->generation && !user->disabled;
  return holds ? std::optional(Principal(user)) : std::nullopt;
}

std::optional<Principal> Access::of_token(std::string_view secret, std::string_view address) {
  if (!is_secret(SecretKind::token, secret)) return std::nullopt;
  const std::string hash = secret_hash(secret);
  auto found = directory_.users()->find_token(hash);
  if (!found) found = directory_.newer_than(kLookAgain)->find_token(hash);
  if (!found) return std::nullopt;
  const auto& [user, token] = *found;
  if (user->disabled || options_.clock() >= token->expires) return std::nullopt;
  tell_used(*token, address);
  return Principal(user, *token);
}

void Access::sign_out(std::string_view secret, const Actor& by) {
  audited(by, {"session.end", by.who}, [&] { sessions_.end(secret); });
}

SignIn Access::change_password(const Principal& who, std::string_view old_password,
                               std::string_view new_password, const Caller& caller) {
  const std::string& name = who.name();
  check_password(new_password, name);
  const auto wait = guard_.begin(name, caller.address);
  if (wait.count() > 0) return locked(wait, name, caller);
  const UserPtr user = directory_.newest()->find(name);
  const bool same = user != nullptr && user->id == who.user().id && !user->disabled;
  if (!is_right(same ? user : nullptr, name, old_password, caller)) {
    return refused(user.get(), "password", caller);
  }
  guard_.succeeded(name, caller.address);
  set_password(name, new_password, {name, caller.address});
  return granted(directory_.newest()->find(name), caller);
}

/// Takes as long for nobody. An attempt that nobody could look at is none.
bool Access::is_right(const UserPtr& user, const std::string& account, std::string_view password,
                      const Caller& caller) {
  try {
    return hasher_.verify(user == nullptr ? "" : user->password_hash, password);
  } catch (...) {
    guard_.withdrawn(account, caller.address);
    throw;
  }
}

SignIn Access::granted(const UserPtr& user, const Caller& caller) {
  if (!caller.session.empty()) sessions_.end(caller.session);
  SignIn result{.outcome = SignIn::Outcome::granted,
                .session = sessions_.start(*user, caller.address),
                .principal = Principal(user)};
  audit_.write({.by = {user->name, caller.address}, .what = "session.begin", .on = user->name});
  sweep_now_and_then();
  return result;
}

/// The name that was typed is told only where somebody has it: people type passwords there.
SignIn Access::refused(const User* user, const std::string& why, const Caller& caller) {
  audit_.write_bounded({.by = {"", caller.address},
                        .what = "session.begin",
                        .on = user == nullptr ? "" : user->name,
                        .outcome = "refused",
                        .detail = {{"why", user == nullptr ? "unknown" : why}}});
  return {.outcome = SignIn::Outcome::refused};
}

SignIn Access::locked(std::chrono::seconds wait, const std::string& account, const Caller& caller) {
  const bool known = directory_.users()->find(account) != nullptr;
  audit_.write_bounded({.by = {"", caller.address},
                        .what = "session.begin",
                        .on = known ? account : "",
                        .outcome = "locked"});
  return {.outcome = SignIn::Outcome::locked, .retry = wait};
}

/// A hash of an earlier cost becomes one of today's, as the password is known at this moment. Not
/// worth failing for: the next sign-in tries again.
void Access::renew_hash(const User& user, std::string_view password) {
  try {
    const std::string hash = hasher_.hash(password);
    directory_.change([&](UserTable& table) {
      User& now = table.at(user.name);
      if (now.password_hash == user.password_hash) now.password_hash = hash;
    });
  } catch (const Error&) {
    return;
  }
}

/// To the hour, so that using a token costs no writes; without the note it works as well.
void Access::tell_used(const ApiToken& token, std::string_view address) {
  const Instant now = options_.clock();
  {
    const std::scoped_lock lock(mutex_);
    Instant& told = used_[token.id];
    if (now - told < kUseToldEvery) return;
    told = now;
  }
  try {
    store_.put(used_key(token.id), used_text(now, address));
  } catch (const Error&) {
    return;
  }
}

void Access::sweep_now_and_then() {
  {
    const std::scoped_lock lock(mutex_);
    const Instant now = options_.clock();
    if (now - swept_ < std::chrono::hours(1)) return;
    swept_ = now;
  }
  sessions_.sweep();
}

Actor actor_of(const Principal& principal, std::string_view address) {
  const std::string& token = principal.token_id();
  return {token.empty() ? principal.name() : fmt::format("{}/token:{}", principal.name(), token),
          std::string(address)};
}

}  // namespace forecart

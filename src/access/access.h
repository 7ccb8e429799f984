#pragma once

#include "access/audit.h"
#include "access/password.h"
#include "access/principal.h"
#include "access/sessions.h"
#include "access/sign_in_guard.h"
#include "access/user_directory.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace forecart {

Instant system_now();

struct AccessOptions {
  HashCost hash = {};
  SessionLimits sessions = {};
  SignInLimits sign_in = {};
  BudgetLimits budget = {};
  std::chrono::seconds first_admin_valid{24 * 3600};
  std::function<Instant()> clock = system_now;
};

/// What came of an attempt to sign in.
struct SignIn {
  enum class Outcome {
    granted,
    refused,   ///< name, password, link or subject are not right, or the user is disabled: never
               ///< which
    disabled,  ///< the user is, of whom a provider has said who it is
    locked,    ///< too many failures: nothing was looked at
  };
  Outcome outcome = Outcome::refused;
  std::optional<NewSession> session = {};   ///< where granted
  std::optional<Principal> principal = {};  ///< where granted
  std::chrono::seconds retry{0};            ///< where locked: the earliest next attempt
};

/// Where a request comes from.
struct Caller {
  std::string address;
  std::string session = {};  ///< secret of the session it shows, if any: ended by a sign-in
};

/// A session as its user may see it.
struct OwnSession {
  std::string id;  ///< digits of the hash of its secret, to name it by
  Instant created;
  Instant seen;      ///< the last use that was told, a minute old at most
  std::string from;  ///< address of that
  Instant expires;
  bool is_this = false;  ///< the one that asks
};

struct NewUser {
  std::string name;
  Role role = Role::viewer;
  Grants grants = {};
  std::string password = {};  ///< "": none, so that the user cannot sign in by one
  std::optional<Subject> subject = {};
};

/// What becomes different of a user; what has no value stays as it is.
struct UserChange {
  std::optional<std::string> password = {};
  std::optional<Role> role = {};
  std::optional<bool> disabled = {};
  std::optional<Grants> grants = {};                   ///< in place of those before
  std::optional<std::optional<Subject>> subject = {};  ///< nothing inside: none any more
};

struct NewToken {
  std::string user;
  std::string name;
  Scope scope = {};
  std::chrono::days valid{90};  ///< kLongestToken at most
};

inline constexpr std::chrono::days kLongestToken{366};
inline constexpr std::chrono::hours kUseToldEvery{1};  ///< of a token that it is in use

/// A token that was just made.
struct IssuedToken {
  std::string secret;  ///< to show once; it is nowhere else
  ApiToken token;
};

/// Who may what in a repository: users, sessions, tokens and the audit of their changes, over the
/// store alone. Every change is told to the audit, refused ones too; what was changed stays changed
/// where the audit cannot be written, and the error is thrown. Safe for several threads; the store
/// must outlive it. Names of users are taken in any case (user_name).
///
/// Throws Error: invalid_value for what is not allowed, unknown_name for a user or token there is
/// not, conflict where a user is there already or the last admin would go, bad_data where what the
/// store holds was damaged, unavailable where too much is asked at once or the store is away.
class Access {
 public:
  explicit Access(ObjectStore& store, AccessOptions options = {});

  // At the door.

  SignIn sign_in(std::string_view name, std::string_view password, const Caller& caller);
  /// After a provider of OpenID Connect has said who it is.
  SignIn sign_in(const Subject& subject, const Caller& caller);
  /// Nothing where the secret is none of a session that is still good, as of 5 s ago at most.
  std::optional<Principal> of_session(std::string_view secret, std::string_view address);
  /// The same of a token.
  std::optional<Principal> of_token(std::string_view secret, std::string_view address);
  /// The same for a thread that may not wait: nothing where the store would have to be asked, or
  /// told.
  std::optional<std::optional<Principal>> recall_session(std::string_view secret);
  std::optional<std::optional<Principal>> recall_token(std::string_view secret);
  void sign_out(std::string_view secret, const Actor& by);
  /// The user's own: asks for the old one, ends all sessions and begins another.
  SignIn change_password(const Principal& user, std::string_view old_password,
                         std::string_view new_password, const Caller& caller);

  // One's own sessions.

  /// Those of a user that go on, the last used first; `secret` is that of the one who asks.
  std::vector<OwnSession> sessions_of(const Principal& user, std::string_view secret);
  /// By its id; throws Error unknown_name where the user has none of it.
  void end_session(const Principal& user, std::string_view id, const Actor& by);
  /// All but that of `secret`; how many.
  std::size_t end_other_sessions(const Principal& user, std::string_view secret, const Actor& by);

  // The first admin.

  bool has_users();
  /// The secret of a link by which somebody becomes the first admin, good for a day and until the
  /// next is made; nothing where there are users.
  std::optional<std::string> offer_first_admin();
  /// Makes that admin, and signs in; of many at once one is granted. A password or name that is not
  /// allowed leaves the link as it is.
  SignIn redeem_first_admin(std::string_view secret, std::string_view name,
                            std::string_view password, const Caller& caller);

  // Users and tokens, for admins, and tokens for their users.

  std::vector<User> users();
  /// Until when sign-ins by password are refused at this process; nothing where they are not.
  std::optional<Instant> locked_until(const User& user) { return guard_.locked_until(user.name); }
  void add_user(const NewUser& user, const Actor& by);
  void remove_user(std::string_view name, const Actor& by);
  /// All of it, or nothing where any of it is not allowed. Where another password, role or subject
  /// comes of it, or the user is disabled or enabled, their sessions end.
  void change_user(std::string_view name, const UserChange& change, const Actor& by);
  /// The same of one.
  void set_password(std::string_view name, std::string_view password, const Actor& by);
  void set_role(std::string_view name, Role role, const Actor& by);
  void set_disabled(std::string_view name, bool disabled, const Actor& by);
  void sign_out_everywhere(std::string_view name, const Actor& by);
  void grant(std::string_view name, const Grants& datasets, const Actor& by);
  void revoke(std::string_view name, const Grants& datasets, const Actor& by);

  /// Its role is at most the user's, its data sets are such as the user sees.
  IssuedToken add_token(const NewToken& token, const Actor& by);
  /// By its id.
  void revoke_token(std::string_view user, std::string_view id, const Actor& by);
  /// When a token was last used, to the hour; nothing where it was not.
  std::optional<Instant> last_used(const ApiToken& token);

  Audit& audit() { return audit_; }

 private:
  using UserPtr = std::shared_ptr<const User>;

  /// A change as the audit tells it.
  struct Told {
    std::string what;
    std::string on;
    nlohmann::json detail = {};
  };

  template <typename Do>
  void audited(const Actor& by, Told told, const Do& change);
  SignIn granted(const UserPtr& user, const Caller& caller);
  SignIn refused(const User* user, const std::string& why, const Caller& caller);
  SignIn locked(std::chrono::seconds wait, const std::string& account, const Caller& caller);
  bool is_right(const UserPtr& user, const std::string& account, std::string_view password,
                const Caller& caller);
  bool is_first_admin_link(std::string_view secret, std::string_view address);
  bool add_first(const User& admin);
  User made(const NewUser& user);
  void change_as(const Actor& by, const Told& told, const UserChange& change);
  void edit_user(const Actor& by, const Told& told, const std::function<void(User&)>& edit);
  void renew_hash(const User& user, std::string_view password);
  void tell_used(const ApiToken& token, std::string_view address);
  void sweep_now_and_then();

  ObjectStore& store_;
  AccessOptions options_;
  PasswordHasher hasher_;
  UserDirectory directory_;
  ReadBudget budget_;
  Sessions sessions_;
  SignInGuard guard_;
  Audit audit_;
  std::mutex mutex_;                               ///< of what follows
  std::unordered_map<std::string, Instant> used_;  ///< when the store was told, by ids of tokens
  Instant swept_;
};

/// "ann", or "ann/token:3fa9c1d2e4b7".
Actor actor_of(const Principal& principal, std::string_view address);

}  // namespace forecart

#pragma once

#include "store/store.h"

#include "access/read_budget.h"
#include "access/session_cache.h"
#include "access/session_record.h"
#include "access/user.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// How long sessions last: NIST SP 800-63B 4.2.3 and ASVS 3.3.2 ask for a new sign-in after 12 h,
/// and after 30 minutes without use.
struct SessionLimits {
  std::chrono::seconds idle{30 * 60};
  std::chrono::seconds longest{12 * 3600};
  std::chrono::milliseconds freshness{5000};  ///< how old what is known of one may be
  std::chrono::seconds seen_every{60};        ///< so often the store is told that it is in use
  std::size_t most_kept = 10'000;             ///< in memory
};

/// What the browser gets; shown once.
struct NewSession {
  std::string secret;  ///< for the cookie
  std::string csrf;    ///< for the page
  Instant expires;     ///< at the latest
};

/// Sessions, in the store and for a while in memory. Safe for several threads.
class Sessions {
 public:
  using Clock = std::function<Instant()>;

  /// The budget pays for looks at the store for secrets that nobody here knows; both outlive this.
  Sessions(ObjectStore& store, ReadBudget& budget, const SessionLimits& limits, Clock clock);

  NewSession start(const User& user, std::string_view address);
  /// Nothing where there is none, or it has run out. Takes note that it is in use. Whether its user
  /// is as they were is for the caller to see. Throws Error unavailable where the budget is spent,
  /// and as the store does.
  std::optional<Session> find(std::string_view secret, std::string_view address);
  /// The same where it is known at once; what is not has no value.
  std::optional<std::optional<Session>> recall(std::string_view secret) const;
  void end(std::string_view secret);
  /// By the hash of its secret.
  void end_hash(const std::string& hash);
  /// Those of a user that have not ended, by the hashes of their secrets.
  std::map<std::string, Session> of(const User& user);
  /// Removes those that ran out and nobody asked for any more; how many.
  std::size_t sweep();

 private:
  bool has_run_out(const Session& session, Instant now) const;
  /// `address` is where it is in use, just now.
  std::optional<Session> load(const std::string& hash, std::string_view address, Instant now);
  std::optional<Session> loaded(const std::string& hash, std::string_view address, Instant now);
  bool tell_seen(const std::string& hash, Session& session, std::string_view address,
                 const std::string& tag);
  void forget(const std::string& hash, const Session& session);

  ObjectStore& store_;
  ReadBudget& budget_;
  SessionLimits limits_;
  Clock clock_;
  SessionCache cache_;
};

}  // namespace forecart

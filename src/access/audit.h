#pragma once

#include "base/time.h"
#include "store/store.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Who does something, as the audit tells it.
struct Actor {
  std::string who;      ///< "ann", "ann/token:3fa9…", "local:shop"; "" for a stranger
  std::string address;  ///< where from; "" on this host
};

/// One line of who did what. Never a secret, nothing of a customer.
struct AuditEntry {
  Actor by;
  std::string what;              ///< "user.role", "dataset.upload", "session.begin", ...
  std::string on = {};           ///< user, data set, token id
  std::string outcome = "done";  ///< or the code of the error, or "refused"
  nlohmann::json detail = {};    ///< a flat object of a few values, or null
  Instant at = {};               ///< given by Audit::write
  std::string stamp = {};        ///< the same; names the entry
};

/// Which entries to read.
struct AuditQuery {
  Instant from;             ///< first moment
  Instant to;               ///< first moment after
  std::size_t most = 100;   ///< kMostEntries at most
  std::string before = {};  ///< only entries older than the one of this stamp: the next page
};

inline constexpr std::size_t kMostEntries = 1000;

/// Who did what, written once: audit/<day>/<stamp>.json. Nothing here changes or removes an entry.
/// Safe for several threads.
class Audit {
 public:
  Audit(ObjectStore& store, std::function<Instant()> clock);

  /// Texts are cut to 256 bytes. Throws as the store does.
  void write(AuditEntry entry);
  /// The same of what strangers can cause as often as they like: beyond a few a minute they are
  /// counted, and the next one that is written tells how many went before.
  void write_bounded(AuditEntry entry);

  /// Newest first; an entry that is not as it was written is shown as `audit.damaged`, with its
  /// key. Throws Error invalid_value for a `most` or `before` that cannot be.
  std::vector<AuditEntry> read(const AuditQuery& query) const;

 private:
  std::vector<std::string> keys_between(Instant from, Instant to, const std::string& before,
                                        std::size_t most) const;

  ObjectStore& store_;
  std::function<Instant()> clock_;
  std::mutex mutex_;
  Instant minute_;  ///< when the present minute of bounded entries began
  std::size_t within_ = 0;
  std::size_t left_out_ = 0;
};

/// As the command line and the API show it.
nlohmann::json to_json(const AuditEntry& entry);

std::string to_text(const AuditEntry& entry);
/// Throws Error bad_data.
AuditEntry parse_audit_entry(std::string_view text);

}  // namespace forecart

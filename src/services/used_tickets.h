#pragma once

#include "base/time.h"

#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace forecart {

/// Tickets of sign-ins that have been used in this process, until they would expire anyway; under a
/// flood the oldest are forgotten first. Safe for several threads.
class UsedTickets {
 public:
  explicit UsedTickets(std::size_t most_kept = 200'000) : most_kept_(most_kept) {}

  /// Whether it is the first time. For tickets of a TicketOffice that have not expired.
  bool use(std::string_view ticket, Instant now);
  std::size_t size() const;

 private:
  std::size_t most_kept_;
  mutable std::mutex mutex_;
  std::set<std::string> used_;  ///< "<expiry>.<end of the HMAC>": the oldest first
};

}  // namespace forecart

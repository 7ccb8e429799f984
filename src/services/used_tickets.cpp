#include "services/used_tickets.h"

#include <algorithm>

namespace forecart {

namespace {

constexpr std::size_t kTail = 22;  ///< 132 bits of the HMAC

}  // namespace

/// Seconds since 1970 have ten digits until 2286, so their texts sort as they do.
bool UsedTickets::use(std::string_view ticket, Instant now) {
  const std::string expiry(ticket.substr(0, ticket.find('.')));
  const std::string tail(ticket.substr(ticket.size() - std::min(ticket.size(), kTail)));
  const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::scoped_lock lock(mutex_);
  used_.erase(used_.begin(), used_.lower_bound(std::to_string(second)));
  const bool is_first = used_.insert(expiry + "." + tail).second;
  while (used_.size() > most_kept_) used_.erase(used_.begin());
  return is_first;
}

std::size_t UsedTickets::size() const {
  const std::scoped_lock lock(mutex_);
  return used_.size();
}

}  // namespace forecart

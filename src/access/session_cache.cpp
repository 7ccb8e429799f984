#include "access/session_cache.h"

#include <algorithm>

namespace forecart {

SessionCache::Look SessionCache::look(const std::string& hash, Instant now) {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(hash);
  if (found == known_.end()) return {};
  order_.splice(order_.begin(), order_, found->second);
  Entry& entry = *found->second;
  if (!entry.session) return {.known = Known::gone};
  if (now < entry.fresh_until) return {Known::fresh, entry.session};
  entry.fresh_until = now + freshness_;
  return {Known::stale, entry.session};
}

SessionCache::Look SessionCache::recall(const std::string& hash, Instant now) const {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(hash);
  if (found == known_.end()) return {};
  const Entry& entry = *found->second;
  if (!entry.session) return {.known = Known::gone};
  return now < entry.fresh_until ? Look{Known::fresh, entry.session} : Look{};
}

std::optional<Session> SessionCache::keep(const std::string& hash, const Session& session,
                                          Instant now) {
  const std::scoped_lock lock(mutex_);
  const bool known = known_.contains(hash);
  Entry& entry = place(hash);
  if (known && !entry.session) return std::nullopt;
  entry.session = session;
  entry.fresh_until = now + freshness_;
  return session;
}

void SessionCache::keep_gone(const std::string& hash) {
  const std::scoped_lock lock(mutex_);
  place(hash).session.reset();
}

void SessionCache::forget(const std::string& hash) {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(hash);
  if (found == known_.end() || !found->second->session) return;
  order_.erase(found->second);
  known_.erase(found);
}

std::size_t SessionCache::size() const {
  const std::scoped_lock lock(mutex_);
  return order_.size();
}

SessionCache::Entry& SessionCache::place(const std::string& hash) {
  const auto found = known_.find(hash);
  if (found != known_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return *found->second;
  }
  while (order_.size() >= std::max<std::size_t>(most_kept_, 1)) {
    known_.erase(order_.back().hash);
    order_.pop_back();
  }
  order_.push_front({hash, std::nullopt, {}});
  known_[hash] = order_.begin();
  return order_.front();
}

}  // namespace forecart

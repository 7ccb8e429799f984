#include "server/rate_limit.h"

#include <algorithm>

namespace forecart {

bool RateLimit::takes(const std::string& client, Clock::time_point now) {
  if (per_second_ <= 0) return true;
  const double most = 2 * per_second_;
  const std::lock_guard lock(mutex_);
  const auto known = buckets_.find(client);
  if (known != buckets_.end()) {
    order_.splice(order_.begin(), order_, known->second);
  } else {
    order_.push_front({client, most, now});
    buckets_[client] = order_.begin();
  }
  Bucket& bucket = order_.front();
  const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.left = std::min(most, bucket.left + std::max(seconds, 0.0) * per_second_);
  bucket.filled = now;
  if (order_.size() > most_clients_) {
    buckets_.erase(order_.back().client);
    order_.pop_back();
  }
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

}  // namespace forecart

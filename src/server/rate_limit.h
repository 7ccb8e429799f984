#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace forecart {

/// So many requests a second of each client, and twice as many at once [token bucket]. Keeps a
/// bounded number of clients; the longest silent ones go first. Safe for several threads.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// 0: no limit.
  explicit RateLimit(double per_second, std::size_t most_clients = 20'000)
      : per_second_(per_second), most_clients_(most_clients) {}

  /// Whether one more may come now; counts it where it may.
  bool takes(const std::string& client, Clock::time_point now = Clock::now());

 private:
  struct Bucket {
    std::string client;
    double left;
    Clock::time_point filled;
  };

  double per_second_;
  std::size_t most_clients_;
  std::mutex mutex_;
  std::list<Bucket> order_;  ///< the last to have come first
  std::unordered_map<std::string, std::list<Bucket>::iterator> buckets_;
};

}  // namespace forecart

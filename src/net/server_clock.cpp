#include "net/server_clock.h"

#include <chrono>

namespace forecart {

namespace {

constexpr auto kSkewThatMatters = std::chrono::seconds(60);

Instant system_now() {
  return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
}

}  // namespace

Instant ServerClock::now() const {
  return system_now() + Instant::duration(skew_);
}

bool ServerClock::follow(const HttpResponse& response) {
  const auto server = parse_http_date(response.header("date"));
  if (!server || std::chrono::abs(*server - now()) < kSkewThatMatters) return false;
  skew_ = (*server - system_now()).count();
  return true;
}

}  // namespace forecart

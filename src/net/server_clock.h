#pragma once

#include "base/time.h"
#include "net/http.h"

#include <atomic>
#include <cstdint>

namespace forecart {

/// The time that a server goes by, which refuses signatures of another one. Ours until it is told
/// otherwise. Safe for several threads.
class ServerClock {
 public:
  Instant now() const;
  /// Goes by the Date of the answer from here on; false where there is none, or it is ours within a
  /// minute, so that the time was not what was wrong.
  bool follow(const HttpResponse& response);

 private:
  std::atomic<std::int64_t> skew_{0};  ///< server's clock less ours, in microseconds
};

}  // namespace forecart

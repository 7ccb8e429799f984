#pragma once

#include "base/time.h"
#include "services/oidc_error.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

namespace forecart {

/// An answer of another service that is good for a while, and so is that there was none: who asks
/// in a row waits for one request, and makes no second. Safe for several threads.
template <typename Value>
class KeptAnswer {
 public:
  static constexpr std::chrono::seconds kFailureKept{10};

  /// The one kept, where it is not older than `most`, else what `ask` gives. Throws as `ask` does,
  /// which is OidcError, and what it threw last within kFailureKept.
  template <typename Ask>
  std::shared_ptr<const Value> get(Instant now, std::chrono::seconds most, const Ask& ask) {
    const std::scoped_lock lock(mutex_);
    if (value_ && now - answered_ <= most) return value_;
    if (failure_ && now - failed_ < kFailureKept) throw OidcError(*failure_);
    try {
      value_ = std::make_shared<const Value>(ask());
      answered_ = now;
      failure_.reset();
    } catch (const OidcError& error) {
      failure_ = error;
      failed_ = now;
      throw;
    }
    return value_;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const Value> value_;
  Instant answered_;
  std::optional<OidcError> failure_;
  Instant failed_;
};

}  // namespace forecart

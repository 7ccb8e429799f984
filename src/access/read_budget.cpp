#include "access/read_budget.h"

#include "base/error.h"

#include "access/network_address.h"

#include <algorithm>

namespace forecart {

namespace {

constexpr double kSecondsKept = 10;

}  // namespace

ReadBudget::ReadBudget(const BudgetLimits& limits, std::function<Instant()> clock)
    : limits_(limits), clock_(std::move(clock)) {
  all_ = {limits.per_second * kSecondsKept, clock_()};
}

void ReadBudget::spend(std::string_view address) {
  const std::scoped_lock lock(mutex_);
  const Instant now = clock_();
  fill(all_, limits_.per_second, now);
  Bucket* const own = bucket_of(address, now);
  if (all_.left < 1 || (own != nullptr && own->left < 1)) {
    throw Error(ErrorCode::unavailable,
                "too many unknown sessions or tokens were shown; try again in a few seconds");
  }
  all_.left -= 1;
  if (own != nullptr) own->left -= 1;
}

void ReadBudget::fill(Bucket& bucket, double per_second, Instant now) {
  const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.left =
      std::min(bucket.left + std::max(seconds, 0.0) * per_second, per_second * kSecondsKept);
  bucket.filled = now;
}

ReadBudget::Bucket* ReadBudget::bucket_of(std::string_view address, Instant now) {
  const double most = limits_.per_second_of_one * kSecondsKept;
  if (of_addresses_.size() >= limits_.most_kept) {
    std::erase_if(of_addresses_, [&](const auto& one) {  // those that are full again
      Bucket bucket = one.second;
      fill(bucket, limits_.per_second_of_one, now);
      return bucket.left >= most;
    });
  }
  const std::string network = network_of(address);
  const auto found = of_addresses_.find(network);
  if (found == of_addresses_.end()) {
    if (of_addresses_.size() >= limits_.most_kept) return nullptr;
    return &of_addresses_.emplace(network, Bucket{most, now}).first->second;
  }
  fill(found->second, limits_.per_second_of_one, now);
  return &found->second;
}

}  // namespace forecart

#pragma once

#include "base/time.h"

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace forecart {

/// How many reads of the store those may cause who show secrets that nobody knows.
struct BudgetLimits {
  double per_second = 200;         ///< of all
  double per_second_of_one = 20;   ///< of one address
  std::size_t most_kept = 10'000;  ///< addresses; more share what all may
};

/// Reads that strangers may cause; fills up again with time, to ten seconds' worth of it at most.
/// Safe for several threads.
class ReadBudget {
 public:
  ReadBudget(const BudgetLimits& limits, std::function<Instant()> clock);

  /// Throws Error unavailable where the address, or all together, have used it up.
  void spend(std::string_view address);

 private:
  struct Bucket {
    double left = 0;
    Instant filled;
  };
  static void fill(Bucket& bucket, double per_second, Instant now);
  Bucket* bucket_of(std::string_view address, Instant now);

  BudgetLimits limits_;
  std::function<Instant()> clock_;
  std::mutex mutex_;
  Bucket all_;
  std::unordered_map<std::string, Bucket> of_addresses_;
};

}  // namespace forecart

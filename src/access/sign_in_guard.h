#pragma once

#include "base/time.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace forecart {

struct SignInLimits {
  int free_of_account = 5;               ///< failures in a row without a delay
  int free_of_address = 20;              ///< more, as many people may share an address
  std::chrono::seconds first_delay{30};  ///< doubles with each further failure
  std::chrono::seconds longest_delay{15 * 60};
  std::chrono::seconds forgotten_after{3600};  ///< without another one
  std::size_t most_kept = 20'000;              ///< accounts and addresses; the oldest go first
};

/// Slows down guessing of passwords: counts failures of each account, whether or not there is one
/// of that name, and of each address (of IPv6: each network of 64 bits), in this process. Safe for
/// several threads.
class SignInGuard {
 public:
  SignInGuard(const SignInLimits& limits, std::function<Instant()> clock);

  /// Counts an attempt, as a failure until it is known to be none, so that attempts at the same
  /// time are counted too. How long to wait where there were too many: then nothing may be tried.
  std::chrono::seconds begin(std::string_view account, std::string_view address);
  /// The attempt was right: forgets the failures of the account, and that attempt of the address.
  void succeeded(std::string_view account, std::string_view address);
  /// Until when attempts on the account are refused; nothing where they are not.
  std::optional<Instant> locked_until(std::string_view account);
  /// The attempt came to nothing, neither right nor wrong.
  void withdrawn(std::string_view account, std::string_view address);

 private:
  struct Failures {
    std::string of;
    int count = 0;
    Instant last = {};
    Instant locked_until = {};
  };
  using Entry = std::list<Failures>::iterator;

  Failures& entry(const std::string& of, Instant now);
  void count(Failures& failures, int free, Instant now) const;
  void take_back(const std::string& of, int free);

  SignInLimits limits_;
  std::function<Instant()> clock_;
  std::mutex mutex_;
  std::list<Failures> order_;  ///< the last to have failed first
  std::unordered_map<std::string, Entry> known_;
};

}  // namespace forecart

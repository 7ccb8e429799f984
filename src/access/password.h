#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace forecart {

/// What a guess costs (argon2id, one lane): above the least that OWASP's Password Storage Cheat
/// Sheet asks for (19 MiB, 2 passes).
struct HashCost {
  std::uint64_t passes = 3;
  std::size_t memory_bytes = std::size_t{64} << 20;
  std::size_t at_once = 2;       ///< so many at a time, as each takes that memory
  std::size_t most_waiting = 4;  ///< more are refused: they may not hold all workers of a server
};

/// Throws Error invalid_value, with the remedy, for a password that is not allowed (NIST SP 800-63B
/// 5.1.1.2): 12 to 128 characters of UTF-8, not among the commonest, not the user's name with
/// something around it. Nothing is asked of what kinds of characters it has.
void check_password(std::string_view password, std::string_view user_name);

/// Hashes passwords, a few at a time. Safe for several threads.
class PasswordHasher {
 public:
  /// Throws Error unavailable where libsodium cannot be used.
  explicit PasswordHasher(HashCost cost = {});

  /// Throws Error unavailable where too many wait already or memory is short.
  std::string hash(std::string_view password);
  /// An empty hash, that of nobody, takes as long and never fits. Throws as `hash`, and bad_data
  /// for a hash that is none.
  bool verify(const std::string& hash, std::string_view password);
  /// Whether it was made at another cost.
  bool is_outdated(const std::string& hash) const;

 private:
  class Turn;

  HashCost cost_;
  std::string nobody_;  ///< a hash that no password has
  std::mutex mutex_;
  std::condition_variable free_;
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace forecart

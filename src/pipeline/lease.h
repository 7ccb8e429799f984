#pragma once

#include "store/store.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace forecart {

/// A claim on some work in an object of the store, so that several hosts and processes do not do it
/// twice at once. Work must be right without it: a claim that its holder could not renew in time
/// passes to another. Renewed by a thread while this lives, given back when it ends.
class Lease {
 public:
  /// Nothing where somebody else holds it: another that renewed it within `valid` by the store's
  /// clock, unless that is a process of this host which is gone. Throws as the store does.
  static std::unique_ptr<Lease> take(ObjectStore& store, std::string key,
                                     std::chrono::seconds valid = std::chrono::minutes(5));

  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  /// Whether it is ours for half of `valid` to come at least, by the last renewal. False where it
  /// could not be renewed, or another has it by now.
  bool is_held() const;

 private:
  using Clock = std::chrono::steady_clock;

  Lease(ObjectStore& store, std::string key, std::chrono::seconds valid, std::string holder);
  bool claim();
  bool write(bool held);
  void renew();
  void keep();

  ObjectStore& store_;
  std::string key_;
  std::chrono::seconds valid_;
  std::string holder_;  ///< tells this claim apart from all others
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  Clock::time_point held_until_;
  std::thread keeper_;
};

/// Whether a lease that this JSON text tells of is held by a process that may still be at work.
bool is_live_lease(const std::string& text, Instant now);
/// The same for a process of the host `here`, which tells of itself "<start of the kernel>/<name
/// space of processes>". Where either is empty nobody can say who is gone: a lease then runs out.
bool is_live_lease(const std::string& text, Instant now, std::string_view here);

}  // namespace forecart

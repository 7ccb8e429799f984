#pragma once

#include "store/store.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
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

 private:
  Lease(ObjectStore& store, std::string key, std::chrono::seconds valid, std::string holder);
  bool claim();
  bool write(bool held);
  void keep();

  ObjectStore& store_;
  std::string key_;
  std::chrono::seconds valid_;
  std::string holder_;  ///< tells this claim apart from all others
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread keeper_;
};

/// Whether a lease that this JSON text tells of is held by a process that may still be at work.
bool is_live_lease(const std::string& text, Instant now);

}  // namespace forecart

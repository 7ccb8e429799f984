#include "access/sign_in_guard.h"

#include "access/network_address.h"
#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

std::string of_account(std::string_view account) {
  return fmt::format("account {}", account);
}

std::string of_address(std::string_view address) {
  return fmt::format("address {}", network_of(address));
}

/// Full seconds, so that who waits so long has waited enough.
std::chrono::seconds until(Instant then, Instant now) {
  return std::max(std::chrono::ceil<std::chrono::seconds>(then - now), std::chrono::seconds(0));
}

}  // namespace

SignInGuard::SignInGuard(const SignInLimits& limits, std::function<Instant()> clock)
    : limits_(limits), clock_(std::move(clock)) {}

std::chrono::seconds SignInGuard::begin(std::string_view account, std::string_view address) {
  const std::scoped_lock lock(mutex_);
  const Instant now = clock_();
  Failures& from = entry(of_address(address), now);
  Failures& by = entry(of_account(account), now);
  const auto wait = std::max(until(from.locked_until, now), until(by.locked_until, now));
  if (wait > std::chrono::seconds(0)) return wait;
  count(from, limits_.free_of_address, now);
  count(by, limits_.free_of_account, now);
  return wait;
}

void SignInGuard::succeeded(std::string_view account, std::string_view address) {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(of_account(account));
  if (found != known_.end()) {
    order_.erase(found->second);
    known_.erase(found);
  }
  take_back(of_address(address), limits_.free_of_address);
}

std::optional<Instant> SignInGuard::locked_until(std::string_view account) {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(of_account(account));
  if (found == known_.end() || found->second->locked_until <= clock_()) return std::nullopt;
  return found->second->locked_until;
}

void SignInGuard::withdrawn(std::string_view account, std::string_view address) {
  const std::scoped_lock lock(mutex_);
  take_back(of_account(account), limits_.free_of_account);
  take_back(of_address(address), limits_.free_of_address);
}

SignInGuard::Failures& SignInGuard::entry(const std::string& of, Instant now) {
  const auto found = known_.find(of);
  if (found != known_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    Failures& failures = *found->second;
    if (now - failures.last >= limits_.forgotten_after) failures = {.of = of};
    return failures;
  }
  // two are in use at a time
  while (order_.size() >= std::max<std::size_t>(limits_.most_kept, 2)) {
    known_.erase(order_.back().of);
    order_.pop_back();
  }
  order_.push_front({.of = of});
  known_[of] = order_.begin();
  return order_.front();
}

void SignInGuard::count(Failures& failures, int free, Instant now) const {
  constexpr int kMostDoublings = 20;
  failures.last = now;
  ++failures.count;
  if (failures.count < free) return;
  const auto factor = std::int64_t{1} << std::min(failures.count - free, kMostDoublings);
  failures.locked_until = now + std::min(limits_.first_delay * factor, limits_.longest_delay);
}

void SignInGuard::take_back(const std::string& of, int free) {
  const auto found = known_.find(of);
  if (found == known_.end()) return;
  Failures& failures = *found->second;
  failures.count = std::max(failures.count - 1, 0);
  if (failures.count < free) failures.locked_until = {};  // else others have failed meanwhile
}

}  // namespace forecart

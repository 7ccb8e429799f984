#include "net/trace.h"

#include <algorithm>
#include <mutex>
#include <string_view>

namespace forecart {

namespace {

constexpr std::size_t kLongest = 1000;

std::mutex& guard() {
  static std::mutex mutex;
  return mutex;
}

std::string& kept() {
  static std::string trace;
  return trace;
}

/// It becomes a header.
bool is_usable(std::string_view trace) {
  return trace.size() <= kLongest &&
         std::ranges::all_of(trace, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

void set_trace(const std::string& trace) {
  const std::scoped_lock lock(guard());
  kept() = is_usable(trace) ? trace : "";
}

std::string current_trace() {
  const std::scoped_lock lock(guard());
  return kept();
}

}  // namespace forecart

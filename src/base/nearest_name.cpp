#include "base/nearest_name.h"

#include <algorithm>
#include <cstddef>

namespace forecart {

namespace {

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Steps of optimal string alignment from one text to the other.
std::size_t distance(std::string_view from, std::string_view to) {
  const std::size_t width = to.size() + 1;
  std::vector<std::size_t> steps((from.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return steps[i * width + j];
  };
  for (std::size_t i = 0; i <= from.size(); ++i) at(i, 0) = i;
  for (std::size_t j = 0; j <= to.size(); ++j) at(0, j) = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t other = small(from[i - 1]) == small(to[j - 1]) ? 0 : 1;
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + other});
      const bool swapped = i > 1 && j > 1 && small(from[i - 1]) == small(to[j - 2]) &&
                           small(from[i - 2]) == small(to[j - 1]);
      if (swapped) at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  }
  return at(from.size(), to.size());
}

}  // namespace

std::string nearest_name(std::string_view written, const std::vector<std::string>& names) {
  constexpr std::size_t kLongest = 200;  // longer ones are no slip of the hand
  if (written.size() > kLongest) return "";
  std::string nearest;
  std::size_t least = 0;
  for (const std::string& name : names) {
    if (name.size() > kLongest) continue;
    const std::size_t steps = distance(written, name);
    const bool close = 3 * steps <= std::max(name.size(), std::size_t{3});
    if (close && (nearest.empty() || steps < least)) {
      nearest = name;
      least = steps;
    }
  }
  return nearest;
}

}  // namespace forecart

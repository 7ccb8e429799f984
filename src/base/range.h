#pragma once

#include "base/error.h"

#include <fmt/format.h>

#include <string_view>

namespace forecart {

/// Throws Error invalid_value that names the option, its value and the range, unless the value lies
/// in [low, high]; NaN lies in none.
template <class Number>
void require_within(std::string_view option, Number value, Number low, Number high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("{} is {}; give a number from {} to {}", option, value, low, high));
}

}  // namespace forecart

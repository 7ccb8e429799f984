#include "cost/amount.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace forecart {

std::string amount_text(double amount) {
  if (amount >= .1 || amount <= 0) return fmt::format("{:.2f}", amount);
  const int zeros = static_cast<int>(-std::floor(std::log10(amount)));
  return fmt::format("{:.{}f}", amount, std::min(zeros + 1, 12));
}

}  // namespace forecart

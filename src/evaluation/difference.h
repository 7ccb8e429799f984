#pragma once

#include <string>

namespace forecart {

/// How much worse one model did than another, and whether that may be chance.
struct Difference {
  std::string model;
  std::string against;
  std::string metric;
  double difference = 0;  ///< of the means, model's less the other's; below zero: it did better
  double low = 0;         ///< of the 95 % interval; NaN where there is too little to tell
  double high = 0;
  double p_value = 0;  ///< two-sided, of no difference; NaN likewise
  std::string method;  ///< of interval and p_value

  /// Whether the interval leaves zero out.
  bool is_told_apart() const { return low > 0 || high < 0; }
};

}  // namespace forecart

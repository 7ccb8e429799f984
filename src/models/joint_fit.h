#pragma once

#include <Eigen/Core>

namespace forecart {

/// Whether a model that learns from all of its series is to be fitted again, where so many ask for
/// it: a third.
inline bool enough_ask(Eigen::Index asking, Eigen::Index series) {
  return asking > 0 && 3 * asking >= series;
}

}  // namespace forecart

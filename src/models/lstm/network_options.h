#pragma once

#include "models/lstm/head.h"

#include <Eigen/Core>

#include <optional>
#include <string>
#include <vector>

namespace forecart::lstm {

/// Steps said at once at most.
inline constexpr Eigen::Index kMostDirect = 168;

/// What kind of network; what is 0 or empty is chosen by how much there is to learn from.
struct NetworkOptions {
  int layers = 1;                  ///< LSTM layers, 0 to 3; 0: a multilayer perceptron
  int units = 0;                   ///< of each layer, 0 to 1024
  double dropout = 0.1;            ///< share of units dropped in training, in [0, 0.9]
  std::optional<HeadKind> head{};  ///< nothing: by what the values are
  std::vector<int> seasons{1};     ///< in steps, ascending
  Eigen::Index horizon = 1;        ///< steps that are to be forecast
  /// Steps said at once, 1 to kMostDirect; further ones follow from forecasts. 0: as many as can
  /// be.
  Eigen::Index direct = 0;
  int steps = 1500;  ///< updates at most, 1 to 1,000,000

  /// Throws Error invalid_value that names the field, its value and the range.
  void validate() const;

  /// All of it in one line, to tell options apart.
  std::string text() const;
};

}  // namespace forecart::lstm

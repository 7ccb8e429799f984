#pragma once

#include "models/lstm/encoding.h"
#include "models/lstm/network.h"

#include <cstddef>
#include <span>
#include <vector>

namespace forecart::lstm {

/// Where a recursive forecast starts.
struct RecursionStart {
  std::span<const double> past;    ///< without missing values, at least `window` of them
  std::span<const int> positions;  ///< season positions from the second value of the window on, and
                                   ///< one for each step but the last
};

/// One step ahead, again and again, with each forecast taken as the next value; the frame stays
/// that of the origin. At most kPanel starts, which go through the network side by side; one path
/// of `horizon` values per start. The network has one output.
std::vector<std::vector<double>> recursive_forecasts(const Encoder& encoder,
                                                     std::span<const float> parameters,
                                                     std::span<const RecursionStart> starts,
                                                     std::size_t horizon, Network<float>& network);

}  // namespace forecart::lstm

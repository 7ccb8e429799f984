#pragma once

#include "models/lstm/encoding.h"
#include "models/lstm/network.h"

#include <cstddef>
#include <span>
#include <vector>

namespace forecart::lstm {

/// All windows of one series, ready to be copied into blocks: the window of origin o ends before
/// value o, its targets are the values from o on.
class WindowSource {
 public:
  /// `filled` without missing values, `targets` the same with NaN where a value is missing,
  /// `positions` of the buckets of `filled` and `outputs` more.
  WindowSource(const Encoding& encoding, std::span<const double> filled,
               std::span<const double> targets, std::span<const int> positions);

  const Encoder& encoder() const { return encoder_; }
  const Level& level(std::size_t origin) const {
    return levels_[origin - encoder_.encoding().window];
  }

  /// Fills a block with up to kPanel origins; targets at or behind `end` get weight 0.
  void fill(std::span<const std::size_t> origins, std::size_t end, const NetworkShape& shape,
            WindowBlock<float>& block) const;

  /// Origins in [from, to) whose first target is known.
  std::vector<std::size_t> origins(std::size_t from, std::size_t to) const;

 private:
  Encoder encoder_;
  std::span<const double> filled_;
  std::span<const double> targets_;
  std::span<const int> positions_;
  std::vector<Level> levels_;  // by origin, from `window` on
};

}  // namespace forecart::lstm

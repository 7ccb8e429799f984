#pragma once

#include "base/random.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace forecart::net {

/// Inverted dropout [Srivastava2014]: 0 with probability `share`, in steps of 1 / 65536, else
/// 1 / (1 - share), so that the expectation stays.
template <class Scalar>
void draw_mask(double share, Generator& generator, std::span<Scalar> mask) {
  constexpr int kBits = 16;
  constexpr std::uint64_t kRange = std::uint64_t{1} << kBits;
  const auto dropped = static_cast<std::uint64_t>(share * static_cast<double>(kRange));
  const auto kept = static_cast<Scalar>(1 / (1 - static_cast<double>(dropped) / kRange));
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    bits = i % 4 == 0 ? generator.bits() : bits >> kBits;
    mask[i] = bits % kRange < dropped ? Scalar{0} : kept;
  }
}

}  // namespace forecart::net

#pragma once

// Moving numbers between lanes. Included by kernel_*.cpp only: internal linkage.

#include "models/net/kernel_activation.h"

#include <cstddef>
#include <utility>

namespace forecart::net {
namespace {

/// The butterflies of a transposition: lanes whose number has bit `Bit` change sides.
template <class Scalar, int Lanes>
struct Shuffle {
  using R = Register<Scalar, Lanes>;
  using Vec = typename R::Vec;
  static constexpr std::size_t kLanes = Lanes;
  using Numbers = std::make_index_sequence<kLanes>;

  /// a where the bit is clear, else b from `Bit` lanes below.
  template <std::size_t Bit, std::size_t... L>
  static Vec low(Vec a, Vec b, std::index_sequence<L...>) {
    return __builtin_shufflevector(a, b, (L & Bit ? kLanes + L - Bit : L)...);
  }
  /// b where the bit is set, else a from `Bit` lanes above.
  template <std::size_t Bit, std::size_t... L>
  static Vec high(Vec a, Vec b, std::index_sequence<L...>) {
    return __builtin_shufflevector(a, b, (L & Bit ? kLanes + L : L + Bit)...);
  }

  /// In place: lane j of register i changes places with lane i of register j.
  template <std::size_t Bit = 1>
  static void transpose(Vec (&v)[kLanes]) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      if (i & Bit) continue;
      const Vec a = v[i];
      const Vec b = v[i + Bit];
      v[i] = low<Bit>(a, b, Numbers());
      v[i + Bit] = high<Bit>(a, b, Numbers());
    }
    if constexpr (2 * Bit < kLanes) transpose<2 * Bit>(v);
  }

  /// Lane i of the result is the sum of the lanes of register i.
  template <std::size_t Bit = 1>
  static Vec sums(Vec (&v)[kLanes]) {
    for (std::size_t i = 0; i < kLanes; i += 2 * Bit) {
      const Vec a = v[i];
      const Vec b = v[i + Bit];
      v[i] = low<Bit>(a, b, Numbers()) + high<Bit>(a, b, Numbers());
    }
    if constexpr (2 * Bit < kLanes) return sums<2 * Bit>(v);
    return v[0];
  }
};

}  // namespace
}  // namespace forecart::net

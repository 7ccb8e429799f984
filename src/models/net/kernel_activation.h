#pragma once

// Vector activations. Included by kernel_*.cpp only: everything has internal linkage, because each
// of them is compiled for another instruction set.

#include <cstddef>
#include <cstdint>
#if defined(__SSE2__)
#include <immintrin.h>  // its functions are always inlined
#endif

namespace forecart::net {
namespace {

/// A register of `Lanes` numbers.
template <class Scalar, int Lanes>
struct Register {
  using Vec __attribute__((vector_size(Lanes * sizeof(Scalar)))) = Scalar;

  static Vec load(const Scalar* from) {
    Vec v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
  }
  static void store(Scalar* to, Vec v) { __builtin_memcpy(to, &v, sizeof v); }
  /// The same in every lane; x - 0 is x to the compiler, 0 + x is not.
  static Vec broadcast(Scalar x) { return x - Vec{}; }
};

/// x held to [-limit, limit]; NaN stays NaN. The compilers turn the general form into comparisons
/// and blends.
template <class Vec>
inline Vec clamp(Vec x, Vec limit) {
  x = x > limit ? limit : x;
  return x < -limit ? -limit : x;
}
#if defined(__SSE2__)
inline __m128 clamp(__m128 x, __m128 limit) {
  return _mm_max_ps(-limit, _mm_min_ps(limit, x));
}
#endif
#if defined(__AVX__)
inline __m256 clamp(__m256 x, __m256 limit) {
  return _mm256_max_ps(-limit, _mm256_min_ps(limit, x));
}
#endif
#if defined(__AVX512F__)
inline __m512 clamp(__m512 x, __m512 limit) {
  return _mm512_max_ps(-limit, _mm512_min_ps(limit, x));
}
#endif

/// 2^f = 1 + f q(f) for |f| <= 1/2, and how numbers of one width are put together.
template <class Scalar>
struct ExpConstants;

template <>
struct ExpConstants<float> {
  using Bits = std::uint32_t;
  static constexpr float kLimit = 20;         // sigmoid(20) is 1 to float
  static constexpr float kRound = 0x1.8p23F;  // adding it rounds to an integer in the low bits
  static constexpr int kMantissa = 23;
  static constexpr Bits kOne = 0x3f800000U;
  static constexpr std::size_t kTerms = 6;
  /// The polynomial of least greatest relative error of f q(f), 1.1e-8, by Remez' exchange.
  static constexpr float kQ[kTerms] = {0x1.62e430p-1F, 0x1.ebfbdep-3F,  0x1.c6af6ep-5F,
                                       0x1.3b2ba0p-7F, 0x1.5f07b4p-10F, 0x1.4308fap-13F};
};

template <>
struct ExpConstants<double> {
  using Bits = std::uint64_t;
  static constexpr double kLimit = 160;
  static constexpr double kRound = 0x1.8p52;
  static constexpr int kMantissa = 52;
  static constexpr Bits kOne = 0x3ff0000000000000U;
  static constexpr std::size_t kTerms = 14;
  /// Taylor's, (ln 2)^(k + 1) / (k + 1)!; remainder 3e-19.
  static constexpr double kQ[kTerms] = {
      0x1.62e42fefa39efp-1,  0x1.ebfbdff82c58fp-3,  0x1.c6b08d704a0c0p-5,  0x1.3b2ab6fba4e77p-7,
      0x1.5d87fe78a6731p-10, 0x1.430912f86c787p-13, 0x1.ffcbfc588b0c7p-17, 0x1.62c0223a5c824p-20,
      0x1.b5253d395e7c4p-24, 0x1.e4cf5158b8ecap-28, 0x1.e8cac7351bb25p-32, 0x1.c3bd650fc2986p-36,
      0x1.816193166d0f9p-40, 0x1.314964d5878a9p-44};
};

template <class Scalar, int Lanes>
struct Activation {
  using R = Register<Scalar, Lanes>;
  using Vec = typename R::Vec;
  using Constants = ExpConstants<Scalar>;
  using Bits __attribute__((vector_size(Lanes * sizeof(Scalar)))) = typename Constants::Bits;

  static constexpr auto kLog2E = static_cast<Scalar>(1.4426950408889634);

  /// An activation as the quotient it is before the division: several share one. Denominators lie
  /// between one and 2^30 (2^236 in double), so that a product of four of them is finite.
  struct Quotient {
    Vec above;
    Vec below;
  };

  /// exp(x) = scale (1 + rest), scale a power of two, |rest| < 0.42.
  struct Parts {
    Vec scale;
    Vec rest;
  };

  /// 2^(factor x).
  static Parts power(Vec x, Scalar factor) {
    const Vec shifted = x * factor + Constants::kRound;
    const Vec f = x * factor - (shifted - Constants::kRound);
    Vec q = R::broadcast(Constants::kQ[Constants::kTerms - 1]);
    for (std::size_t k = Constants::kTerms - 1; k-- > 0;) q = q * f + Constants::kQ[k];
    const Bits scale = (reinterpret_cast<Bits>(shifted) << Constants::kMantissa) + Constants::kOne;
    return {reinterpret_cast<Vec>(scale), q * f};
  }

  /// 1 / (1 + exp(-x)).
  static Quotient sigmoid_quotient(Vec x) {
    const Parts e = power(clamp(x, R::broadcast(Constants::kLimit)), -kLog2E);
    return {R::broadcast(1), e.scale * e.rest + (e.scale + 1)};
  }

  /// (exp(2x) - 1) / (exp(2x) + 1) without cancellation at zero.
  static Quotient tanh_quotient(Vec x) {
    const Parts e = power(clamp(x, R::broadcast(Constants::kLimit / 2)), 2 * kLog2E);
    return {e.scale * e.rest + (e.scale - 1), e.scale * e.rest + (e.scale + 1)};
  }

  /// Absolute error below 2e-7 in float. NaN stays NaN.
  static Vec sigmoid(Vec x) { return 1 / sigmoid_quotient(x).below; }

  /// Relative error below 4e-7 in float. NaN stays NaN.
  static Vec tanh(Vec x) {
    const Quotient q = tanh_quotient(x);
    return q.above / q.below;
  }
};

}  // namespace
}  // namespace forecart::net

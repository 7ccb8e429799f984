#pragma once

// Vector activations. Included by kernel_*.cpp only: everything has internal linkage, because each
// of them is compiled for another instruction set.

#include <cstddef>
#include <cstdint>

namespace forecart::net {
namespace {

/// Constants of the exponential for one width of floating point.
template <class Scalar>
struct ExpConstants;

template <>
struct ExpConstants<float> {
  using Bits = std::uint32_t;
  static constexpr float kLimit = 80.0F;           // exp(80) and its reciprocal are normal numbers
  static constexpr float kRound = 0x1.8p23F;       // adding it rounds to an integer in the low bits
  static constexpr float kLn2High = 0x1.62e4p-1F;  // ln 2 in two parts [Cody1980]
  static constexpr float kLn2Low = 0x1.7f7d1cp-20F;
  static constexpr int kMantissa = 23;
  static constexpr Bits kOne = 0x3f800000U;
  static constexpr int kDegree = 7;  // Taylor remainder (ln 2 / 2)^8 / 8! = 5e-9
};

template <>
struct ExpConstants<double> {
  using Bits = std::uint64_t;
  static constexpr double kLimit = 700.0;
  static constexpr double kRound = 0x1.8p52;
  static constexpr double kLn2High = 0x1.62e42fefap-1;
  static constexpr double kLn2Low = 0x1.cf79abc9e3b3ap-40;
  static constexpr int kMantissa = 52;
  static constexpr Bits kOne = 0x3ff0000000000000U;
  static constexpr int kDegree = 14;  // remainder 3e-19
};

/// 1 / k! for k = 0, 1, ...
template <class Scalar>
struct TaylorCoefficients {
  Scalar value[ExpConstants<Scalar>::kDegree + 1] = {};

  constexpr TaylorCoefficients() {
    double factorial = 1;
    value[0] = 1;
    for (int k = 1; k <= ExpConstants<Scalar>::kDegree; ++k) {
      factorial *= k;
      value[k] = static_cast<Scalar>(1 / factorial);
    }
  }
};

/// A register of `Lanes` numbers.
template <class Scalar, int Lanes>
struct Register {
  using Vec __attribute__((vector_size(Lanes * sizeof(Scalar)))) = Scalar;
  using Bits __attribute__((vector_size(Lanes * sizeof(Scalar)))) =
      typename ExpConstants<Scalar>::Bits;

  static Vec load(const Scalar* from) {
    Vec v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
  }
  static void store(Scalar* to, Vec v) { __builtin_memcpy(to, &v, sizeof v); }
};

template <class Scalar, int Lanes>
struct Activation {
  using Vec = typename Register<Scalar, Lanes>::Vec;
  using Bits = typename Register<Scalar, Lanes>::Bits;
  using Constants = ExpConstants<Scalar>;

  /// exp(x) = scale (1 + rest), scale a power of two, |rest| < 0.42.
  struct Parts {
    Vec scale;
    Vec rest;
  };

  static Vec clamp(Vec x) {
    const Vec high = Vec{} + Constants::kLimit;
    const Vec low = -high;
    x = x > high ? high : x;
    return x < low ? low : x;
  }

  /// exp(r) - 1 for |r| <= ln 2 / 2 by its Taylor series, Horner's rule.
  static Vec series(Vec r) {
    constexpr TaylorCoefficients<Scalar> kTaylor;
    Vec sum = Vec{} + kTaylor.value[Constants::kDegree];
    for (int k = Constants::kDegree - 1; k >= 1; --k) sum = sum * r + kTaylor.value[k];
    return sum * r;
  }

  static Parts exponential(Vec x) {
    constexpr auto kLog2E = static_cast<Scalar>(1.4426950408889634);
    const Vec shifted = clamp(x) * kLog2E + Constants::kRound;
    const Vec n = shifted - Constants::kRound;
    const Vec r = (clamp(x) - n * Constants::kLn2High) - n * Constants::kLn2Low;
    const Bits exponent =
        (reinterpret_cast<Bits>(shifted) << Constants::kMantissa) + Constants::kOne;
    return {reinterpret_cast<Vec>(exponent), series(r)};
  }

  /// 1 / (1 + exp(-x)); absolute error below 2e-7 in float. NaN stays NaN.
  static Vec sigmoid(Vec x) {
    const Parts e = exponential(-x);
    return 1 / (e.scale * e.rest + (e.scale + 1));
  }

  /// (exp(2x) - 1) / (exp(2x) + 1) without cancellation at zero; relative error below 4e-7 in
  /// float.
  static Vec tanh(Vec x) {
    const Parts e = exponential(2 * x);
    return (e.scale * e.rest + (e.scale - 1)) / (e.scale * e.rest + (e.scale + 1));
  }
};

}  // namespace
}  // namespace forecart::net

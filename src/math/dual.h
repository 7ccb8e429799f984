#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace forecart {

/// A number with its derivatives along `kDirections` directions (forward mode). Only what the
/// library needs: the four operations, tanh and comparison by value.
struct Dual {
  static constexpr std::size_t kDirections = 4;

  double value = 0;
  std::array<double, kDirections> slope{};

  Dual() = default;
  Dual(double v) : value(v) {}  // NOLINT: constants mix freely with duals, as with double

  /// A variable whose derivative along `direction` is one.
  static Dual variable(double v, std::size_t direction) {
    Dual x(v);
    x.slope[direction] = 1;
    return x;
  }

  Dual& operator+=(const Dual& b) {
    value += b.value;
    for (std::size_t i = 0; i < kDirections; ++i) slope[i] += b.slope[i];
    return *this;
  }
  Dual& operator-=(const Dual& b) {
    value -= b.value;
    for (std::size_t i = 0; i < kDirections; ++i) slope[i] -= b.slope[i];
    return *this;
  }
  Dual& operator*=(const Dual& b) {
    for (std::size_t i = 0; i < kDirections; ++i) {
      slope[i] = slope[i] * b.value + value * b.slope[i];
    }
    value *= b.value;
    return *this;
  }
  Dual& operator/=(const Dual& b) {
    const double inverse = 1 / b.value;
    value *= inverse;
    for (std::size_t i = 0; i < kDirections; ++i) {
      slope[i] = (slope[i] - value * b.slope[i]) * inverse;
    }
    return *this;
  }
};

inline Dual operator+(Dual a, const Dual& b) {
  return a += b;
}
inline Dual operator-(Dual a, const Dual& b) {
  return a -= b;
}
inline Dual operator*(Dual a, const Dual& b) {
  return a *= b;
}
inline Dual operator/(Dual a, const Dual& b) {
  return a /= b;
}
inline Dual operator-(const Dual& a) {
  return Dual(0) - a;
}

inline Dual tanh(const Dual& a) {
  Dual y(std::tanh(a.value));
  for (std::size_t i = 0; i < Dual::kDirections; ++i) {
    y.slope[i] = (1 - y.value * y.value) * a.slope[i];
  }
  return y;
}

/// The plain number, for decisions such as pivoting.
inline double plain(double a) {
  return a;
}
inline double plain(const Dual& a) {
  return a.value;
}

}  // namespace forecart

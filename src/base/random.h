#pragma once

#include <cstdint>
#include <random>

namespace forecart {

/// The one source of random numbers; always passed in, never global. The engine is specified by
/// the C++ standard, and the draws below use only its bits, so a seed gives the same numbers
/// with every standard library.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : engine_(seed) {}

  /// A generator of its own for part `index` of the work, independent of how the parts are spread.
  Generator split(std::uint64_t index) const;

  std::uint64_t bits() { return engine_(); }
  /// Uniform on [0, 1) with 53 bits.
  double uniform();
  /// Uniform on {0, ..., count - 1}; count > 0.
  std::uint64_t below(std::uint64_t count);
  /// Standard normal by Marsaglia's polar method.
  double normal();
  /// Poisson with mean >= 0: inversion below 30, above it the rounded normal approximation.
  std::int64_t poisson(double mean);

 private:
  std::mt19937_64 engine_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace forecart

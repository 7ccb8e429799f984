#include "base/random.h"

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

/// SplitMix64 finaliser [Steele2014, fig. 15], decorrelates neighbouring seeds.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

}  // namespace

Generator Generator::split(std::uint64_t index) const {
  std::mt19937_64 copy = engine_;
  return Generator(mix(copy() ^ mix(index)));
}

double Generator::uniform() {
  return static_cast<double>(bits() >> 11U) * 0x1.0p-53;
}

std::uint64_t Generator::below(std::uint64_t count) {
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % count;
  std::uint64_t draw = bits();
  while (draw >= limit) draw = bits();
  return draw % count;
}

double Generator::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  double u = 0;
  double v = 0;
  double square = 0;
  do {
    u = 2 * uniform() - 1;
    v = 2 * uniform() - 1;
    square = u * u + v * v;
  } while (square >= 1 || square == 0);
  const double scale = std::sqrt(-2 * std::log(square) / square);
  spare_ = v * scale;
  has_spare_ = true;
  return u * scale;
}

std::int64_t Generator::poisson(double mean) {
  if (mean >= 30) {
    return std::max<std::int64_t>(0, std::llround(mean + std::sqrt(mean) * normal()));
  }
  const double limit = std::exp(-mean);
  std::int64_t count = 0;
  for (double product = uniform(); product > limit; product *= uniform()) ++count;
  return count;
}

}  // namespace forecart

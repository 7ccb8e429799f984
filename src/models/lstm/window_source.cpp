#include "models/lstm/window_source.h"

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

WindowSource::WindowSource(const Encoding& encoding, std::span<const double> filled,
                           std::span<const double> targets, std::span<const int> positions)
    : encoder_(encoding), filled_(filled), targets_(targets), positions_(positions) {
  for (std::size_t origin = encoding.window; origin <= filled.size(); ++origin) {
    levels_.push_back(level_at(filled.first(origin), encoding));
  }
}

void WindowSource::fill(std::span<const std::size_t> origins, std::size_t end,
                        const NetworkShape& shape, WindowBlock<float>& block) const {
  std::fill(block.weights.begin(), block.weights.end(), 0.0F);
  for (std::size_t column = 0; column < origins.size(); ++column) {
    const std::size_t origin = origins[column];
    const std::size_t first = origin - shape.steps;
    encoder_.encode(level(origin), filled_.subspan(first, shape.steps),
                    positions_.subspan(first + 1, shape.steps), column, block);
    for (std::size_t k = 0; k < shape.outputs && origin + k < end; ++k) {
      const double target = targets_[origin + k];
      if (std::isnan(target)) continue;
      const double encoded = (target - level(origin).mean) / level(origin).unit;
      block.targets[k * kPanel + column] = static_cast<float>(encoded);
      block.weights[k * kPanel + column] = 1;
    }
  }
}

std::vector<std::size_t> WindowSource::origins(std::size_t from, std::size_t to) const {
  std::vector<std::size_t> found;
  for (std::size_t origin = from; origin < to; ++origin) {
    if (!std::isnan(targets_[origin])) found.push_back(origin);
  }
  return found;
}

}  // namespace forecart::lstm

#include "series/forecast.h"

#include "base/error.h"

#include <fmt/format.h>

namespace forecart {

Eigen::MatrixXd Forecast::draw(std::size_t index, Eigen::Index paths, std::uint64_t seed) const {
  Generator generator = Generator(seed).split(index);
  return series.at(index).distribution->draw(paths, generator);
}

IntervalProbabilities interval_probabilities(double level) {
  if (!(level > 0 && level < 100)) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("level {} is not between 0 and 100 (percent, e.g. 80 or 95)", level));
  }
  const double tail = (1 - level / 100) / 2;
  return {tail, 1 - tail};
}

}  // namespace forecart

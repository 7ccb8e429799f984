#include "models/interval_stretch.h"

#include "math/normal.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

/// What intervals are stretched by before errors are seen, and the origins that this counts for.
constexpr double kUsual = 1.4;
constexpr double kUsualOrigins = 2;
/// Fewest errors that say something.
constexpr std::size_t kFewest = 8;

}  // namespace

double interval_stretch(std::vector<double> errors, double origins) {
  if (errors.size() < kFewest) return kUsual;
  std::sort(errors.begin(), errors.end());
  const auto quantile = [&errors](double share) {
    return errors[static_cast<std::size_t>(share * static_cast<double>(errors.size() - 1))];
  };
  const double of_80 = quantile(.8) / normal_quantile(.9);
  const double of_95 = quantile(.95) / normal_quantile(.975);
  const double seen = std::max((of_80 + of_95) / 2, std::numeric_limits<double>::min());
  return std::exp((origins * std::log(seen) + kUsualOrigins * std::log(kUsual)) /
                  (origins + kUsualOrigins));
}

}  // namespace forecart

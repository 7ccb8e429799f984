#include "math/partial_autocorrelation.h"

#include <cmath>

namespace forecart {

std::optional<std::vector<double>> partials_from_autoregression(std::vector<double> a) {
  std::vector<double> partial(a.size());
  for (std::size_t k = a.size(); k-- > 0;) {
    const double r = a[k];
    if (!(std::abs(r) < 1)) return std::nullopt;
    partial[k] = r;
    const std::vector<double> longer = a;
    for (std::size_t j = 0; j < k; ++j) {
      a[j] = (longer[j] + r * longer[k - 1 - j]) / (1 - r * r);
    }
  }
  return partial;
}

}  // namespace forecart

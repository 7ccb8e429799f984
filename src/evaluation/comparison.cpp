#include "evaluation/comparison.h"

#include "series/components.h"

#include <algorithm>
#include <limits>

namespace forecart {

using Eigen::Index;

Index compared_steps(const Panel& recent) {
  Index longest = 0;
  for (Index i = 0; i < recent.size(); ++i) {
    longest = std::max(longest, std::ssize(recent[i].values));
  }
  return std::min(longest, kLongestCompared);
}

double value_in(const SeriesView& series, Bucket bucket) {
  if (bucket < series.first || bucket >= series.end()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return series.values[static_cast<std::size_t>(bucket - series.first)];
}

Eigen::VectorXd values_beside(const SeriesView& came, const SeriesForecast& said) {
  Eigen::VectorXd values(said.distribution->horizon());
  for (Index step = 0; step < values.size(); ++step) {
    values[step] = value_in(came, said.first + step);
  }
  return values;
}

Eigen::VectorXd errors_beside(const SeriesView& came, const SeriesForecast& said) {
  return values_beside(came, said) - means_of(*said.distribution);
}

}  // namespace forecart

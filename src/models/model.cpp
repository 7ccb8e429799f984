#include "models/model.h"

#include "models/series_model.h"

namespace forecart {

std::vector<Components> Fitted::components(Eigen::Index horizon, const Covariates& future) const {
  std::vector<Components> result;
  for (const SeriesForecast& series : forecast(horizon, future).series) {
    result.emplace_back().add(kRemainder, means_of(*series.distribution));
  }
  return result;
}

Restart FittedSeries::restarted() const {
  return {};
}

Components FittedSeries::components(Eigen::Index horizon, const Regressors& future) const {
  Components result;
  result.add(kRemainder, means_of(*forecast(horizon, future)));
  return result;
}

}  // namespace forecart

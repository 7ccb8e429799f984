#include "models/model.h"

#include "models/series_model.h"

#include <algorithm>

namespace forecart {

std::string_view name_of(Retraining decision) {
  switch (decision) {
    case Retraining::move_on:
      return "move on";
    case Retraining::re_estimate:
      return "re-estimate";
    case Retraining::select_anew:
      return "select anew";
  }
  return "";
}

std::vector<Components> Fitted::components(Eigen::Index horizon, const Covariates& future) const {
  std::vector<Components> result;
  for (const SeriesForecast& series : forecast(horizon, future).series) {
    result.emplace_back().add(kRemainder, means_of(*series.distribution));
  }
  return result;
}

std::unique_ptr<Fitted> Model::refit(const Fitted& kept, std::vector<Retraining>& decisions,
                                     const FitTask& task) const {
  const auto staying = std::count(decisions.begin(), decisions.end(), Retraining::move_on);
  const auto again = std::ssize(decisions) - staying;
  if (3 * again < std::ssize(decisions) || again == 0) {
    std::fill(decisions.begin(), decisions.end(), Retraining::move_on);
    return kept.clone();
  }
  std::replace(decisions.begin(), decisions.end(), Retraining::move_on, Retraining::re_estimate);
  FitOptions options = task.options;
  options.earlier = &kept;
  return fit(task.panel, task.covariates, options);
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

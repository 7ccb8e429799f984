#include "models/model.h"

#include "models/joint_fit.h"
#include "models/series_model.h"
#include "models/state_shelf.h"

#include <nlohmann/json.hpp>

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

nlohmann::json Fitted::save_parts(StateShelf& /*shelf*/) const {
  return save();
}

std::unique_ptr<Fitted> Model::load_parts(const nlohmann::json& state,
                                          const StateShelf& shelf) const {
  return load(shelf.whole(state));
}

std::unique_ptr<Fitted> Model::refit(std::unique_ptr<Fitted> kept,
                                     std::vector<Retraining>& decisions,
                                     const FitTask& task) const {
  const auto staying = std::count(decisions.begin(), decisions.end(), Retraining::move_on);
  const auto again = std::ssize(decisions) - staying;
  if (!enough_ask(again, std::ssize(decisions))) {
    std::fill(decisions.begin(), decisions.end(), Retraining::move_on);
    return kept;
  }
  std::replace(decisions.begin(), decisions.end(), Retraining::move_on, Retraining::re_estimate);
  FitOptions options = task.options;
  options.earlier = kept.get();
  return fit(in_order_of(*kept, task.panel), task.covariates, options);
}

Panel in_order_of(const Fitted& kept, const Panel& panel) {
  std::vector<Eigen::Index> order;
  std::vector<bool> taken(static_cast<std::size_t>(panel.size()), false);
  for (const LedgerRow& row : kept.ledger_rows()) {
    const Eigen::Index at = panel.find(row.unique_id);
    if (at < 0) continue;
    order.push_back(at);
    taken[static_cast<std::size_t>(at)] = true;
  }
  for (Eigen::Index i = 0; i < panel.size(); ++i) {
    if (!taken[static_cast<std::size_t>(i)]) order.push_back(i);
  }
  return panel.only(order);
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

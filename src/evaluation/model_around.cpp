#include "evaluation/model_around.h"

#include <nlohmann/json.hpp>

namespace forecart {

using Eigen::Index;

Forecast FittedAround::forecast(Index horizon, const Covariates& future) const {
  return inner_->forecast(horizon, future);
}

std::vector<Components> FittedAround::components(Index horizon, const Covariates& future) const {
  return inner_->components(horizon, future);
}

nlohmann::json FittedAround::explain(Index series) const {
  return inner_->explain(series);
}

std::shared_ptr<const ExportedNetwork> FittedAround::export_network(
    const ExportRequest& request) const {
  return inner_->export_network(request);
}

const std::vector<LedgerRow>& FittedAround::ledger() const {
  const std::lock_guard lock(mutex_);
  if (!ledger_) ledger_ = ledger_rows();
  return *ledger_;
}

void FittedAround::replace_inner(std::unique_ptr<Fitted> inner) {
  inner_ = std::move(inner);
  forget_ledger();
}

void FittedAround::forget_ledger() {
  const std::lock_guard lock(mutex_);
  ledger_.reset();
}

Panel fitted_again(const Panel& panel, const std::vector<Retraining>& decisions) {
  std::vector<Index> again;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    if (decisions[i] != Retraining::move_on) again.push_back(static_cast<Index>(i));
  }
  return panel.only(again);
}

}  // namespace forecart

#include "evaluation/demand_model.h"

#include "evaluation/model_around.h"
#include "models/state_shelf.h"
#include "series/derived_predictive.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

class DemandFitted final : public FittedAround {
 public:
  DemandFitted(std::unique_ptr<Fitted> inner, AvailabilityPtr availability)
      : FittedAround(std::move(inner)), availability_(std::move(availability)) {}

  Forecast forecast(Index horizon, const Covariates& future) const override {
    Forecast result = inner().forecast(horizon, future);
    for (SeriesForecast& series : result.series) {
      const VectorXd share = open_share(series.id, series.first, horizon);
      if ((share.array() == 1).all()) continue;
      series.distribution = affine(std::move(series.distribution), share, VectorXd::Zero(horizon));
    }
    return result;
  }

  bool is_limited() const { return availability_->limits_forecasts(); }

  Forecast demand(Index horizon, const Covariates& future) const {
    return inner().forecast(horizon, future);
  }

  std::vector<Components> components(Index horizon, const Covariates& future) const override {
    std::vector<Components> parts = inner().components(horizon, future);
    const Forecast demand = inner().forecast(horizon, future);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const SeriesForecast& series = demand.series[i];
      const VectorXd share = open_share(series.id, series.first, horizon);
      parts[i].values = (share.asDiagonal() * parts[i].values).eval();
    }
    return parts;
  }

  void update(const Panel& recent, const Covariates& covariates) override {
    inner().update(demand_of(recent, *availability_), covariates);
    forget_ledger();
  }
  void inherit(const Fitted& earlier) override {
    inner().inherit(inside<DemandFitted>(earlier));
    forget_ledger();
  }
  std::unique_ptr<Fitted> clone() const override {
    return std::make_unique<DemandFitted>(inner().clone(), availability_);
  }
  nlohmann::json save() const override { return inner().save(); }
  nlohmann::json save_parts(StateShelf& shelf) const override { return inner().save_parts(shelf); }

 private:
  VectorXd open_share(std::string_view id, Bucket first, Index horizon) const {
    VectorXd share(horizon);
    for (Index step = 0; step < horizon; ++step) {
      share[step] = availability_->known_ahead(id, first + step);
    }
    return share;
  }

  AvailabilityPtr availability_;
};

class DemandModel final : public ModelAround {
 public:
  DemandModel(ModelPtr inner, AvailabilityPtr availability)
      : ModelAround(std::move(inner)), availability_(std::move(availability)) {}

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    return wrapped(inner().fit(demand_to_fit(panel, *availability_), covariates,
                               inside<DemandFitted>(options)));
  }
  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    auto* const same = dynamic_cast<DemandFitted*>(kept.get());
    if (same == nullptr) {
      return fit(in_order_of(*kept, task.panel), task.covariates, task.options);
    }
    const Panel demand = demand_to_fit(task.panel, *availability_);
    same->replace_inner(
        inner().refit(same->take_inner(), decisions, {demand, task.covariates, task.options}));
    return kept;
  }
  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return wrapped(inner().load(state));
  }
  std::unique_ptr<Fitted> load_parts(const nlohmann::json& state,
                                     const StateShelf& shelf) const override {
    return wrapped(inner().load_parts(state, shelf));
  }

 private:
  std::unique_ptr<Fitted> wrapped(std::unique_ptr<Fitted> inner) const {
    return std::make_unique<DemandFitted>(std::move(inner), availability_);
  }

  AvailabilityPtr availability_;
};

}  // namespace

ModelPtr on_demand(ModelPtr model, AvailabilityPtr availability) {
  if (availability == nullptr) return model;
  return std::make_shared<DemandModel>(std::move(model), std::move(availability));
}

std::optional<Forecast> forecast_demand(const Fitted& fitted, Index horizon,
                                        const Covariates& future) {
  const auto* const on_demand = dynamic_cast<const DemandFitted*>(&fitted);
  if (on_demand == nullptr || !on_demand->is_limited()) return std::nullopt;
  return on_demand->demand(horizon, future);
}

}  // namespace forecart

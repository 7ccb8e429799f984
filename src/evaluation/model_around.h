#pragma once

#include "models/model.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace forecart {

/// A fitted model around another: what it does not change comes from the inner one. Its ledger is
/// made from the inner one's when it is asked for.
class FittedAround : public Fitted {
 public:
  explicit FittedAround(std::unique_ptr<Fitted> inner) : inner_(std::move(inner)) {}

  Forecast forecast(Eigen::Index horizon, const Covariates& future) const override;
  std::vector<Components> components(Eigen::Index horizon, const Covariates& future) const override;
  nlohmann::json explain(Eigen::Index series) const override;
  std::shared_ptr<const ExportedNetwork> export_network(
      const ExportRequest& request) const override;

  std::vector<LedgerRow> ledger_rows() const override { return inner_->ledger_rows(); }
  const std::vector<LedgerRow>& ledger() const override;

  const Fitted& inner() const { return *inner_; }
  /// Leaves nothing inside until replace_inner.
  std::unique_ptr<Fitted> take_inner() { return std::move(inner_); }
  void replace_inner(std::unique_ptr<Fitted> inner);

 protected:
  Fitted& inner() { return *inner_; }
  /// To be called by whatever changes it.
  void forget_ledger();

 private:
  std::unique_ptr<Fitted> inner_;
  mutable std::mutex mutex_;
  mutable std::optional<std::vector<LedgerRow>> ledger_;  // guarded by mutex_
};

/// What `state` stands around, where it is an Own; else itself, as of states that were saved before
/// there was any.
template <class Own>
const Fitted& inside(const Fitted& state) {
  const auto* const own = dynamic_cast<const Own*>(&state);
  return own != nullptr ? own->inner() : state;
}

/// Options for the inner model of what fits an Own.
template <class Own>
FitOptions inside(FitOptions options) {
  if (options.earlier != nullptr) options.earlier = &inside<Own>(*options.earlier);
  return options;
}

/// A model that fits another, under its name, and stands around what it gave.
class ModelAround : public Model {
 public:
  explicit ModelAround(ModelPtr inner) : inner_(std::move(inner)) {}

  std::string name() const override { return inner_->name(); }
  bool pools() const override { return inner_->pools(); }
  bool uses_covariates() const override { return inner_->uses_covariates(); }

 protected:
  const Model& inner() const { return *inner_; }

 private:
  ModelPtr inner_;
};

/// The series of the panel that were fitted again.
Panel fitted_again(const Panel& panel, const std::vector<Retraining>& decisions);

}  // namespace forecart

#include "evaluation/shared_fit.h"

#include "models/fingerprint.h"

#include <nlohmann/json.hpp>

#include <map>
#include <mutex>
#include <utility>

namespace forecart {

namespace {

std::string fingerprint(const Panel& panel, const Covariates& covariates,
                        const FitOptions& options) {
  Fingerprint print;
  print.add(panel.calendar()).add(covariates).add(options);
  for (Eigen::Index i = 0; i < panel.size(); ++i) print.add(panel[i]);
  return print.text();
}

class SharedFits final : public Model {
 public:
  explicit SharedFits(ModelPtr model) : model_(std::move(model)) {}

  std::string name() const override { return model_->name(); }
  bool pools() const override { return model_->pools(); }
  bool uses_covariates() const override { return model_->uses_covariates(); }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    const std::lock_guard lock(mutex_);
    const std::string key = fingerprint(panel, covariates, options);
    auto& fitted = fitted_[key];
    if (fitted == nullptr) fitted = model_->fit(panel, covariates, options);
    return fitted->clone();
  }

  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return model_->load(state);
  }

 private:
  ModelPtr model_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<Fitted>> fitted_;  // by fingerprint
};

}  // namespace

ModelPtr share_fits(ModelPtr model) {
  return std::make_shared<SharedFits>(std::move(model));
}

}  // namespace forecart

#include "evaluation/shared_fit.h"

#include "evaluation/model_around.h"
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

/// One fit and the lock of whoever makes it: other fits need not wait.
struct SharedFit {
  std::mutex mutex;
  std::unique_ptr<Fitted> fitted;
};

class SharedFits final : public ModelAround {
 public:
  using ModelAround::ModelAround;

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    SharedFit& shared = fit_of(fingerprint(panel, covariates, options));
    const std::lock_guard lock(shared.mutex);
    if (shared.fitted == nullptr) shared.fitted = inner().fit(panel, covariates, options);
    return shared.fitted->clone();
  }

  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    return inner().refit(std::move(kept), decisions, task);
  }

  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return inner().load(state);
  }

  std::unique_ptr<Fitted> load_parts(const nlohmann::json& state,
                                     const StateShelf& shelf) const override {
    return inner().load_parts(state, shelf);
  }

 private:
  /// Stays where it is while others are added.
  SharedFit& fit_of(const std::string& fingerprint) const {
    const std::lock_guard lock(mutex_);
    return fits_[fingerprint];
  }

  mutable std::mutex mutex_;
  mutable std::map<std::string, SharedFit> fits_;  // by fingerprint
};

}  // namespace

ModelPtr share_fits(ModelPtr model) {
  return std::make_shared<SharedFits>(std::move(model));
}

}  // namespace forecart

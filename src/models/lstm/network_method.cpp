#include "models/lstm/network_method.h"

#include "models/fingerprint.h"
#include "models/lstm/learnt_state.h"
#include "models/lstm/network_export.h"
#include "models/lstm/network_series.h"
#include "models/lstm/recursion.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;
using nlohmann::json;

constexpr int kStateVersion = 2;
/// To be raised with every change to how networks are trained, so that no training goes on in
/// another way than it began.
constexpr const char* kTrainingVersion = "4";

class NetworkLearnt final : public GlobalLearnt {
 public:
  NetworkLearnt(std::shared_ptr<const Learnt> learnt, const Calendar& calendar)
      : learnt_(std::move(learnt)), calendar_(calendar) {}

  std::string obstacle(const SeriesView& series) const override {
    const auto below = [](double y) { return y < 0; };
    if (learnt_->plan.space != Space::centred &&
        std::any_of(series.values.begin(), series.values.end(), below)) {
      return "goes below zero, which most series of the panel do not";
    }
    return "";
  }

  std::string note() const override { return learnt_->note; }
  const Learnt& learnt() const { return *learnt_; }

  std::unique_ptr<GlobalSeries> begin(const SeriesView& series,
                                      const Covariates& covariates) const override {
    return std::make_unique<NetworkSeries>(learnt_->plan, series, covariates);
  }

  Bucket lookback() const override { return learnt_->plan.lookback(); }

  std::vector<PredictivePtr> forecast(const std::vector<GlobalOrigin>& origins, Index horizon,
                                      const Covariates& future, unsigned threads) const override {
    return forecast_recursively(*learnt_, calendar_, origins, horizon, future, threads);
  }

  Components components(const GlobalOrigin& origin, Index horizon,
                        const Covariates& future) const override {
    const auto distribution = forecast({origin}, horizon, future, 1).front();
    Eigen::VectorXd mean(horizon);
    for (Index k = 0; k < horizon; ++k) mean[k] = distribution->mean(k);
    Components result;
    result.complete("remainder", mean);
    return result;
  }

  std::shared_ptr<const ExportedNetwork> export_network(
      const std::string& name, const std::vector<GlobalOrigin>& origins,
      const ExportRequest& request) const override {
    std::vector<SeriesAhead> ahead;
    for (const GlobalOrigin& origin : origins) {
      ahead.emplace_back(learnt_->plan, calendar_, origin, learnt_->plan.horizon, request.future);
    }
    std::vector<ShownSeries> shown;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      shown.push_back({origins[i].id, ahead[i].origin()});
    }
    return export_learnt(name, *learnt_, calendar_, shown, request);
  }

  json explain() const override { return learnt_->report; }
  json save() const override { return save_learnt(*learnt_); }
  std::unique_ptr<GlobalSeries> load_series(const json& state) const override {
    return std::make_unique<NetworkSeries>(learnt_->plan, state);
  }

 private:
  std::shared_ptr<const Learnt> learnt_;
  Calendar calendar_;
};

class NetworkMethod final : public GlobalMethod {
 public:
  NetworkMethod(std::string name, NetworkOptions options)
      : name_(std::move(name)), options_(std::move(options)) {}

  std::string name() const override { return name_; }
  std::string interval_method() const override { return "network, calibrated on held-out origins"; }
  int state_version() const override { return kStateVersion; }
  bool uses_covariates() const override { return true; }

  GlobalOutcome learn(const GlobalPanel& panel, const FitOptions& options) const override {
    LearningContext context;
    if (const auto* same = dynamic_cast<const NetworkLearnt*>(panel.earlier)) {
      context.earlier = &same->learnt();
    }
    if (!options.checkpoints.empty()) context.place = {options.checkpoints, key(panel, options)};
    LearningOutcome outcome =
        lstm::learn({panel.calendar, panel.covariates, panel.series}, options_, options, context);
    if (outcome.learnt == nullptr) return {nullptr, outcome.refusal};
    return {std::make_shared<NetworkLearnt>(std::move(outcome.learnt), panel.calendar), ""};
  }

  std::shared_ptr<const GlobalLearnt> load(const json& state,
                                           const Calendar& calendar) const override {
    return std::make_shared<NetworkLearnt>(load_learnt(state), calendar);
  }

 private:
  /// Of all that determines a training.
  std::string key(const GlobalPanel& panel, const FitOptions& options) const {
    Fingerprint print;
    print.add(kTrainingVersion).add(net::best_kernel().name).add(name_).add(options_.text());
    print.add(panel.calendar).add(panel.covariates).add(options);
    for (const SeriesView& series : panel.series) print.add(series);
    return print.text();
  }

  std::string name_;
  NetworkOptions options_;
};

}  // namespace

std::shared_ptr<const GlobalMethod> make_network_method(std::string name,
                                                        const NetworkOptions& options) {
  options.validate();
  return std::make_shared<NetworkMethod>(std::move(name), options);
}

}  // namespace forecart::lstm

#include "evaluation/shared_fit.h"

#include "base/hash.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <mutex>
#include <utility>

namespace forecart {

namespace {

std::string bytes_of(std::span<const double> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::string text_of(const CovariateBlock& block) {
  const std::span values(block.values.data(), static_cast<std::size_t>(block.values.size()));
  return fmt::format("{} {}\n", block.first, values.size()) + bytes_of(values);
}

/// Tells panels and options apart; threads and progress never change a fit.
std::string fingerprint(const Panel& panel, const Covariates& covariates,
                        const FitOptions& options) {
  std::string content = fmt::format(
      "{} {} {} {} {} {}\n", options.seed, options.horizon, options.trial, options.time_budget,
      panel.calendar().frequency().name(), panel.calendar().zone().name());
  for (Eigen::Index i = 0; i < panel.size(); ++i) {
    const SeriesView series = panel[i];
    content += fmt::format("{} {} {}\n", series.id, series.first, series.values.size());
    content += bytes_of(series.values);
  }
  for (const std::string& name : covariates.all_names()) content += name + "\n";
  content += text_of({covariates.first, covariates.values});
  for (const auto& [id, block] : covariates.own) content += id + "\n" + text_of(block);
  content += "past\n";
  for (const std::string& name : covariates.past_names) content += name + "\n";
  content += "statics\n";
  for (const StaticColumn& column : covariates.statics.columns) content += column.name + "\n";
  for (const auto& [id, cells] : covariates.statics.cells) {
    content += id + "\n" + bytes_of({cells.data(), static_cast<std::size_t>(cells.size())});
  }
  return sha256(content);
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

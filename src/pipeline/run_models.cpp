#include "pipeline/run_models.h"

#include "evaluation/calibrated_model.h"
#include "evaluation/item_life.h"
#include "evaluation/shared_fit.h"
#include "evaluation/watched_model.h"

#include <utility>

namespace forecart {

RunModels::RunModels(ModelRegistry& registry, AvailabilityPtr availability,
                     std::optional<HierarchyPlan> hierarchy)
    : registry_(registry),
      availability_(std::move(availability)),
      hierarchy_(std::move(hierarchy)) {}

ModelPtr RunModels::make(const std::string& name) {
  const std::size_t slash = name.find('/');
  ModelPtr base = make_base(name.substr(0, slash));
  if (slash == std::string::npos) return base;
  HierarchyPlan plan = hierarchy_.value_or(HierarchyPlan{});
  plan.method = parse_reconciliation(name.substr(slash + 1));
  return reconciled(std::move(base), std::move(plan));
}

ModelPtr RunModels::make_base(const std::string& name) {
  const auto make = [&] {
    ModelPtr model = calibrated(registry_.make(name), registry_.options().intervals);
    return on_demand(with_endings(watched(std::move(model))), availability_);
  };
  if (!hierarchy_) return make();
  ModelPtr& model = shared_[name];
  if (model == nullptr) model = share_fits(make());
  return model;
}

std::string RunModels::reconciled_name(const std::string& model) const {
  return model + "/" + to_string(hierarchy_->method);
}

std::vector<std::string> RunModels::proven(const std::vector<std::string>& models) const {
  if (!hierarchy_) return models;
  std::vector<std::string> names;
  for (const std::string& model : models) {
    names.push_back(model);
    names.push_back(reconciled_name(model));
  }
  return names;
}

std::vector<std::string> RunModels::published(const std::vector<std::string>& models) const {
  if (!hierarchy_) return models;
  std::vector<std::string> names;
  for (const std::string& model : models) names.push_back(reconciled_name(model));
  return names;
}

}  // namespace forecart

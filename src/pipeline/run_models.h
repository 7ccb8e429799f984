#pragma once

#include "evaluation/demand_model.h"
#include "evaluation/reconciled_model.h"
#include "pipeline/model_registry.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// The models of a run as they are proven, saved and loaded: on demand, with series that end,
/// intervals calibrated and, where a panel is a hierarchy, adding up.
class RunModels {
 public:
  /// The registry must outlive this.
  RunModels(ModelRegistry& registry, AvailabilityPtr availability,
            std::optional<HierarchyPlan> hierarchy = {});

  /// "AutoSelect", or "AutoSelect/variance" for its reconciled forecasts: both fit each panel once.
  /// Throws Error unknown_name for a model or a method that is none.
  ModelPtr make(const std::string& name);

  /// Names of what is proven: the models and, in a hierarchy, each reconciled.
  std::vector<std::string> proven(const std::vector<std::string>& models) const;
  /// Names of what is forecast: in a hierarchy the reconciled ones alone.
  std::vector<std::string> published(const std::vector<std::string>& models) const;

 private:
  ModelPtr make_base(const std::string& name);
  std::string reconciled_name(const std::string& model) const;

  ModelRegistry& registry_;
  AvailabilityPtr availability_;
  std::optional<HierarchyPlan> hierarchy_;
  std::map<std::string, ModelPtr> shared_;  // of hierarchies, by name
};

}  // namespace forecart

#pragma once

#include "models/model.h"

#include "hierarchy/reconcile.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// A hierarchy and how its forecasts are made to add up.
struct HierarchyPlan {
  Reconciliation method = Reconciliation::automatic;
  std::vector<std::string> levels;  ///< as make_hierarchy takes them
};

/// The same model for a panel of leaves and their sums (with_sums), whose forecasts add up. Its
/// name is that of the model, "/" and that of the method. Methods that weigh nodes by their errors
/// learn them at up to four origins inside what is fitted, a horizon apart and in its last third,
/// by one more fit; all learn from every update. Nothing is below zero where nothing ever was. A
/// leaf of which nothing is known is forecast at zero, beside the sums of the others; a sum that
/// was never known takes what its leaves add up to.
///
/// Distributions are those of the model, moved to the reconciled mean; where errors are known and
/// the method has S P S = S, deviations are scaled by what reconciliation would have done to the
/// root mean square of a node's past errors.
ModelPtr reconciled(ModelPtr model, HierarchyPlan plan);

/// forecast_demand, reconciled where the forecast is.
std::optional<Forecast> reconciled_demand(const Fitted& fitted, Eigen::Index horizon,
                                          const Covariates& future);

/// By what the forecasts of `fitted`, a state of the model of that name, add up where it has chosen
/// so by itself, from past errors; "" where it has not.
std::string chosen_reconciliation(std::string_view model, const Fitted& fitted);

}  // namespace forecart

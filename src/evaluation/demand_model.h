#pragma once

#include "models/model.h"
#include "series/availability.h"

#include <memory>
#include <optional>

namespace forecart {

using AvailabilityPtr = std::shared_ptr<const Availability>;

/// The same model, which sees demand (demand_of) where it is given sales, and forecasts sales: its
/// demand times the share known to be open ahead. Its saved states are those of `model`. Without
/// availability it is `model`.
ModelPtr on_demand(ModelPtr model, AvailabilityPtr availability);

/// The demand behind the sales that `fitted` forecasts; nothing where they are the same, as nothing
/// known ahead limits sales.
std::optional<Forecast> forecast_demand(const Fitted& fitted, Eigen::Index horizon,
                                        const Covariates& future);

}  // namespace forecart

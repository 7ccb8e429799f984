#pragma once

#include "models/global/global_model.h"

namespace forecart {

/// What a fitted global model is made with.
struct GlobalParts {
  std::shared_ptr<const GlobalMethod> method;
  SeriesModelPtr fallback;
};

std::unique_ptr<Fitted> fit_global(const GlobalParts& parts, const Panel& panel,
                                   const Covariates& covariates, const FitOptions& options);

/// Reads what Fitted::save wrote. Throws Error bad_data or newer_version, or nlohmann's exception.
std::unique_ptr<Fitted> load_global(const GlobalParts& parts, const nlohmann::json& state);

}  // namespace forecart

#pragma once

#include "models/model.h"

#include <string>
#include <vector>

namespace forecart {

/// What was found out about one series, and the models to fit to it by their places, best first.
struct Seat {
  std::vector<std::size_t> order;
  std::vector<double> weights;  ///< as order, > 0, of any sum
  std::size_t wanted = 1;       ///< so many of the order, the first that can be used, are combined
  std::string demand;           ///< see LedgerRow
  std::string tried;            ///< see LedgerRow
  double milliseconds = 0;      ///< spent so far
};

/// What models are fitted to; must outlive the call it is passed to.
struct SelectionTask {
  const Panel& panel;
  const Covariates& covariates;
  const FitOptions& options;
};

/// Fits to every series of the panel the first models of its seat's order that can be used on it,
/// and forecasts the weighted mean of their quantile functions (see `average`). There is a seat per
/// series, with a model at least, and a model, to which ids go that join later.
std::unique_ptr<Fitted> fit_selection(std::vector<Seat> seats, const std::vector<ModelPtr>& models,
                                      const SelectionTask& task);

/// Reads what the fitted selection's save() wrote; `models` are those it was elected from. Throws
/// Error bad_data or nlohmann's exception.
std::unique_ptr<Fitted> load_selection(const nlohmann::json& state,
                                       const std::vector<ModelPtr>& models);

}  // namespace forecart

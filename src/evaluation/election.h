#pragma once

#include "evaluation/fitted_selection.h"
#include "models/model.h"

#include <memory>
#include <optional>
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
  SeriesTrial trial{};          ///< of all models; no losses where none was tried
};

/// What a trial says of some models, by their places, as evidence that grows by origins of so many
/// steps; nothing where there is none.
std::optional<MemberRecord> record_of(const SeriesTrial& trial,
                                      const std::vector<std::size_t>& places,
                                      const std::vector<ModelPtr>& models, Eigen::Index origin);

/// What models are fitted to; must outlive the call it is passed to.
struct SelectionTask {
  const Panel& panel;
  const Covariates& covariates;
  const FitOptions& options;
  std::size_t home = 0;     ///< place of the model to which ids go that join later
  Eigen::Index origin = 1;  ///< steps of an origin
};

/// Fits to every series of the panel the first models of its seat's order that can be used on it,
/// and forecasts their weighted mean (see make_fitted_selection). There is a seat per series, with
/// a model at least.
std::unique_ptr<Fitted> fit_selection(std::vector<Seat> seats, const std::vector<ModelPtr>& models,
                                      const SelectionTask& task);

}  // namespace forecart

#pragma once

#include "pipeline/forecast_index.h"
#include "server/routes.h"

#include <memory>
#include <optional>
#include <string>

namespace forecart {

/// Forecasts of a run, and its name.
struct Published {
  std::string run;
  std::shared_ptr<const ForecastIndex> index;
};

/// Of the run that the query names, else of the current one. Nothing where the store would have to
/// be asked and `patience` does not allow it. Throws Error not_found where there is no such run.
std::optional<Published> published(const RouteServices& services, const Call& call,
                                   Patience patience);

/// The panel that the query names; the first that one may see where it names none. Throws Error
/// unknown_name, and Forbidden where its ids may name persons and who asks is no analyst.
const ForecastIndex::Panel& panel_of(const ForecastIndex& index, const Call& call);

/// The series that the query names. Throws Error unknown_name.
const ForecastIndex::Series& series_of(const ForecastIndex::Panel& panel, const Call& call);

/// `run` in a query.
Parameter run_parameter();

}  // namespace forecart

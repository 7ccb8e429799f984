#pragma once

#include "pipeline/repository.h"
#include "table/table_file.h"

#include <string>

namespace forecart {

/// Rows of the table `forecasts` (athena-tables.json), all but `ds` by their types there: of each
/// series of a run its last sales, eight horizons of them, then the forecast of the model that the
/// run's ledger calls best, with what people put in its place. Panels whose ids may name a person
/// are left out. The repository must outlive it. Throws, as its blocks do, as reading the tables of
/// a run and cutting panels do.
TableBlocks quicksight_forecasts(const Repository& repository, const std::string& dataset,
                                 const std::string& run);

}  // namespace forecart

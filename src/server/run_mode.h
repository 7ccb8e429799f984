#pragma once

#include "pipeline/work_queue.h"
#include "server/route.h"

namespace forecart {

/// `mode` of a query: how a run is to be made.
Parameter mode_parameter();

/// What the query says; warm where it says nothing. Throws Error invalid_value.
RunMode mode_of(const Call& call);

}  // namespace forecart

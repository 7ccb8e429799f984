#pragma once

#include "server/route_table.h"

namespace forecart {

/// The things that lists of the API hold, each with its fields: Run, Upload, Alert, Reject, Row,
/// Prediction, AuditEntry, and what streams of events tell.
void add_item_schemas(RouteTable& table);

}  // namespace forecart

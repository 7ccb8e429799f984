#pragma once

#include "server/route_table.h"

#include <string>
#include <string_view>

namespace forecart {

/// The OpenAPI 3.1 document of a table, as JSON: what `GET /api/v1/openapi.json` answers.
std::string openapi_document(const RouteTable& table, std::string_view version);

/// Adds the route that answers it, to anybody; of the routes and schemas that stand in the table
/// then, so it comes last.
void add_openapi_route(RouteTable& table, std::string_view version);

}  // namespace forecart

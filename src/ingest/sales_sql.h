#pragma once

#include "ingest/dataset_config.h"
#include "table/database.h"

#include <string>

namespace forecart {

/// The clean sales of a stream (SaleStream) with the dimensions. Throws Error invalid_value for one
/// that is no expression.
std::string sales_query(const DatasetConfig& config, const std::string& source);

/// Runs a query with dimensions in it. What DuckDB has against one is told in one line, without the
/// picture of the query, which is ours.
Table query_dimensions(const Database& database, const std::string& sql);

/// Throws Error invalid_value for a dimension that is no expression over columns.
void require_expressions(const DatasetConfig& config);

}  // namespace forecart

#pragma once

#include "ingest/dataset_config.h"
#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What QuickSight and Athena read of a data set: forecasts with the sales before them, and sales
/// by month, hour, product and city, as csv and parquet under names that stay. Sums only, no orders
/// and nothing of persons. Columns and types are those of athena-tables.json.

/// The tables that a data set has: no sales by city where it declares no such dimension.
std::vector<std::string> quicksight_tables(const DatasetConfig& config);

/// "csv" and "parquet" of a table lie alone in their folders, manifests for QuickSight and the
/// statements for Athena beside them.
std::string quicksight_key(const std::string& dataset, const std::string& table,
                           const std::string& format);
std::string quicksight_manifest_key(const std::string& dataset, const std::string& table);

/// Which csv QuickSight is to read: those below the table's folder.
nlohmann::json quicksight_manifest(const StoreLocation& place, const std::string& dataset,
                                   const std::string& table);

/// CREATE DATABASE and, of each table anew, CREATE EXTERNAL TABLE for Athena, over the parquet
/// files, which dropping a table leaves.
std::vector<std::string> athena_statements(const StoreLocation& place, const std::string& dataset,
                                           const std::vector<std::string>& tables);
/// "forecart_orders": of Glue, where names have no "-" and no capitals; of a data set that has, a
/// few digits of its name's hash stand behind.
std::string athena_database(const std::string& dataset);

/// Writes the tables of the current run below quicksight/<dataset>/, and again where another run
/// became current meanwhile; which run it was. On S3 the manifests and athena.sql too, which name
/// the bucket. Throws Error not_found where there is no run; as the tables of a run, sales and the
/// store do.
struct QuickSightFiles {
  std::string run;
  std::vector<std::string> tables;
  std::vector<std::string> keys;
};
QuickSightFiles publish_quicksight_tables(const StoreLocation& place, const std::string& dataset);

}  // namespace forecart

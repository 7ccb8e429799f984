#pragma once

#include "store/store.h"
#include "table/table_file.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace forecart {

/// Writes a table, which need not fit in memory, as <key>.csv, .json and .parquet; returns the
/// hashes of the files and, as `content`, of what they say: `{"content":..,"csv":..,"json":..,
/// "parquet":..}`. Needs a block with columns.
nlohmann::json write_all_formats(ObjectStore& store, const std::string& key,
                                 const TableBlocks& next);

/// True for a column that tells how long something took, which no two runs share: `content` is the
/// SHA-256 of the csv without them.
bool is_timing(std::string_view column);

}  // namespace forecart

#pragma once

#include "ingest/dataset_config.h"
#include "pipeline/repository.h"

#include <cstdint>
#include <string>
#include <vector>

namespace forecart {

/// What there is to read, beside the panels.
struct OrdersSize {
  std::size_t uploads = 0;
  std::vector<std::string> hashes;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;  ///< of the clean sales
};

OrdersSize orders_of(const Repository& repository, const std::string& dataset);

/// Bytes of a stored object; 0 where it is gone.
std::int64_t stored_bytes(const Repository& repository, const std::string& key);

/// How many files are to be cleaned again. Throws Error bad_data where a panel needs a column that
/// the sales get only then.
std::size_t require_columns(const Repository& repository, const std::string& dataset,
                            const DatasetConfig& config);

}  // namespace forecart

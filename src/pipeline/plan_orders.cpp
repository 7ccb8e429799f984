#include "pipeline/plan_orders.h"

#include "base/error.h"
#include "pipeline/sales.h"
#include "table/parquet_reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace forecart {

namespace {

/// Names of the columns of sales that were cleaned; none where they are gone.
std::vector<std::string> columns_of(const Repository& repository, const std::string& key) {
  std::vector<std::string> columns;
  if (!repository.store().exists(key)) return columns;
  for (const ParquetColumn& column : parquet_columns(repository.store().fetch(key))) {
    columns.push_back(column.name);
  }
  return columns;
}

}  // namespace

OrdersSize orders_of(const Repository& repository, const std::string& dataset) {
  OrdersSize size;
  size.uploads = repository.upload_names(dataset).size();
  size.hashes = input_hashes(repository, dataset);
  for (const std::string& hash : size.hashes) {
    const auto counts = sales_counts(repository, dataset, hash);
    if (counts) size.rows += counts->at("rows_accepted").get<std::int64_t>();
    size.bytes += stored_bytes(repository, Repository::sales_key(dataset, hash));
  }
  return size;
}

std::int64_t stored_bytes(const Repository& repository, const std::string& key) {
  std::error_code gone;
  const auto bytes = std::filesystem::file_size(repository.store().fetch(key), gone);
  return gone ? 0 : static_cast<std::int64_t>(bytes);
}

std::size_t require_columns(const Repository& repository, const std::string& dataset,
                            const DatasetConfig& config) {
  const std::vector<KnownFile> outdated = outdated_files(repository, dataset, config);
  for (const KnownFile& file : outdated) {
    const auto columns = columns_of(repository, Repository::sales_key(dataset, file.hash));
    for (const PanelConfig& panel : config.panels) {
      for (const std::string& name : panel.by) {
        if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
        throw Error(
            ErrorCode::bad_data,
            fmt::format(
                "panel '{}' is cut by '{}', which the sales of {} do not have: dataset.toml "
                "has changed since they were cleaned. forecart run cleans them again",
                panel.name, name, file.name));
      }
    }
  }
  return outdated.size();
}

}  // namespace forecart

#include "pipeline/sales_state.h"

#include "base/hash.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/sales.h"
#include "pipeline/sales_merges.h"

#include <fmt/format.h>

namespace forecart {

namespace {

std::string version_of(const DatasetConfig& config, const std::vector<std::string>& hashes) {
  constexpr std::size_t kDigits = 32;
  Sha256 sum;
  sum.add(cleaning_settings(config));
  for (const std::string& hash : hashes) sum.add("\n" + hash);
  return sum.hex().substr(0, kDigits);
}

}  // namespace

SalesState read_sales_state(const Repository& repository, const std::string& dataset) {
  repository.require_dataset(dataset);
  SalesState state;
  state.dataset = dataset;
  state.config = read_config(repository, dataset);
  state.schema = sales_schema(state.config);
  state.hashes = input_hashes(repository, dataset);
  state.version = version_of(state.config, state.hashes);
  return state;
}

void require_clean_sales(const Repository& repository, const SalesState& state) {
  const std::size_t count = outdated_files(repository, state.dataset, state.config).size();
  if (count == 0) return;
  throw Error(ErrorCode::conflict,
              fmt::format("{0} files of '{1}' are not cleaned as its dataset.toml says now; the "
                          "next run does it: forecart run --dataset {1}",
                          count, state.dataset));
}

SalesFiles::SalesFiles(const Repository& repository, const SalesState& state)
    : store_(repository.store()) {
  require_clean_sales(repository, state);
  paths_ = sales_files(repository, state.dataset, cleaning_settings(state.config), state.hashes);
}

SalesFiles::~SalesFiles() {
  for (const std::filesystem::path& path : paths_) store_.release(path);
}

}  // namespace forecart

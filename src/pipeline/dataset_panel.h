#pragma once

#include "ingest/dataset_config.h"
#include "pipeline/panel_source.h"
#include "pipeline/repository.h"

#include <string>
#include <vector>

namespace forecart {

/// The settings of a data set. Throws Error not_found for one without orders, and as
/// parse_dataset_config does.
DatasetConfig read_config(const Repository& repository, const std::string& dataset);

/// The same of a text. Throws as parse_dataset_config, and for a method of hierarchies there is
/// not.
DatasetConfig parse_settings(const std::string& toml, const std::string& place);

/// A declared panel by name; the first for "". Throws Error unknown_name with the list, bad_data
/// where none is declared.
const PanelConfig& find_panel(const DatasetConfig& config, const std::string& name);

/// Cuts a declared panel, with the sums of its hierarchy, from the sales of these files, which must
/// be clean (refresh_sales).
LoadedPanel cut_panel(const Repository& repository, const std::string& dataset,
                      const std::vector<std::string>& hashes, const PanelConfig& panel,
                      bool keep_partial);

}  // namespace forecart

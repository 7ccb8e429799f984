#pragma once

#include "pipeline/dataset_inputs.h"
#include "pipeline/panel_source.h"
#include "pipeline/repository.h"
#include "pipeline/run.h"

#include <string>
#include <vector>

namespace forecart {

/// What a run is made of, before a panel is cut.
struct RunSource {
  DatasetConfig dataset;
  std::vector<std::string> hashes;  ///< of its files
};

/// What the request names, checked; the kernel that it asks for is chosen. Throws Error not_found
/// where no panel is declared or there are no orders, and as check_request does.
RunSource read_source(const Repository& repository, const RunRequest& request);

/// What a run's panels are cut from.
struct PanelOrigin {
  const RunRequest& request;
  Repository& repository;
  const DatasetConfig& dataset;
  const std::vector<std::string>& hashes;  ///< of the files, which must be clean (refresh_sales)
};

/// A panel of a run, and all that its models are fitted with.
struct PreparedPanel {
  LoadedPanel loaded;  ///< its notes say what people should know
  ModelChoice choice;
  PanelRunOptions options;
  PanelInputs inputs;  ///< but for the covariates, which the options have
};

/// Throws as cut_panel and load_inputs do.
PreparedPanel prepare_panel(const PanelOrigin& origin, const PanelConfig& config);

}  // namespace forecart

#pragma once

#include "aws/sagemaker_config.h"
#include "cli/options.h"
#include "pipeline/run.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace forecart {

/// How series are read, proven and forecast in a container: flags of a processing job, and, by the
/// same names, hyperparameters of a training job.
struct SeriesFlags {
  std::string dataset = "orders";
  PanelRequest table;
  bool keep_partial = false;
  ModelFlags model;

  void add_to(CLI::App& command);
  /// Of flags that were parsed. Throws Error.
  RunRequest run() const;
};

/// Parses hyperparameters as flags that were added to `app`: names as flags have them, with "_" as
/// well as "-", and those of DeepAR that mean the same. Throws Error unknown_name for one that
/// there is not, with those that there are, and invalid_value for a value that it cannot have.
void read_hyperparameters(const std::vector<Hyperparameter>& given, CLI::App& app);

}  // namespace forecart

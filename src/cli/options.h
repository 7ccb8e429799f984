#pragma once

#include "cli/network_flags.h"
#include "pipeline/covariate_source.h"
#include "pipeline/model_choice.h"
#include "pipeline/panel_source.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace forecart {

/// Flags that say which columns and rows of raw orders mean what; the same for ingest and for the
/// commands that read orders straight from files.
struct OrderFlags {
  DatasetConfig config;  ///< what the flags give; the rest is guessed
  std::string date_order;
  std::string delimiter;
  std::string returns;

  void add_to(CLI::App& command);
  /// The config with the flags that need parsing filled in. Throws Error.
  DatasetConfig parsed() const;
};

/// Flags that choose the input of `forecast` and `backtest`.
struct InputFlags {
  PanelRequest request;
  std::string repository;  ///< with a data set and a panel instead of files
  std::string dataset;
  std::string panel;
  OrderFlags orders;
  std::string measure = "lines";
  CovariateRequest covariates;

  void add_to(CLI::App& command);
  PanelRequest parsed() const;
  /// True for a panel of a repository. Throws Error usage where neither or both are given.
  bool from_repository() const;
};

/// Flags that choose models, horizon, windows and levels.
struct ModelFlags {
  ModelChoice choice;
  std::string transform;
  std::string strategy = "auto";
  std::string combination = "auto";
  std::string intervals = "quantile";
  std::string objective = "auto";
  std::string refit = "0";
  std::string retrain = "auto";
  NetworkFlags network;
  CLI::Option* horizon = nullptr;  ///< tells whether --h was given

  void add_model_flags(CLI::App& command);
  void add_window_flags(CLI::App& command);
  /// Of a run and its plan: what becomes of the states of the run before.
  void add_retrain_flags(CLI::App& command);
  /// Of a backtest only: a run forecasts from the end of the data.
  void add_gap_flag(CLI::App& command);
  ModelChoice parsed() const;

 private:
  void add_arima_flags(CLI::App& command);
  void add_tree_flags(CLI::App& command);
};

/// Flags every command has.
struct CommonFlags {
  bool json = false;
  std::string progress = "auto";

  void add_to(CLI::App& command);
};

/// Throws Error usage for a flag that says how files are read: a repository has it in dataset.toml.
void refuse_file_flags(const CLI::App& command);

/// Throws Error usage for a flag that says how raw orders are read: a long table has series
/// already.
void refuse_order_flags(const CLI::App& command);

/// Throws Error usage for a flag of a fit, where the saved states of a run forecast.
void refuse_fit_flags(const CLI::App& command);

/// Throws Error usage for --intervals where a forecast from files makes no proof to learn from.
void refuse_interval_flag(const CLI::App& command);

/// Throws Error usage for a flag of forecasts, where a network is written: its levels are its own,
/// and its horizon where it is one of a repository.
void refuse_forecast_flags(const CLI::App& command, bool of_repository);

/// --repository PLACE, required unless FORECART_REPOSITORY says it.
void add_repository_flag(CLI::App& command, std::string& into);

}  // namespace forecart

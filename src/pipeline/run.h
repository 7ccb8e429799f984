#pragma once

#include "pipeline/disturbances.h"
#include "pipeline/model_choice.h"
#include "pipeline/state_parts.h"

#include "cost/bill.h"
#include "cost/usage.h"
#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

class CancelWatch;

struct RunRequest {
  std::string repository;
  std::string dataset;
  ModelChoice choice;                   ///< its horizon counts only where `horizon` is set
  std::optional<Eigen::Index> horizon;  ///< else each panel's own
  bool keep_partial = false;
  bool preliminary = false;        ///< another follows at once; says so in its manifest
  bool retrain_all = false;        ///< else what the current run has fitted goes on where it can
  std::filesystem::path prices{};  ///< price file; empty: see prices_for
  Progress* progress = &no_progress();
  std::vector<std::string> asked_by{};  ///< "upload", "schedule", "request"; empty: by hand
  CancelWatch* cancel = nullptr;        ///< of whoever has it made; else it looks for itself
  std::string
      plan{};  ///< shares of whose fits others have made (fit_share.h); "": all are made here
};

/// A model of a panel, and where its fitted state lies.
struct StoredModel {
  std::string model;
  StoredState state;
  std::chrono::steady_clock::time_point written;
  std::string reconciliation;  ///< chosen_reconciliation of it
};

/// One panel of a run, as it was proven and forecast.
struct RunPanel {
  std::string name;
  Panel panel;
  PanelRun outcome;
  BacktestOptions options;
  std::vector<std::string> notes;
  Covariates covariates;                     ///< known beside it
  AvailabilityPtr availability;              ///< when it could be sold; nothing: always
  std::vector<Disturbances> disturbances;    ///< by series; empty where they were not looked for
  std::optional<HierarchyPlan> hierarchy{};  ///< of a panel with sums
  std::vector<StoredModel> states{};         ///< of its models that forecast
  double core_seconds = 0;                   ///< that all of this took
  double model_core_seconds = 0;             ///< of those, for proof and forecast
};

struct RunReport {
  std::string dataset;
  std::string run;
  std::vector<RunPanel> panels;
  std::string folder;  ///< where the results lie, below the repository
  double seconds = 0;
  std::size_t refreshed = 0;  ///< files cleaned again because dataset.toml had changed
  std::string proven_by{};    ///< the run whose proof stands, where this one went on; else empty
  bool published = false;     ///< the data set's current run is this one
  Usage usage{};              ///< up to the writing of the manifest, which keeps it
  Bill bill{};                ///< of that
};

/// One pass of the line over a data set: cuts every panel of dataset.toml from all clean sales,
/// proves the models on rolling origins, forecasts, and writes forecasts, backtest, leaderboard,
/// ledger and retraining (csv, parquet and json), the fitted states and the manifest. Where the
/// current run was told the same (run_to_continue), its states move on instead, the series that
/// need it are fitted again (decide_retraining), and its proof stands. The pointer to the current
/// run moves last. A run that fails leaves a manifest that says why; one that is cancelled
/// (cancel_work) ends with Cancelled and leaves a manifest that says so, and so does one whose
/// thread is interrupted, with Interrupted.
RunReport run_dataset(const RunRequest& request);

/// What `forecart run --json` prints.
nlohmann::json to_json(const RunReport& report);

}  // namespace forecart

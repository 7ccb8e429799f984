#pragma once

#include "cli/output.h"

#include <CLI/CLI.hpp>

#include <functional>

namespace forecart {

/// What the command line asked for, run once parsing is over.
using Command = std::function<ExitStatus()>;

// Each adds one subcommand with its flags to `app`; when it is given, `chosen` is set.
void add_demo_command(CLI::App& app, Command& chosen);
void add_init_command(CLI::App& app, Command& chosen);
void add_ingest_command(CLI::App& app, Command& chosen);
void add_run_command(CLI::App& app, Command& chosen);
void add_forecast_command(CLI::App& app, Command& chosen);
void add_backtest_command(CLI::App& app, Command& chosen);
void add_explain_command(CLI::App& app, Command& chosen);
void add_export_command(CLI::App& app, Command& chosen);
void add_plan_command(CLI::App& app, Command& chosen);
void add_verify_command(CLI::App& app, Command& chosen);
void add_diff_command(CLI::App& app, Command& chosen);
void add_report_command(CLI::App& app, Command& chosen);
void add_status_command(CLI::App& app, Command& chosen);
void add_runs_command(CLI::App& app, Command& chosen);
void add_work_command(CLI::App& app, Command& chosen);
void add_cancel_command(CLI::App& app, Command& chosen);
void add_uploads_command(CLI::App& app, Command& chosen);
void add_fsck_command(CLI::App& app, Command& chosen);
void add_gc_command(CLI::App& app, Command& chosen);
void add_doctor_command(CLI::App& app, Command& chosen);
void add_copy_command(CLI::App& app, Command& chosen);
void add_user_command(CLI::App& app, Command& chosen);
void add_serve_command(CLI::App& app, Command& chosen);
void add_lambda_command(CLI::App& app, Command& chosen);
void add_sagemaker_command(CLI::App& app, Command& chosen);
void add_sagemaker_start_command(CLI::App& sagemaker, Command& chosen);
void add_cloudwatch_command(CLI::App& app, Command& chosen);
void add_quicksight_command(CLI::App& app, Command& chosen);
void add_iam_command(CLI::App& app, Command& chosen);
void add_models_command(CLI::App& app, Command& chosen);
void add_version_command(CLI::App& app, Command& chosen);
void add_completion_command(CLI::App& app, Command& chosen);

/// The whole program: parses, runs, maps errors to exit statuses.
int run_program(int argc, const char* const* argv);

}  // namespace forecart

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/terminal_progress.h"
#include "cli/text_table.h"
#include "pipeline/forecast_table.h"
#include "pipeline/panel_run.h"

#include <fmt/format.h>

namespace forecart {

namespace {

struct PanelFlags {
  InputFlags input;
  ModelFlags model;
  CommonFlags common;
  std::string output;

  void add_to(CLI::App& command) {
    input.add_to(command);
    model.add_model_flags(command);
    common.add_to(command);
  }
};

ExitStatus status_of(const std::vector<ModelBacktest>& results) {
  return any_fallback(results) ? ExitStatus::partly : ExitStatus::ok;
}

/// Says on stderr which series fell back, a few of them by name.
void tell_fallbacks(const std::vector<ModelBacktest>& results) {
  constexpr int kShown = 5;
  for (const ModelBacktest& result : results) {
    int fallen = 0;
    for (const LedgerRow& row : result.ledger) {
      if (row.fallback.empty() || ++fallen > kShown) continue;
      print_note(fmt::format("{} fell back to {} on '{}': {}", result.model, row.fallback,
                             row.unique_id, row.reason));
    }
    if (fallen > kShown) {
      print_note(fmt::format("{} fell back on {} more series", result.model, fallen - kShown));
    }
  }
}

ExitStatus forecast(const PanelFlags& flags) {
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  const LoadedPanel loaded = load_panel(flags.input.parsed());
  print_notes(loaded.notes);
  const ModelChoice choice = flags.model.parsed();
  ModelRegistry registry(model_options(choice, loaded.panel.calendar()));
  const PanelRunOptions options = panel_run_options(choice, loaded.panel.calendar(), *progress);
  const PanelRun run = forecast_panel(loaded.panel, registry, options);
  const Table table = forecast_table(run.forecasts, options.backtest.levels);
  tell_fallbacks(run.results);
  if (flags.common.json && flags.output.empty()) {
    print_json(rows_json(table));
  } else {
    emit_table(table, flags.output);
  }
  return status_of(run.results);
}

ExitStatus backtest(const PanelFlags& flags) {
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  const LoadedPanel loaded = load_panel(flags.input.parsed());
  print_notes(loaded.notes);
  const ModelChoice choice = flags.model.parsed();
  ModelRegistry registry(model_options(choice, loaded.panel.calendar()));
  const PanelRunOptions options = panel_run_options(choice, loaded.panel.calendar(), *progress);
  const auto results = backtest_panel(loaded.panel, registry, options);
  tell_fallbacks(results);
  if (!flags.output.empty()) {
    emit_table(backtest_table(loaded.panel, results, options.backtest.levels), flags.output);
  }
  if (flags.common.json) {
    print_json(backtest_json(loaded.panel, results, options.backtest));
  } else {
    print_text(leaderboard_text(results, options.backtest));
  }
  return status_of(results);
}

}  // namespace

void add_forecast_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("forecast", "Forecast a long table or raw orders");
  const auto flags = std::make_shared<PanelFlags>();
  flags->add_to(*command);
  command->add_option("-o,--output", flags->output, "csv, parquet or json file [csv on stdout]");
  command->footer(
      "Example:\n  forecart forecast sales.csv --h 24 --freq h --model ARIMA --order 1,1,1 "
      "--seasonal-order 1,1,1,24 --level 80 -o forecasts.csv");
  command->callback([flags, &chosen] { chosen = [flags] { return forecast(*flags); }; });
}

void add_backtest_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("backtest", "Prove models on rolling origins of a long table or orders");
  const auto flags = std::make_shared<PanelFlags>();
  flags->add_to(*command);
  flags->model.add_window_flags(*command);
  command->add_option("-o,--output", flags->output, "write every forecast to csv, parquet or json");
  command->footer(
      "Example:\n  forecart backtest orders/*.csv --orders --measure lines --h 24 --freq h "
      "--n-windows 8 --step-size 24 --json");
  command->callback([flags, &chosen] { chosen = [flags] { return backtest(*flags); }; });
}

}  // namespace forecart

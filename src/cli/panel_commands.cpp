#include "cli/panel_commands.h"

#include "base/error.h"
#include "cli/commands.h"
#include "cli/cost_flags.h"
#include "cli/telling.h"
#include "cli/terminal_progress.h"
#include "cli/text_table.h"
#include "models/net/kernel.h"
#include "pipeline/covariate_source.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/explanation.h"
#include "pipeline/forecast_table.h"
#include "pipeline/leaderboard.h"
#include "pipeline/level_scores.h"
#include "pipeline/panel_run.h"
#include "pipeline/price_source.h"
#include "pipeline/sales.h"
#include "pipeline/saved_forecast.h"
#include "table/table_file.h"
#include "table/table_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace forecart {

namespace {

struct ExplainFlags {
  PanelFlags panel;
  std::vector<std::string> series;
};

/// The repository that the flags name; nothing where they name files.
std::optional<Repository> repository_of(const PanelFlags& flags) {
  if (!flags.input.from_repository()) return std::nullopt;
  return Repository::open(flags.input.repository);
}

/// The panel that the flags name, from files or from the repository; says on stderr what to know.
LoadedPanel load(const PanelFlags& flags, std::optional<Repository>& repository) {
  LoadedPanel loaded = [&] {
    if (!repository) {
      PanelRequest request = flags.input.parsed();
      if (!request.orders) refuse_order_flags(*flags.command);
      request.threads = flags.model.choice.threads;
      return load_panel(request);
    }
    refuse_file_flags(*flags.command);
    const DatasetConfig config = read_config(*repository, flags.input.dataset);
    refresh_sales(*repository, flags.input.dataset, config);
    LoadedPanel cut =
        cut_panel(*repository, flags.input.dataset, input_hashes(*repository, flags.input.dataset),
                  find_panel(config, flags.input.panel), flags.input.request.keep_partial);
    const std::string& until = flags.input.request.until;
    if (!until.empty()) cut.panel = cut_until(until, cut.panel);
    return cut;
  }();
  print_notes(loaded.notes);
  return loaded;
}

/// A repository has its tables below inputs/.
void refuse_regressors(const PanelFlags& flags) {
  if (flags.input.covariates.empty()) return;
  throw Error(ErrorCode::usage,
              "a repository takes its tables from inputs/, declared as [[input]] in dataset.toml; "
              "--regressors and --holidays go with files");
}

/// What is known beside the panel, and when it could be sold, as a run knows it; says on stderr
/// what to know.
PanelInputs load_beside(const PanelFlags& flags, const std::optional<Repository>& repository,
                        const Panel& panel, const KnownSteps& known) {
  PanelInputs inputs;
  if (!repository) {
    inputs.covariates = load_covariates(flags.input.covariates, panel, known);
    return inputs;
  }
  refuse_regressors(flags);
  const DatasetConfig config = read_config(*repository, flags.input.dataset);
  inputs = load_inputs(*repository, flags.input.dataset, config,
                       find_panel(config, flags.input.panel).name, panel, known);
  print_notes(inputs.notes);
  return inputs;
}

void show_table(const Table& table, const PanelFlags& flags) {
  if (flags.common.json && flags.output.empty()) {
    print_json(rows_json(table));
  } else {
    emit_table(table, flags.output);
  }
}

/// Of a forecast for which none is named: ARIMA where its order is given.
std::string usual_model(const ModelChoice& choice) {
  const bool arima = !choice.order.empty() || !choice.seasonal_order.empty() || choice.drift;
  return arima ? "ARIMA" : "AutoSelect";
}

}  // namespace

SavedForecast saved_forecast(const PanelFlags& flags, bool as_far_as_run) {
  refuse_regressors(flags);
  refuse_file_flags(*flags.command);
  refuse_fit_flags(*flags.command);
  SavedForecastRequest request;
  request.repository = flags.input.repository;
  request.dataset = flags.input.dataset;
  request.panel = flags.input.panel;
  request.models = flags.model.choice.models;
  if (flags.model.horizon->count() > 0) request.horizon = flags.model.choice.horizon;
  request.as_far_as_run = as_far_as_run;
  SavedForecast saved = forecast_saved(request);
  print_note(fmt::format("states of run {}{}", saved.run,
                         saved.moved_on ? ", moved on over new orders" : ""));
  print_notes(saved.notes);
  return saved;
}

FreshForecast fresh_forecast(const PanelFlags& flags, const std::vector<std::string>& series) {
  refuse_interval_flag(*flags.command);
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  std::optional<Repository> files;
  const LoadedPanel loaded = load(flags, files);
  require_series(loaded.panel.ids(), series);
  ModelChoice choice = flags.model.parsed();
  net::choose_kernel(choice.kernel);
  if (choice.models.empty()) choice.models = {usual_model(choice)};
  ModelRegistry registry(model_options(choice, loaded.panel));
  PanelRunOptions options = panel_run_options(choice, loaded.panel, *progress);
  options.hierarchy = loaded.hierarchy;
  options.covariates =
      load_covariates(flags.input.covariates, loaded.panel, {0, options.backtest.horizon});
  tell_terms(registry, options);
  PanelRun run = forecast_panel(loaded.panel, registry, options);
  tell_results(run.results);
  options.backtest.fit.progress = &no_progress();
  return {std::move(options), std::move(run)};
}

namespace {

ExitStatus forecast(const PanelFlags& flags) {
  check_output(flags.output);
  if (flags.input.from_repository()) {
    const SavedForecast saved = saved_forecast(flags);
    show_table(forecast_table(saved.forecasts, flags.model.choice.levels), flags);
    return ExitStatus::ok;
  }
  UsageMeter meter;
  const FreshForecast fresh = fresh_forecast(flags);
  const Usage usage = meter.finish({});
  tell_usage(usage, bill_of(usage, prices_for(flags.prices, nullptr)));
  show_table(forecast_table(fresh.run.forecasts, fresh.options.backtest.levels), flags);
  return status_of(fresh.run.results);
}

/// What is told beside the parts of forecasts.
struct Beside {
  Covariates future;
  nlohmann::json disturbances = nlohmann::json::array();
};

/// The rows of the series asked for.
nlohmann::json rows_of(const nlohmann::json& rows, const std::vector<std::string>& series) {
  if (series.empty()) return rows;
  nlohmann::json result = nlohmann::json::array();
  for (const nlohmann::json& row : rows) {
    const auto id = row.at("unique_id").get<std::string>();
    if (std::find(series.begin(), series.end(), id) != series.end()) result.push_back(row);
  }
  return result;
}

/// Says on stderr by what the forecasts of a hierarchy add up, where that was chosen.
void tell_reconciliation(const std::vector<NamedFitted>& models) {
  for (const NamedFitted& one : models) {
    std::string line =
        reconciliation_line(one.model, chosen_reconciliation(one.model, *one.fitted));
    if (line.empty()) continue;
    line.pop_back();
    print_note(line);
  }
}

/// Parts of every forecast as a table, and with --json what each model knows of itself and what
/// was unusual in the history too.
void show_explanation(const std::vector<NamedFitted>& models, const ExplainFlags& flags,
                      const ExplanationRequest& request, const Beside& beside) {
  const Table table = explanation_table(models, request, beside.future);
  const nlohmann::json disturbances = rows_of(beside.disturbances, flags.series);
  if (flags.panel.common.json && flags.panel.output.empty()) {
    print_json({{"forecasts", rows_json(table)},
                {"models", explanation_json(models, request)},
                {"disturbances", disturbances}});
  } else {
    tell_reconciliation(models);
    tell_disturbances(disturbances);
    emit_table(table, flags.panel.output);
  }
}

ExitStatus explain(const ExplainFlags& flags) {
  check_output(flags.panel.output);
  std::vector<NamedFitted> models;
  if (flags.panel.input.from_repository()) {
    const SavedForecast saved = saved_forecast(flags.panel);
    for (std::size_t i = 0; i < saved.fitted.size(); ++i) {
      models.push_back({saved.forecasts[i].model, saved.fitted[i].get()});
    }
    const Eigen::Index horizon = saved.forecasts.front().forecast.horizon;
    show_explanation(models, flags, {horizon, flags.series}, {saved.future, saved.disturbances});
    return ExitStatus::ok;
  }
  const FreshForecast fresh = fresh_forecast(flags.panel, flags.series);
  for (const ModelBacktest& result : fresh.run.results) {
    models.push_back({result.model, result.fitted.get()});
  }
  show_explanation(models, flags, {fresh.options.backtest.horizon, flags.series},
                   {fresh.options.covariates});
  return status_of(fresh.run.results);
}

/// The choice of models, with the horizon of a repository's panel where none is given.
ModelChoice backtest_choice(const PanelFlags& flags, const std::optional<Repository>& repository) {
  ModelChoice choice = flags.model.parsed();
  net::choose_kernel(choice.kernel);
  if (!repository || flags.model.horizon->count() > 0) return choice;
  const DatasetConfig config = read_config(*repository, flags.input.dataset);
  choice.horizon = find_panel(config, flags.input.panel).horizon;
  return choice;
}

/// The leaderboard, and of a hierarchy the scores of its levels.
void show_scores(const LoadedPanel& loaded, const std::vector<ModelBacktest>& results,
                 const BacktestOptions& options, const nlohmann::json* spent) {
  Table levels;
  if (loaded.hierarchy) {
    levels = level_table(loaded.panel, results, *loaded.hierarchy, options.levels);
  }
  if (spent == nullptr) {
    print_text(leaderboard_text(results, options));
    if (loaded.hierarchy) print_text("\nBy level:\n" + text_table(levels));
    return;
  }
  nlohmann::json scores = backtest_json(loaded.panel, results, options);
  if (loaded.hierarchy) scores["levels"] = rows_json(levels);
  scores.update(*spent);
  print_json(scores);
}

ExitStatus backtest(const PanelFlags& flags) {
  check_output(flags.output);
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  UsageMeter meter;
  meter.begin("read");
  std::optional<Repository> repository = repository_of(flags);
  const LoadedPanel loaded = load(flags, repository);
  const ModelChoice choice = backtest_choice(flags, repository);
  ModelRegistry registry(model_options(choice, loaded.panel));
  PanelRunOptions options = panel_run_options(choice, loaded.panel, *progress);
  PanelInputs inputs =
      load_beside(flags, repository, loaded.panel, {options.backtest.steps_after(0), 0});
  options.covariates = std::move(inputs.covariates);
  options.availability = std::move(inputs.availability);
  options.hierarchy = loaded.hierarchy;
  tell_terms(registry, options);
  meter.begin("models");
  const auto results = backtest_panel(loaded.panel, registry, options);
  const Usage usage = meter.finish(repository ? repository->traffic() : Traffic{});
  const Bill bill = bill_of(usage, prices_for(flags.prices, repository ? &*repository : nullptr));
  tell_results(results);
  if (!flags.output.empty()) {
    emit_table(backtest_table(loaded.panel, results, options.backtest.levels), flags.output);
  }
  const nlohmann::json spent{{"usage", to_json(usage)}, {"cost", to_json(bill)}};
  show_scores(loaded, results, options.backtest, flags.common.json ? &spent : nullptr);
  tell_usage(usage, bill);
  return status_of(results);
}

}  // namespace

void add_forecast_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("forecast", "Forecast a long table or raw orders");
  const auto flags = std::make_shared<PanelFlags>();
  flags->add_to(*command);
  add_prices_flag(*command, flags->prices);
  command->add_option("-o,--output", flags->output, "csv, parquet or json file [csv on stdout]");
  command->footer(
      "Example:\n  forecart forecast sales.csv --h 24 --freq h --model ARIMA --order 1,1,1 \\\n"
      "    --seasonal-order 1,1,1,24 --level 80 -o forecasts.csv\n"
      "  forecart forecast sales.csv --h 28 --freq D --model ARIMA --order 1,0,1 --fourier 7:3 \\\n"
      "    --fourier 365.25:2 --regressors prices.csv --holidays holidays.csv\n"
      "With --repository the states of the current run forecast, moved on over new orders.");
  command->callback([flags, &chosen] { chosen = [flags] { return forecast(*flags); }; });
}

void add_explain_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("explain", "Say what forecasts are made of: parts that add up to them");
  const auto flags = std::make_shared<ExplainFlags>();
  flags->panel.add_to(*command);
  command->add_option("--series", flags->series, "unique_id of a series [all]; repeat for several");
  command->add_option("-o,--output", flags->panel.output,
                      "csv, parquet or json file [csv on stdout]");
  command->footer(
      "Example:\n  forecart explain sales.csv --h 24 --freq h --model AutoSelect --series total\n"
      "  forecart explain --repository shop --dataset orders --json\n"
      "A row per series and step: forecast, then level, trend, seasons and regressors, which add "
      "up "
      "to it. --json adds parameters and diagnostics, and of a repository the outliers and level "
      "shifts that its run found.");
  command->callback([flags, &chosen] { chosen = [flags] { return explain(*flags); }; });
}

void add_backtest_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("backtest", "Prove models on rolling origins of a long table or orders");
  const auto flags = std::make_shared<PanelFlags>();
  flags->add_to(*command);
  flags->model.add_window_flags(*command);
  flags->model.add_gap_flag(*command);
  add_prices_flag(*command, flags->prices);
  command->add_option("-o,--output", flags->output, "write every forecast to csv, parquet or json");
  command->footer(
      "Example:\n  forecart backtest orders/*.csv --orders --measure lines --h 24 --freq h "
      "--n-windows 8 --step-size 24 --json\n"
      "With --repository the tables of its [[input]] and closed times count as in a run.");
  command->callback([flags, &chosen] { chosen = [flags] { return backtest(*flags); }; });
}

}  // namespace forecart

#include "cli/run_command.h"

#include "base/series_id.h"
#include "cli/chart.h"
#include "cli/commands.h"
#include "cli/cost_flags.h"
#include "cli/follow_up.h"
#include "cli/telling.h"
#include "cli/terminal_progress.h"
#include "cli/text_table.h"
#include "pipeline/level_scores.h"
#include "pipeline/retraining_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace forecart {

namespace {

struct RunFlags {
  RunRequest request;
  ModelFlags model;
  CommonFlags common;
};

/// History and forecast of a panel's first series by its best model.
std::string chart_of(const RunPanel& panel) {
  constexpr Eigen::Index kShown = 7;  // horizons of history
  const SeriesView series = panel.panel[0];
  const auto shown = std::min<std::size_t>(
      series.values.size(), static_cast<std::size_t>(kShown * panel.options.horizon));
  const auto& forecasts = panel.outcome.forecasts;
  const NamedForecast& named = *std::min_element(
      forecasts.begin(), forecasts.end(), [&](const NamedForecast& a, const NamedForecast& b) {
        return panel.outcome.result_of(a.model).mean.mae <
               panel.outcome.result_of(b.model).mean.mae;
      });
  const Forecast& forecast = named.forecast;
  const SeriesForecast& next = forecast.series.front();
  const Calendar& calendar = panel.panel.calendar();
  ChartSeries chart;
  chart.history = series.values.last(shown);
  for (Eigen::Index step = 0; step < forecast.horizon; ++step) {
    const ScoredPoint point = forecast_point(*next.distribution, step, {80});
    chart.mean.push_back(point.mean);
    chart.low.push_back(point.low[0]);
    chart.high.push_back(point.high[0]);
  }
  chart.from = calendar.label(series.end() - static_cast<Bucket>(shown));
  chart.until = calendar.label(next.first + forecast.horizon - 1);
  return fmt::format("{}, {}: history and the {} forecast with its 80 % interval\n{}", panel.name,
                     readable_id(std::string(series.id)), named.model, draw_chart(chart));
}

std::string reconciliation_text(const RunPanel& panel) {
  std::string text;
  for (const StoredModel& stored : panel.states) {
    text += reconciliation_line(stored.model, stored.reconciliation);
  }
  return text;
}

void show_run(const RunReport& report, const std::string& repository) {
  std::string text;
  if (report.refreshed > 0) {
    print_note(
        fmt::format("{} files were cleaned again, as dataset.toml has changed", report.refreshed));
  }
  for (const RunPanel& panel : report.panels) {
    for (const std::string& note : panel.notes) print_note(fmt::format("{}: {}", panel.name, note));
    if (panel.outcome.windows > 0) {
      text += fmt::format("\n{}: {} series, {} origins of {} steps\n{}", panel.name,
                          panel.panel.size(), panel.outcome.windows, panel.options.horizon,
                          leaderboard_text(panel.outcome.results, panel.options));
      if (panel.hierarchy) {
        text += "\nBy level:\n" + text_table(level_table(panel.panel, panel.outcome.results,
                                                         *panel.hierarchy, panel.options.levels));
      }
    } else if (const std::string told = retraining_text(panel.outcome); !told.empty()) {
      text += fmt::format("\n{}: {} series, {}", panel.name, panel.panel.size(), told);
    } else {
      text += fmt::format("\n{}: too short to prove a model on it\n", panel.name);
    }
    text += reconciliation_text(panel) + "\n" + chart_of(panel);
  }
  text += fmt::format("\nWritten in {:.1f} s below {}/{}/\n", report.seconds, repository,
                      report.folder);
  const bool goes_on =
      std::any_of(report.panels.begin(), report.panels.end(),
                  [](const RunPanel& panel) { return !panel.outcome.moved_on_from.empty(); });
  for (const char* name :
       {"forecasts", "backtest", "leaderboard", "ledger", "retraining", "disturbances"}) {
    if (goes_on && std::string_view(name) == "backtest") continue;
    text += fmt::format("  {}.{{csv,parquet,json}}\n", name);
  }
  if (std::any_of(report.panels.begin(), report.panels.end(),
                  [](const RunPanel& panel) { return panel.hierarchy.has_value(); })) {
    text += "  levels.{csv,parquet,json}\n";
  }
  text += "  manifest.json\n";
  if (goes_on) {
    text += fmt::format("The proof, with its backtest, is that of run {0}: {1}/runs/{2}/{0}/\n",
                        report.proven_by, repository, report.dataset);
  }
  if (!report.published) text += "Not published: a run that knows more data is current.\n";
  print_text(text);
}

bool fell_back(const RunReport& report) {
  return std::any_of(report.panels.begin(), report.panels.end(),
                     [](const RunPanel& panel) { return any_fallback(panel.outcome.results); });
}

}  // namespace

ExitStatus run_and_show(const RunRequest& asked, const CommonFlags& common) {
  const auto progress = make_progress(parse_progress_mode(common.progress));
  RunRequest request = asked;
  request.progress = progress.get();
  const RunReport report = run_dataset(request);
  const auto [beside, tables] = follow_up(request.repository, report);
  if (common.json) {
    nlohmann::json told = to_json(report);
    told["report"] = to_json(beside);
    told["tables"] = to_json(tables);
    print_json(told);
  } else {
    show_run(report, request.repository);
    for (const std::string& key : beside.keys) {
      print_text(fmt::format("Report: {}/{}\n", request.repository, key));
    }
    if (!tables.keys.empty()) {
      print_text(fmt::format("Tables for QuickSight: {}/quicksight/{}/\n", request.repository,
                             report.dataset));
    }
  }
  if (!beside.error.empty()) {
    print_note(fmt::format("the run stands, but its report was not written: {}", beside.error));
  }
  if (!tables.error.empty()) {
    print_note(fmt::format("the run stands, but its tables for QuickSight were not refreshed: {}",
                           tables.error));
  }
  tell_usage(report.usage, report.bill);
  tell_month(report.bill);
  if (!fell_back(report)) return ExitStatus::ok;
  print_note(fmt::format("some series fell back to a baseline: see {}/{}/ledger.csv",
                         request.repository, report.folder));
  return ExitStatus::partly;
}

void add_run_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("run", "Prove, forecast and publish a data set");
  const auto flags = std::make_shared<RunFlags>();
  add_repository_flag(*command, flags->request.repository);
  command->add_option("--dataset", flags->request.dataset, "name of the data set")->required();
  command->add_flag("--keep-partial", flags->request.keep_partial,
                    "keep truncated first and last buckets");
  flags->model.add_retrain_flags(*command);
  flags->model.add_model_flags(*command);
  flags->model.add_window_flags(*command);
  add_prices_flag(*command, flags->request.prices);
  flags->common.add_to(*command);
  command->footer("Example:\n  forecart run --repository shop --dataset orders");
  command->callback([flags, &chosen] {
    chosen = [flags] {
      RunRequest request = flags->request;
      request.choice = flags->model.parsed();
      request.retrain_all = flags->model.retrain == "always";
      if (flags->model.horizon->count() > 0) request.horizon = request.choice.horizon;
      return run_and_show(request, flags->common);
    };
  });
}

}  // namespace forecart

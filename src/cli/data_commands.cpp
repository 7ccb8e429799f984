#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/chart.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/terminal_progress.h"
#include "cli/text_table.h"
#include "pipeline/demo_orders.h"
#include "pipeline/ingest_orders.h"
#include "pipeline/repository.h"
#include "pipeline/run.h"
#include "pipeline/status.h"

namespace forecart {

namespace {

struct IngestFlags {
  IngestRequest request;
  OrderFlags orders;
  std::string time_zone;
  CommonFlags common;
};

struct RunFlags {
  RunRequest request;
  ModelFlags model;
  CommonFlags common;
};

void show_ingest(const IngestReport& report) {
  const IngestCounts& counts = report.counts;
  std::string text;
  const auto line = [&text](const std::string& what, const std::string& value) {
    text += fmt::format("{:<18}{:>14}\n", what, value);
  };
  line("rows read", grouped(counts.rows_read));
  line("accepted", grouped(counts.rows_accepted));
  line("rejected", grouped(counts.rows_rejected));
  for (std::size_t i = 0; i < kRejectReasons; ++i) {
    if (counts.rejected_by_reason[i] == 0) continue;
    line(fmt::format("  {}", to_string(static_cast<RejectReason>(i))),
         grouped(counts.rejected_by_reason[i]));
  }
  line("exact duplicates", grouped(counts.exact_duplicates));
  line("returned lines", grouped(counts.returns));
  line("revenue", fmt::format("{:.2f}", counts.revenue));
  line("files known", grouped(counts.files_known));
  if (counts.first && counts.last) {
    text += fmt::format("from {} to {}\n", format_instant(*counts.first, report.zone),
                        format_instant(*counts.last, report.zone));
  }
  print_text(text);
}

ExitStatus ingest(const IngestFlags& flags) {
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  IngestRequest request = flags.request;
  request.config = flags.orders.parsed();
  if (!flags.time_zone.empty()) request.config.time_zone = flags.time_zone;
  request.progress = progress.get();
  const IngestReport report = ingest_orders(request);
  if (!report.guessed.empty()) {
    print_note(fmt::format("new data set '{}', settings in {}/{}:\n{}", report.dataset,
                           request.repository.string(), Repository::config_key(report.dataset),
                           report.guessed));
  }
  for (const FileFailure& failure : report.failures) {
    print_note(fmt::format("{}: {} [{}]", failure.file, failure.message, to_string(failure.code)));
  }
  flags.common.json ? print_json(to_json(report)) : show_ingest(report);
  return report.failures.empty() ? ExitStatus::ok : ExitStatus::partly;
}

/// History and forecast of a panel's first series by its best model.
std::string chart_of(const RunPanel& panel) {
  constexpr Eigen::Index kShown = 7;  // horizons of history
  const SeriesView series = panel.panel[0];
  const auto shown = std::min<std::size_t>(
      series.values.size(), static_cast<std::size_t>(kShown * panel.options.horizon));
  std::size_t best = 0;
  for (std::size_t i = 0; i < panel.outcome.results.size(); ++i) {
    if (panel.outcome.results[i].mean.mae < panel.outcome.results[best].mean.mae) best = i;
  }
  const auto& [model, forecast] = panel.outcome.forecasts[best];
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
                     series.id, model, draw_chart(chart));
}

void show_run(const RunReport& report, const std::string& repository) {
  std::string text;
  for (const RunPanel& panel : report.panels) {
    print_notes(panel.notes);
    if (panel.outcome.windows > 0) {
      text += fmt::format(
          "\n{}: {} series, {} origins of {} steps\n{}", panel.name, panel.panel.size(),
          panel.outcome.windows, panel.options.horizon,
          text_table(leaderboard_table(panel.outcome.results, panel.options), 4));
    } else {
      text += fmt::format("\n{}: too short to prove a model on it\n", panel.name);
    }
    text += "\n" + chart_of(panel);
  }
  text += fmt::format("\nWritten in {:.1f} s below {}/{}/\n", report.seconds, repository,
                      report.folder);
  for (const char* name : {"forecasts", "backtest", "leaderboard", "ledger"}) {
    text += fmt::format("  {}.{{csv,parquet,json}}\n", name);
  }
  text += "  manifest.json\n";
  if (!report.published) text += "Not published: a run that knows more data is current.\n";
  print_text(text);
}

bool fell_back(const RunReport& report) {
  return std::any_of(report.panels.begin(), report.panels.end(), [](const RunPanel& panel) {
    return any_fallback(panel.outcome.results);
  });
}

ExitStatus run(const RunFlags& flags) {
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  RunRequest request = flags.request;
  request.choice = flags.model.parsed();
  if (flags.model.horizon->count() > 0) request.horizon = request.choice.horizon;
  request.progress = progress.get();
  const RunReport report = run_dataset(request);
  if (flags.common.json) {
    print_json(to_json(report));
  } else {
    show_run(report, request.repository.string());
  }
  if (!fell_back(report)) return ExitStatus::ok;
  print_note(fmt::format("some series fell back to a baseline: see {}/{}/ledger.csv",
                         request.repository.string(), report.folder));
  return ExitStatus::partly;
}

ExitStatus init(const std::string& repository, const CommonFlags& flags) {
  Repository::open_or_create(repository);
  if (flags.json) {
    print_json({{"repository", repository}});
  } else {
    print_note(fmt::format("'{}' is ready", repository));
  }
  return ExitStatus::ok;
}

ExitStatus status(const std::string& repository, const CommonFlags& flags) {
  const nlohmann::json status = repository_status(repository);
  if (flags.json) {
    print_json(status);
    return ExitStatus::ok;
  }
  std::string text;
  for (const auto& dataset : status.at("datasets")) {
    text += dataset.at("dataset").get<std::string>() + "\n";
    for (const auto& [key, value] : dataset.items()) {
      if (key == "dataset") continue;
      text += fmt::format("  {:<14} {}\n", key,
                          value.is_string() ? value.get<std::string>()
                          : value.is_null() ? "-"
                                            : value.dump());
    }
  }
  print_text(text.empty() ? "no data set yet: forecart ingest FILES --dataset NAME\n" : text);
  return ExitStatus::ok;
}

CLI::Option* add_repository(CLI::App& command, std::filesystem::path& into) {
  return command.add_option("--repository", into, "folder that holds everything")
      ->required()
      ->type_name("FOLDER");
}

}  // namespace

void add_init_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("init", "Make an empty repository");
  struct Flags {
    std::filesystem::path repository;
    CommonFlags common;
  };
  const auto flags = std::make_shared<Flags>();
  add_repository(*command, flags->repository);
  flags->common.add_to(*command);
  command->callback([flags, &chosen] {
    chosen = [flags] { return init(flags->repository.string(), flags->common); };
  });
}

void add_ingest_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("ingest", "Take order files into a data set");
  const auto flags = std::make_shared<IngestFlags>();
  command->add_option("files", flags->request.files, "csv, csv.gz, csv.zst or parquet")
      ->required()
      ->type_name("FILE");
  add_repository(*command, flags->request.repository);
  command->add_option("--dataset", flags->request.dataset, "name of the data set")->required();
  command->add_option("--time-zone", flags->time_zone, "IANA zone of times without an offset");
  command->add_option("--threads", flags->request.threads, "0: all cores")->capture_default_str();
  flags->orders.add_to(*command);
  flags->common.add_to(*command);
  command->footer(
      "Example:\n  forecart ingest orders/*.csv --repository shop --dataset orders\n"
      "The first ingest guesses what the columns mean and writes it to dataset.toml.");
  command->callback([flags, &chosen] { chosen = [flags] { return ingest(*flags); }; });
}

void add_run_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("run", "Prove, forecast and publish a data set");
  const auto flags = std::make_shared<RunFlags>();
  add_repository(*command, flags->request.repository);
  command->add_option("--dataset", flags->request.dataset, "name of the data set")->required();
  command->add_flag("--keep-partial", flags->request.keep_partial,
                    "keep truncated first and last buckets");
  flags->model.add_model_flags(*command);
  flags->model.add_window_flags(*command);
  flags->common.add_to(*command);
  command->footer("Example:\n  forecart run --repository shop --dataset orders");
  command->callback([flags, &chosen] { chosen = [flags] { return run(*flags); }; });
}

void add_status_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("status", "Say what a repository holds and what is next");
  struct Flags {
    std::filesystem::path repository;
    CommonFlags common;
  };
  const auto flags = std::make_shared<Flags>();
  add_repository(*command, flags->repository);
  flags->common.add_to(*command);
  command->callback([flags, &chosen] {
    chosen = [flags] { return status(flags->repository.string(), flags->common); };
  });
}

void add_demo_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand(
      "demo", "Make a year of messy orders of an invented shop and take it along the whole line");
  struct Flags {
    std::filesystem::path repository = "forecart-demo";
    DemoOptions options;
    CommonFlags common;
  };
  const auto flags = std::make_shared<Flags>();
  command->add_option("--repository", flags->repository, "folder; orders are written beside it")
      ->capture_default_str();
  command->add_option("--seed", flags->options.seed, "of the generator")->capture_default_str();
  flags->common.add_to(*command);
  command->callback([flags, &chosen] {
    chosen = [flags] {
      const auto folder = flags->repository.parent_path() / "orders";
      const DemoReport made = write_demo_orders(flags->options, folder);
      print_note(fmt::format("{} order lines in {} files below {}", made.rows, made.files.size(),
                             folder.string()));
      IngestFlags ingest_flags;
      ingest_flags.request.files = made.files;
      ingest_flags.request.repository = flags->repository;
      ingest_flags.request.dataset = "orders";
      ingest_flags.common = flags->common;
      ingest(ingest_flags);
      RunFlags run_flags;
      CLI::App unused;
      run_flags.model.add_model_flags(unused);
      run_flags.request.repository = flags->repository;
      run_flags.request.dataset = "orders";
      run_flags.common = flags->common;
      return run(run_flags);
    };
  });
}

}  // namespace forecart

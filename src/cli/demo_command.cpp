#include "cli/commands.h"
#include "cli/ingest_command.h"
#include "cli/number_checks.h"
#include "cli/run_command.h"
#include "pipeline/demo_orders.h"
#include "pipeline/repository.h"

#include <fmt/format.h>

#include <limits>

namespace forecart {

namespace {

struct DemoFlags {
  std::string repository = "forecart-demo/shop";
  DemoOptions options;
  CommonFlags common;
};

/// Settings as an analyst of the demo's shop would write them: the total by the hour, and every
/// city by the day.
DatasetConfig demo_config() {
  DatasetConfig config;
  config.currency = "USD";
  config.dimensions = {{"city", "trim(split_part(\"Purchase Address\", ',', 2))"}};
  config.panels = {{.name = "hourly",
                    .by = {},
                    .measure = Measure::lines,
                    .frequency = Frequency::parse("h"),
                    .horizon = 24},
                   {.name = "cities",
                    .by = {"city"},
                    .measure = Measure::units,
                    .frequency = Frequency::parse("D"),
                    .horizon = 14}};
  return config;
}

ExitStatus demo(const DemoFlags& flags) {
  const auto folder = std::filesystem::path(flags.repository).parent_path() / "orders";
  const DemoReport made = write_demo_orders(flags.options, folder);
  print_note(fmt::format("{} order lines in {} files below {}", made.rows, made.files.size(),
                         folder.string()));
  IngestRequest ingest;
  ingest.files.assign(made.files.begin(), made.files.end());
  ingest.repository = flags.repository;
  ingest.dataset = "orders";
  Repository::open_or_create(flags.repository);
  const Repository repository = Repository::open(flags.repository);
  if (!repository.has_dataset(ingest.dataset)) ingest.config = demo_config();
  ingest_and_show(ingest, flags.common);
  RunRequest run;
  run.repository = flags.repository;
  run.dataset = ingest.dataset;
  return run_and_show(run, flags.common);
}

}  // namespace

void add_demo_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand(
      "demo", "Make a year of messy orders of an invented shop and take it along the whole line");
  const auto flags = std::make_shared<DemoFlags>();
  command->add_option("--repository", flags->repository, "folder; orders are written beside it")
      ->capture_default_str();
  command->add_option("--seed", flags->options.seed, "of the generator")
      ->check(whole_number(0, std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str();
  flags->common.add_to(*command);
  command->callback([flags, &chosen] { chosen = [flags] { return demo(*flags); }; });
}

}  // namespace forecart

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "pipeline/run_history.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

struct RunsFlags {
  std::string repository;
  std::string dataset;
  std::size_t last = 10;
  CommonFlags common;
};

ExitStatus runs(const RunsFlags& flags) {
  constexpr std::size_t kBar = 40;
  const nlohmann::json history = run_history(flags.repository, flags.dataset, flags.last);
  if (flags.common.json) {
    print_json(history);
  } else {
    print_text(run_history_text(history, kBar));
  }
  return ExitStatus::ok;
}

}  // namespace

void add_runs_command(CLI::App& app, Command& chosen) {
  constexpr std::uint64_t kMostRuns = 100000;
  auto* const command =
      app.add_subcommand("runs", "Show the last runs of a data set and what their stages took");
  const auto flags = std::make_shared<RunsFlags>();
  add_repository_flag(*command, flags->repository);
  command->add_option("--dataset", flags->dataset, "data set of the repository")->required();
  command->add_option("--last", flags->last, "so many runs")
      ->check(whole_number(1, kMostRuns))
      ->capture_default_str();
  flags->common.add_to(*command);
  command->callback([flags, &chosen] { chosen = [flags] { return runs(*flags); }; });
}

}  // namespace forecart

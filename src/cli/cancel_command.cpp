#include "cli/commands.h"
#include "cli/options.h"
#include "pipeline/cancellation.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

struct CancelFlags {
  std::string repository;
  std::string dataset;
  CommonFlags common;
};

ExitStatus cancel(const CancelFlags& flags) {
  Repository repository = Repository::open(flags.repository);
  const CancelReport report = cancel_work(repository, flags.dataset);
  if (flags.common.json) {
    print_json(to_json(report));
    return ExitStatus::ok;
  }
  print_text(fmt::format(
      "{} run{} asked for withdrawn; {}\n", report.withdrawn, report.withdrawn == 1 ? "" : "s",
      report.working ? "the worker that is at it ends within some seconds" : "no worker is at it"));
  return ExitStatus::ok;
}

}  // namespace

void add_cancel_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand(
      "cancel", "Withdraw what was asked for of a data set, and have its runs end");
  const auto flags = std::make_shared<CancelFlags>();
  add_repository_flag(*command, flags->repository);
  command->add_option("--dataset", flags->dataset, "data set of the repository")->required();
  flags->common.add_to(*command);
  command->footer(
      "Example:\n  forecart cancel --repository shop --dataset orders\n"
      "Runs of this data set end in every process on every host, those begun by hand too; the "
      "current forecasts stay. Files in the inbox are taken in as ever; what comes later, the "
      "schedule, or forecart run makes the next run.");
  command->callback([flags, &chosen] { chosen = [flags] { return cancel(*flags); }; });
}

}  // namespace forecart

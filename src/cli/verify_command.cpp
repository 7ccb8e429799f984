#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/terminal_progress.h"
#include "pipeline/verify.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

struct VerifyFlags {
  VerifyRequest request;
  std::string kernel;
  CommonFlags common;
};

std::string verdict_of(const VerifyReport& report) {
  if (!report.obstacle.empty()) return "cannot be run again: " + report.obstacle;
  const std::string kernels =
      report.kernel == report.used_kernel
          ? fmt::format("kernel {}", report.kernel)
          : fmt::format("kernel {}, the run had {}", report.used_kernel, report.kernel);
  switch (report.likeness()) {
    case Likeness::same:
      return fmt::format("run again to the same bytes ({})", kernels);
    case Likeness::close:
      return fmt::format("run again to the same but for rounding, within 1e-6 ({})", kernels);
    case Likeness::different:
      return fmt::format("run again to something different ({})", kernels);
  }
  return "";
}

void show(const VerifyReport& report) {
  std::string text = fmt::format("run {}\n", report.run);
  for (const std::string& damage : report.damaged) text += "  damaged: " + damage + "\n";
  if (report.damaged.empty()) text += "  every stored object is as it was written\n";
  text += "  " + verdict_of(report) + "\n";
  for (const TableComparison& table : report.tables) text += "  " + describe(table) + "\n";
  text += report.passed() ? "verified\n" : "not verified\n";
  print_text(text);
}

ExitStatus verify(const VerifyFlags& flags) {
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  VerifyRequest request = flags.request;
  request.progress = progress.get();
  if (!flags.kernel.empty()) request.kernel = flags.kernel;
  const VerifyReport report = verify_run(request);
  for (const std::string& note : report.notes) print_note(note);
  flags.common.json ? print_json(to_json(report)) : show(report);
  return report.passed() ? ExitStatus::ok : ExitStatus::failed;
}

}  // namespace

void add_verify_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("verify", "Run a run again and compare: is it what was written then?");
  const auto flags = std::make_shared<VerifyFlags>();
  command->add_option("run", flags->request.run, "name of a run, its beginning, or current")
      ->capture_default_str();
  add_repository_flag(*command, flags->request.repository);
  command->add_option("--dataset", flags->request.dataset, "name of the data set")->required();
  command->add_option("--threads", flags->request.threads, "0: all cores")
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str();
  command->add_option("--kernel", flags->kernel, "run with this kernel [that of the run]")
      ->type_name("NAME");
  flags->common.add_to(*command);
  command->footer(
      "Example:\n  forecart verify current --repository shop --dataset orders\n"
      "Checks the hash of every object that the run names, and of the states that it went on from, "
      "then runs it again from its recorded inputs, options and seed in a place of its own. "
      "Nothing in the repository changes.\n"
      "Exit status: 0 where all is as it was, 1 where something differs.");
  command->callback([flags, &chosen] { chosen = [flags] { return verify(*flags); }; });
}

}  // namespace forecart

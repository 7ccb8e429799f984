#include "cli/commands.h"
#include "cli/options.h"
#include "cli/status_text.h"
#include "pipeline/repository.h"
#include "pipeline/status.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

ExitStatus init(const std::string& repository, const CommonFlags& flags) {
  const Repository made = Repository::init(repository);
  if (flags.json) {
    print_json({{"repository", repository}, {"store", to_json(made.semantics())}});
  } else {
    print_note(fmt::format("'{}' is ready", repository));
  }
  return ExitStatus::ok;
}

struct StatusFlags {
  std::string repository;
  std::string dataset;
  CommonFlags common;
};

ExitStatus status(const StatusFlags& flags) {
  const nlohmann::json status = repository_status(flags.repository, flags.dataset);
  flags.common.json ? print_json(status) : print_text(status_text(status));
  return ExitStatus::ok;
}

}  // namespace

void add_init_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("init", "Make an empty repository");
  struct Flags {
    std::string repository;
    CommonFlags common;
  };
  const auto flags = std::make_shared<Flags>();
  add_repository_flag(*command, flags->repository);
  flags->common.add_to(*command);
  command->callback(
      [flags, &chosen] { chosen = [flags] { return init(flags->repository, flags->common); }; });
}

void add_status_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("status", "Say what a repository holds and what is next");
  const auto flags = std::make_shared<StatusFlags>();
  add_repository_flag(*command, flags->repository);
  command->add_option("--dataset", flags->dataset, "only of this data set [all]");
  flags->common.add_to(*command);
  command->callback([flags, &chosen] { chosen = [flags] { return status(*flags); }; });
}

}  // namespace forecart

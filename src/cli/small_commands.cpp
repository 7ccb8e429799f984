#include "base/error.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/options.h"
#include "cli/text_table.h"
#include "pipeline/model_registry.h"
#include "pipeline/version.h"
#include "table/table_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

ExitStatus list_models(const CommonFlags& flags) {
  std::vector<std::string> names;
  std::vector<std::string> texts;
  for (const ModelDescription& model : known_models()) {
    names.push_back(model.name);
    texts.push_back(model.text);
  }
  Table table;
  table.add("model", std::move(names));
  table.add("description", std::move(texts));
  flags.json ? print_json(rows_json(table)) : print_text(text_table(table));
  return ExitStatus::ok;
}

ExitStatus print_version(const CommonFlags& flags) {
  flags.json ? print_json({{"version", kVersion}}) : print_text(fmt::format("{}\n", kVersion));
  return ExitStatus::ok;
}

}  // namespace

void add_models_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("models", "List the models");
  const auto flags = std::make_shared<CommonFlags>();
  flags->add_to(*command);
  command->callback([flags, &chosen] { chosen = [flags] { return list_models(*flags); }; });
}

void add_version_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("version", "Print the version");
  const auto flags = std::make_shared<CommonFlags>();
  flags->add_to(*command);
  command->callback([flags, &chosen] { chosen = [flags] { return print_version(*flags); }; });
}

void add_completion_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("completion", "Print a completion script for a shell");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")->required();
  command->footer("Example:\n  source <(forecart completion bash)");
  command->callback([&app, shell, &chosen] {
    chosen = [&app, shell] {
      print_text(completion_script(app, *shell));
      return ExitStatus::ok;
    };
  });
}

}  // namespace forecart

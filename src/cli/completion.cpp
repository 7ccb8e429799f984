#include "cli/completion.h"

#include "base/error.h"
#include "pipeline/model_registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace forecart {

namespace {

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // not for people
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

/// One bash function serves bash and, through bashcompinit, zsh.
std::string bash_script(const CLI::App& app) {
  std::vector<std::string> names;
  std::string cases;
  for (const CLI::App* command : commands_of(app)) {
    names.push_back(command->get_name());
    cases += fmt::format("    {}) words='{}' ;;\n", command->get_name(),
                         fmt::join(flags_of(*command), " "));
  }
  std::vector<std::string> models;
  for (const ModelDescription& model : known_models()) models.push_back(model.name);
  return fmt::format(
      "_forecart() {{\n"
      "  local words current=${{COMP_WORDS[COMP_CWORD]}}\n"
      "  case ${{COMP_WORDS[1]}} in\n{}"
      "    *) words='{} {}' ;;\n"
      "  esac\n"
      "  if [[ $COMP_CWORD -eq 1 ]]; then words='{} {}'; fi\n"
      "  case ${{COMP_WORDS[COMP_CWORD-1]}} in\n"
      "    --model|--members) words='{}' ;;\n"
      "    --measure) words='lines orders units revenue' ;;\n"
      "    --transform) words='none log sqrt boxcox' ;;\n"
      "    --intervals) words='model split adaptive quantile' ;;\n"
      "    --combine) words='auto mean median trimmed inverse-error least-squares greedy' ;;\n"
      "    --strategy) words='auto direct recursive both' ;;\n"
      "    --objective) words='auto poisson tweedie squared' ;;\n"
      "    --head) words='auto quantiles gaussian student negative-binomial poisson' ;;\n"
      "    --kernel) words='avx512 avx2 portable' ;;\n"
      "    --returns) words='net keep drop' ;;\n"
      "    --date-order) words='mdy dmy ymd' ;;\n"
      "    --progress) words='auto never' ;;\n"
      "    --repository|--checkpoints|--output|-o|--example) words= ;;\n"
      "    completion) words='bash zsh fish' ;;\n"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "}}\n"
      "complete -o default -F _forecart forecart\n",
      cases, fmt::join(names, " "), fmt::join(flags_of(app), " "), fmt::join(names, " "),
      fmt::join(flags_of(app), " "), fmt::join(models, " "));
}

std::string fish_script(const CLI::App& app) {
  std::string script;
  for (const CLI::App* command : commands_of(app)) {
    const std::string& name = command->get_name();
    script += fmt::format("complete -c forecart -n __fish_use_subcommand -a {} -d '{}'\n", name,
                          command->get_description());
    for (const std::string& flag : flags_of(*command)) {
      script += fmt::format("complete -c forecart -n '__fish_seen_subcommand_from {}' -l {}\n",
                            name, flag.substr(2));
    }
  }
  return script;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash_script(app);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(app);
  if (shell == "fish") return fish_script(app);
  throw Error(ErrorCode::unknown_name,
              fmt::format("shell '{}' is not known; use bash, zsh or fish", shell));
}

}  // namespace forecart

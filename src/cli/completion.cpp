#include "cli/completion.h"

#include "aws/iam_policy.h"
#include "base/error.h"
#include "pipeline/model_registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace forecart {

namespace {

using Words = std::vector<std::string>;

std::string joined(const Words& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

/// What may stand behind a flag, where that is one of a few words.
std::map<std::string, Words> values_of_flags() {
  Words models;
  for (const ModelDescription& model : known_models()) models.push_back(model.name);
  return {{"--model", models},
          {"--members", models},
          {"--measure", {"lines", "orders", "units", "revenue"}},
          {"--freq", {"15min", "30min", "h", "D", "W-MON", "MS"}},
          {"--transform", {"none", "log", "sqrt", "boxcox"}},
          {"--intervals", {"model", "split", "adaptive", "quantile"}},
          {"--combine",
           {"auto", "mean", "median", "trimmed", "inverse-error", "least-squares", "greedy"}},
          {"--hierarchy",
           {"auto", "bottom-up", "top-down", "top-down-forecasts", "ols", "structural", "variance",
            "shrinkage"}},
          {"--strategy", {"auto", "direct", "recursive", "both"}},
          {"--objective", {"auto", "poisson", "tweedie", "squared"}},
          {"--head", {"auto", "quantiles", "gaussian", "student", "negative-binomial", "poisson"}},
          {"--kernel", {"avx512", "avx2", "portable"}},
          {"--retrain", {"auto", "always"}},
          {"--refit", {"auto", "true", "false"}},
          {"--returns", {"net", "keep", "drop"}},
          {"--date-order", {"mdy", "dmy", "ymd"}},
          {"--progress", {"auto", "never", "lines"}},
          {"--log-format", {"text", "json"}},
          {"--log-level", {"debug", "info", "warning", "error", "off"}},
          {"--role", {"viewer", "analyst", "admin"}}};
}

/// Flags behind which the name of a data set stands, as the shells tell them from others.
constexpr std::array kDatasetFlags{"--dataset", "--grant", "--only"};

bool takes_dataset(const std::string& flag) {
  return std::ranges::find(kDatasetFlags, flag) != kDatasetFlags.end();
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

/// What may follow commands that have others below them: "user" and "user token".
void add_inner_commands(const CLI::App& app, const std::string& path,
                        std::map<std::string, Words>& words) {
  for (const CLI::App* command : commands_of(app)) {
    if (!path.empty()) words[path].push_back(command->get_name());
    add_inner_commands(*command, path + (path.empty() ? "" : " ") + command->get_name(), words);
  }
}

/// The same of what follows a command itself.
std::map<std::string, Words> values_of_commands(const CLI::App& app) {
  std::map<std::string, Words> words{
      {"completion", {"bash", "zsh", "fish"}}, {"verify", {"current"}}, {"diff", {"current"}}};
  for (const IamPart& part : iam_parts()) words["iam"].push_back(part.name);
  add_inner_commands(app, "", words);
  return words;
}

/// Options that people may give, to the command or to one below it; of those of one name the first.
std::vector<const CLI::Option*> options_of(const CLI::App& command) {
  std::vector<const CLI::Option*> options = command.get_options();
  for (const CLI::App* inner : commands_of(command)) {
    for (const CLI::Option* option : options_of(*inner)) options.push_back(option);
  }
  std::set<std::string> known;
  std::erase_if(options, [&known](const CLI::Option* option) {
    return option->get_group().empty() || !known.insert(option->get_name()).second;
  });
  return options;
}

Words names_of(const CLI::Option& option) {
  Words names;
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  return names;
}

Words flags_of(const CLI::App& command) {
  Words flags;
  for (const CLI::Option* option : options_of(command)) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

/// Of the program itself, not of its commands.
Words flags_of_program(const CLI::App& app) {
  Words flags = flags_of(app);
  std::erase_if(
      flags, [&app](const std::string& flag) { return app.get_option_no_throw(flag) == nullptr; });
  return flags;
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

bool takes_files(const CLI::App& command) {
  return command.get_option_no_throw("files") != nullptr;
}

/// Flags of any command behind which anything may stand: files, numbers, names.
Words flags_of_anything(const CLI::App& app) {
  const auto known = values_of_flags();
  std::set<std::string> flags;
  for (const CLI::App* command : commands_of(app)) {
    for (const CLI::Option* option : options_of(*command)) {
      if (!takes_value(*option)) continue;
      for (const std::string& name : names_of(*option)) {
        if (!takes_dataset(name) && !known.contains(name)) flags.insert(name);
      }
    }
  }
  return {flags.begin(), flags.end()};
}

/// Of a repository in a folder: to ask one on S3 takes too long for a key.
constexpr const char* kBashDatasets =
    "_forecart_datasets() {\n"
    "  local i repository=$FORECART_REPOSITORY folder\n"
    "  for ((i = 1; i + 1 < ${#COMP_WORDS[@]}; ++i)); do\n"
    "    if [[ ${COMP_WORDS[i]} == --repository ]]; then repository=${COMP_WORDS[i+1]}; fi\n"
    "  done\n"
    "  for folder in \"$repository\"/datasets/*/; do\n"
    "    folder=${folder%/} folder=${folder##*/}\n"
    "    if [[ $folder =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]]; then echo \"$folder\"; fi\n"
    "  done\n"
    "}\n";

/// One bash function serves bash and, through bashcompinit, zsh. Where it finds no words, files are
/// offered.
std::string bash_script(const CLI::App& app) {
  Words names;
  std::string flags;
  std::string values;
  for (const CLI::App* command : commands_of(app)) {
    names.push_back(command->get_name());
    flags += fmt::format("    {}) words='{}'{} ;;\n", command->get_name(),
                         joined(flags_of(*command)), takes_files(*command) ? " files=1" : "");
  }
  for (const auto& [flag, words] : values_of_flags()) {
    values += fmt::format("    {}) words='{}' ;;\n", flag, joined(words));
  }
  std::string first;
  for (const auto& [command, words] : values_of_commands(app)) {
    first += fmt::format("    '{}') words=\"{} $words\" ;;\n", command, joined(words));
  }
  return fmt::format(
      "{}_forecart() {{\n"
      "  local words files current=${{COMP_WORDS[COMP_CWORD]}}\n"
      "  case ${{COMP_WORDS[1]}} in\n{}"
      "    *) words='{} {}' ;;\n"
      "  esac\n"
      "  if [[ -n $files && $current != -* ]]; then words=; fi\n"
      "  if [[ $COMP_CWORD -eq 1 ]]; then words='{} {}'; fi\n"
      "  case ${{COMP_WORDS[*]:1:COMP_CWORD-1}} in\n{}  esac\n"
      "  case ${{COMP_WORDS[COMP_CWORD-1]}} in\n{}"
      "    {}) words=$(_forecart_datasets) ;;\n"
      "    {}) words= ;;\n"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "}}\n"
      "complete -o default -F _forecart forecart\n",
      kBashDatasets, flags, joined(names), joined(flags_of_program(app)), joined(names),
      joined(flags_of_program(app)), first, values,
      fmt::format("{}", fmt::join(kDatasetFlags, "|")),
      fmt::format("{}", fmt::join(flags_of_anything(app), "|")));
}

constexpr const char* kFishDatasets =
    "function __forecart_datasets\n"
    "  set -l repository $FORECART_REPOSITORY\n"
    "  set -l words (commandline -opc)\n"
    "  if set -l at (contains -i -- --repository $words)\n"
    "    set repository $words[(math $at + 1)]\n"
    "  end\n"
    "  for folder in $repository/datasets/*/\n"
    "    basename $folder\n"
    "  end\n"
    "end\n";

/// What fish is told of a flag: nothing behind it, a few words, data sets, or files.
std::string fish_values(const CLI::Option& option, const std::string& flag) {
  if (!takes_value(option)) return "";
  if (takes_dataset(flag)) return " -x -a '(__forecart_datasets)'";
  const auto known = values_of_flags();
  const auto values = known.find(flag);
  return values == known.end() ? " -r" : fmt::format(" -x -a '{}'", joined(values->second));
}

std::string fish_script(const CLI::App& app) {
  std::string script = kFishDatasets;
  for (const CLI::App* command : commands_of(app)) {
    const std::string& name = command->get_name();
    script += fmt::format("complete -c forecart -n __fish_use_subcommand -f -a {} -d '{}'\n", name,
                          command->get_description());
    const std::string within =
        fmt::format("complete -c forecart -n '__fish_seen_subcommand_from {}'", name);
    for (const CLI::Option* option : options_of(*command)) {
      for (const std::string& flag : option->get_lnames()) {
        script += fmt::format("{} -l {}{}\n", within, flag, fish_values(*option, "--" + flag));
      }
    }
  }
  for (const auto& [command, words] : values_of_commands(app)) {
    const std::string last = command.substr(command.rfind(' ') + 1);
    script += fmt::format("complete -c forecart -n '__fish_seen_subcommand_from {}' -f -a '{}'\n",
                          last, joined(words));
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

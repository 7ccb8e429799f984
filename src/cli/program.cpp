#include "base/error.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/program_name.h"
#include "pipeline/repository.h"
#include "pipeline/version.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <vector>

namespace forecart {

namespace {

/// A wrong value or name on the command line is a usage error, everything else a failure.
ExitStatus status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::invalid_value:
    case ErrorCode::unknown_name:
      return ExitStatus::usage;
    default:
      return ExitStatus::failed;
  }
}

ExitStatus report(const char* code, const char* message, ExitStatus status) {
  std::cerr << "forecart: " << message << " [" << code << "]\n";
  return status;
}

ExitStatus run_guarded(const Command& command) {
  try {
    return command();
  } catch (const Error& error) {
    return report(to_string(error.code()), error.what(), status_of(error.code()));
  } catch (const nlohmann::json::exception& error) {
    const auto message = fmt::format("a record in the repository is damaged: {}", error.what());
    return report("bad_data", message.c_str(), ExitStatus::failed);
  } catch (const std::filesystem::filesystem_error& error) {
    return report("unreadable", error.what(), ExitStatus::failed);
  } catch (const std::bad_alloc&) {
    return report("no_memory", "out of memory; cut the input or lower --threads",
                  ExitStatus::failed);
  } catch (const std::exception& error) {
    return report("internal", error.what(), ExitStatus::failed);
  }
}

constexpr std::size_t kHelpWidth = 120;

/// The text in lines of at most so many columns, cut between words. Lines that begin with a blank
/// are commands and stay as they are.
std::string wrapped(const std::string& text, std::size_t width) {
  if (text.empty()) return text;
  std::string result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    while (line.size() > width && line.front() != ' ') {
      const std::size_t blank = line.rfind(' ', width);
      if (blank == std::string::npos) break;
      result += line.substr(0, blank) + "\n";
      line.erase(0, blank + 1);
    }
    result += line + "\n";
  }
  if (!text.ends_with('\n')) result.pop_back();
  return result;
}

/// Help whose lines fit a terminal.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option_desc(const CLI::Option* option) const override {
    return wrapped(CLI::Formatter::make_option_desc(option), kHelpWidth - get_column_width());
  }
  std::string make_footer(const CLI::App* app) const override {
    return wrapped(CLI::Formatter::make_footer(app), kHelpWidth);
  }
};

/// " user add" when the arguments named that command.
std::string path_of(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  if (commands.empty()) return "";
  return " " + commands.front()->get_name() + path_of(*commands.front());
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

/// Says what is wrong with a first argument that is neither a flag nor a command; "" if nothing is.
std::string unknown_command(const CLI::App& app, int argc, const char* const* argv) {
  const auto names = command_names(app);
  if (argc < 2 || argv[1][0] == '-') return "";
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return "";
  return fmt::format("command '{}' is not known; use one of {}", argv[1], fmt::join(names, ", "));
}

/// Names of the flags given to a command that only others have, with those: "--gap goes with
/// forecart backtest"; "" where there are none.
std::string flags_of_others(const CLI::App& app) {
  std::string told;
  for (const std::string& flag : app.remaining(true)) {
    if (!flag.starts_with("--")) continue;
    std::vector<std::string> owners;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
      if (command->get_option_no_throw(flag) != nullptr) owners.push_back(command->get_name());
    }
    if (owners.empty()) continue;
    told += fmt::format("{}{} goes with forecart {}, not with{}", told.empty() ? "" : "; ", flag,
                        fmt::join(owners, ", "), path_of(app));
  }
  return told;
}

void describe(CLI::App& app) {
  app.name("forecart");
  app.formatter(std::make_shared<HelpFormatter>());
  app.description("Turns a shop's orders into sales forecasts.");
  app.require_subcommand(1);
  app.set_version_flag("--version", kVersion, "Print the version");
  app.set_help_all_flag("--help-all", "Print the help of every command");
}

/// Examples of the program's own help. Commands take over a footer that stands when they are added.
void show_examples(CLI::App& app) {
  app.footer(
      "Examples:\n"
      "  forecart demo --repository build/demo/shop\n"
      "  forecart ingest orders/*.csv --repository shop --dataset orders\n"
      "  forecart run --repository shop --dataset orders\n"
      "  forecart forecast sales.csv --h 24 --freq h -o forecasts.csv\n"
      "Exit status: 0 ok, 1 failed, 2 usage, 3 done in part.");
}

int run_words(int argc, const char* const* argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  Repository::tell_notices([](const std::string& notice) { print_note("warning: " + notice); });
  CLI::App app;
  Command chosen;
  describe(app);
  for (const auto add :
       {add_demo_command,      add_init_command,       add_ingest_command,     add_run_command,
        add_forecast_command,  add_backtest_command,   add_explain_command,    add_export_command,
        add_plan_command,      add_verify_command,     add_diff_command,       add_report_command,
        add_status_command,    add_runs_command,       add_work_command,       add_cancel_command,
        add_serve_command,     add_uploads_command,    add_user_command,       add_fsck_command,
        add_gc_command,        add_doctor_command,     add_copy_command,       add_lambda_command,
        add_sagemaker_command, add_cloudwatch_command, add_quicksight_command, add_iam_command,
        add_models_command,    add_version_command,    add_completion_command}) {
    add(app, chosen);
  }
  show_examples(app);
  if (const auto message = unknown_command(app, argc, argv); !message.empty()) {
    return static_cast<int>(report("usage", message.c_str(), ExitStatus::usage));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // help was asked for
    const std::string others =
        error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)
            ? flags_of_others(app)
            : std::string();
    const auto message = fmt::format("{}; see: forecart{} --help",
                                     others.empty() ? error.what() : others, path_of(app));
    return static_cast<int>(report("usage", message.c_str(), ExitStatus::usage));
  }
  return static_cast<int>(run_guarded(chosen));
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  const auto words = meant_words({argv, argv + argc});
  std::vector<const char*> meant;
  for (const std::string& word : words) meant.push_back(word.c_str());
  return run_words(static_cast<int>(meant.size()), meant.data());
}

}  // namespace forecart

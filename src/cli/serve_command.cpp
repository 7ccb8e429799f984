#include "base/end_signals.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/log_flags.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/serve_door.h"
#include "pipeline/repository.h"

#include "automation/automation.h"
#include <fmt/format.h>

namespace forecart {

namespace {

struct ServeFlags {
  AutomationOptions automation;
  bool init = false;
  DoorFlags door;
  std::uint64_t memory_megabytes = 0;
  std::uint64_t time_limit = 21600;
  std::uint64_t poll = 60;
  LogFlags log;
};

/// Throws Error no_space where the first line was not written.
void require_written(const Log& log, const std::string& file) {
  if (log.failure().empty()) return;
  throw Error(ErrorCode::no_space,
              fmt::format("log file '{}' cannot be written ({}); make room, or give another", file,
                          log.failure()));
}

/// As `forecart work` ends after the same.
ExitStatus status_of(Automation::Outcome outcome) {
  switch (outcome) {
    case Automation::Outcome::failed:
      return ExitStatus::failed;
    case Automation::Outcome::partly:
      return ExitStatus::partly;
    case Automation::Outcome::done:
      break;
  }
  return ExitStatus::ok;
}

ExitStatus serve(const ServeFlags& flags) {
  AutomationOptions options = flags.automation;
  if (options.once && options.jobs == 0) {
    throw Error(ErrorCode::invalid_value, "--once with --jobs 0 does nothing; give 1 job or more");
  }
  options.limits.memory_bytes = static_cast<std::int64_t>(flags.memory_megabytes) << 20;
  options.limits.time = std::chrono::seconds(flags.time_limit);
  options.poll = std::chrono::seconds(flags.poll);
  Log log(flags.log.options());
  if (flags.init) Repository::open_or_create(options.repository);
  const EndSignals signals;
  ServeDoor door(flags.door, options.repository, log);
  Automation automation(options, [&](const StageEvent& event) { door.hear(event); });
  door.open(automation);
  log.info("serving", {{"repository", options.repository}, {"jobs", options.jobs}});
  require_written(log, flags.log.file);
  automation.start();
  const std::chrono::milliseconds look(options.once ? 50 : 1000);
  int signal = 0;
  while (signal == 0 && automation.is_running()) signal = signals.wait(look);
  if (signal != 0) log.info("ending", {{"signal", signal}});
  door.close();
  automation.stop();
  return options.once ? status_of(automation.outcome()) : ExitStatus::ok;
}

/// None, or enough for a worker to load its libraries and to take in a small data set.
CLI::Validator memory_limit() {
  static constexpr std::uint64_t kLeastMegabytes = 200;
  static constexpr std::uint64_t kMostMegabytes = std::uint64_t{1} << 30;
  const CLI::Validator number = whole_number(0, kMostMegabytes);
  const auto check = [number](const std::string& text) -> std::string {
    if (const std::string wrong = number(text); !wrong.empty()) return wrong;
    const std::uint64_t megabytes = std::stoull(text);
    if (megabytes == 0 || megabytes >= kLeastMegabytes) return "";
    return fmt::format("{} MB are too few for a worker; give {} or more, or 0 for no limit", text,
                       kLeastMegabytes);
  };
  return {check, ""};
}

void add_limit_flags(CLI::App& command, ServeFlags& flags) {
  constexpr std::uint64_t kMostSeconds = std::uint64_t{30} * 24 * 3600;
  command
      .add_option("--jobs", flags.automation.jobs,
                  "data sets worked on at once; 0: none, others work on this repository")
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str();
  command.add_option("--threads", flags.automation.threads, "of each; 0: all cores")
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str();
  command
      .add_option("--memory-limit", flags.memory_megabytes,
                  "MB of address space of each worker; 0: none")
      ->check(memory_limit())
      ->capture_default_str();
  command.add_option("--time-limit", flags.time_limit, "seconds that a worker may take; 0: any")
      ->check(whole_number(0, kMostSeconds))
      ->capture_default_str();
}

}  // namespace

void add_serve_command(CLI::App& app, Command& chosen) {
  constexpr std::uint64_t kLongestPoll = 3600;
  auto* const command = app.add_subcommand(
      "serve", "Stay, and make forecasts of what is uploaded, by event, schedule and poll");
  const auto flags = std::make_shared<ServeFlags>();
  add_repository_flag(*command, flags->automation.repository);
  command->add_flag("--init", flags->init, "make the repository where there is none");
  command->add_option("--poll", flags->poll, "seconds between looks at the store without events")
      ->check(whole_number(1, kLongestPoll))
      ->capture_default_str();
  command->add_option("--sqs", flags->automation.queue,
                      "address of an SQS queue that gets the bucket's notifications");
  command->add_flag("--once", flags->automation.once, "do what waits now, then end");
  add_limit_flags(*command, *flags);
  flags->door.add_to(*command);
  flags->log.add_to(*command);
  command->footer(
      "Example:\n  forecart serve --repository shop &\n  mkdir -p shop/inbox/orders && cp "
      "april.csv shop/inbox/orders/\n"
      "With --listen 127.0.0.1:8080 and FORECART_TOKEN set, a file may be sent as well:\n"
      "  curl -H \"Authorization: Bearer $FORECART_TOKEN\" -T april.csv \\\n"
      "    http://127.0.0.1:8080/api/v1/datasets/orders/files/april.csv\n"
      "What fails is tried again, later each time; after 8 tries it is set aside below dead/ with "
      "the reason. SIGTERM ends it cleanly, and it may be killed at any moment.");
  command->callback([flags, &chosen] { chosen = [flags] { return serve(*flags); }; });
}

}  // namespace forecart

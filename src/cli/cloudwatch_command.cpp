#include "aws/cloudwatch_setup.h"
#include "cli/cloud_flags.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "net/aws_profile.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace forecart {

namespace {

/// With the region that the AWS command line would take.
CloudWatchSettings complete(CloudWatchSettings settings) {
  if (settings.region.empty()) settings.region = aws_region(process_environment());
  check_region(settings.region);
  return settings;
}

ExitStatus show(const CloudWatchSettings& settings) {
  print_json(cloudwatch_plan(complete(settings)));
  return ExitStatus::ok;
}

ExitStatus apply(const CloudWatchSettings& settings) {
  const CloudWatchSettings all = complete(settings);
  const CloudWatchOutcome outcome = set_up_cloudwatch(all, aws_access(process_environment()));
  print_notes(outcome.notes);
  print_text(fmt::format("dashboard {}, {} alarms, {} log groups kept for {} days\n", all.prefix,
                         outcome.alarms, outcome.log_groups, all.retention_days));
  return ExitStatus::ok;
}

void add_what_is_watched(CLI::App& command, CloudWatchSettings& settings) {
  add_region_flag(command, settings.region);
  add_prefix_flag(command, settings.prefix);
  add_namespace_flag(command, settings.name_space);
  command.add_option("--function", settings.function, "of Lambda, by its name [none]");
  command.add_option("--queue", settings.queue, "of SQS that calls it, by its name [none]");
  command.add_option("--dead-letter-queue", settings.dead_letter_queue,
                     "where its messages end that nobody could do [none]");
  command.add_option("--stream", settings.stream,
                     "of Kinesis that the function reads, by its name [none]");
  command.add_option("--log-group", settings.log_groups,
                     "kept like that of the function; may be repeated [none]");
  command
      .add_option("--retention", settings.retention_days, "days that lines of log groups are kept")
      ->capture_default_str();
}

void add_when_it_tells(CLI::App& command, CloudWatchSettings& settings) {
  command
      .add_option("--alarm-action", settings.alarm_actions,
                  "ARN of who is told, as of a topic of SNS; may be repeated [nobody]")
      ->check(arn_check())
      ->type_name("ARN");
  command
      .add_option("--stale-after", settings.stale_after_hours,
                  "hours after which forecasts are too old")
      ->check(CLI::Range(0.1, 10'000.0))
      ->capture_default_str();
  command
      .add_option("--cost-per-day", settings.cost_per_day,
                  "what runs of a day may cost, in the currency of the prices")
      ->check(CLI::Range(0.0, 1e9))
      ->capture_default_str();
  command
      .add_option("--platform", settings.platform, "whose cost counts, as forecart plan names it")
      ->check(CLI::IsMember(
          {"lambda-x86", "lambda-arm64", "sagemaker-processing", "sagemaker-training"}))
      ->capture_default_str();
}

void add_action(CLI::App& parent, const char* name, const char* what, Command& chosen,
                ExitStatus (*action)(const CloudWatchSettings&)) {
  CLI::App* const command = parent.add_subcommand(name, what);
  const auto settings = std::make_shared<CloudWatchSettings>(CloudWatchSettings::defaults());
  add_what_is_watched(*command, *settings);
  add_when_it_tells(*command, *settings);
  command->callback(
      [settings, &chosen, action] { chosen = [settings, action] { return action(*settings); }; });
}

}  // namespace

void add_cloudwatch_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("cloudwatch", "Have CloudWatch watch it: dashboard, alarms, logs");
  command->require_subcommand(1);
  command->footer(
      "Example:\n  forecart cloudwatch apply --function orders --queue orders-inbox \\\n"
      "    --alarm-action arn:aws:sns:eu-central-1:123456789012:alerts\n"
      "May be done any number of times. What it watches, forecart lambda and serve --emf tell.");
  add_action(*command, "show", "Print what apply would make, asking nobody", chosen, show);
  add_action(*command, "apply", "Make or change dashboard, alarms and the days logs are kept",
             chosen, apply);
}

}  // namespace forecart

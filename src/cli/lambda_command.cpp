#include "aws/lambda.h"
#include "cli/cloud_flags.h"
#include "cli/commands.h"
#include "cli/cost_flags.h"
#include "cli/follow_up.h"
#include "cli/log_flags.h"
#include "cli/number_checks.h"
#include "cli/options.h"

#include <cstdlib>
#include <iostream>

namespace forecart {

namespace {

struct LambdaFlags {
  LambdaOptions options;
  std::uint64_t margin = 5;
  std::size_t calls = 0;
  std::string name_space = LambdaMetrics{}.name_space;
  bool no_metrics = false;
  LogFlags log;
};

ExitStatus lambda(const LambdaFlags& flags) {
  const char* const address = std::getenv("AWS_LAMBDA_RUNTIME_API");
  Log log(flags.log.options());
  LambdaOptions options = flags.options;
  options.follow = [&options](WorkReport& report) { follow_up(options.repository, report); };
  const Environment environment = process_environment();
  std::optional<HandOver> elsewhere;
  if (auto settings = hand_over_settings(environment)) {
    options.elsewhere = &elsewhere.emplace(std::move(*settings), aws_access(environment));
  }
  options.job_instance = environment("FORECART_SAGEMAKER_INSTANCE").value_or("");
  options.job_environment = job_environment(environment);
  options.stream_dataset = environment("FORECART_STREAM_DATASET").value_or("");
  options.memory_mb = environment("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").value_or("");
  serve_lambda(
      options,
      {.address = address == nullptr ? "" : address,
       .margin = std::chrono::seconds(flags.margin),
       .most_calls = flags.calls,
       .metrics = {.out = flags.no_metrics ? nullptr : &std::cout, .name_space = flags.name_space}},
      log);
  return ExitStatus::ok;
}

}  // namespace

void add_lambda_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand(
      "lambda", "Answer calls of AWS Lambda: uploads and schedules to forecasts");
  const auto flags = std::make_shared<LambdaFlags>();
  flags->log.format = "json";
  add_repository_flag(*command, flags->options.repository);
  command
      ->add_option("--margin", flags->margin,
                   "seconds before the deadline of a call at which its work is to end")
      ->check(whole_number(1, 600))
      ->capture_default_str();
  command->add_option("--calls", flags->calls, "end after so many calls; 0: never")
      ->capture_default_str();
  command->add_flag("--no-metrics", flags->no_metrics, "write no metrics for CloudWatch to stdout");
  add_namespace_flag(*command, flags->name_space);
  command->add_option("--threads", flags->options.threads, "0: all cores")
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str();
  add_prices_flag(*command, flags->options.prices);
  flags->log.add_to(*command);
  command->footer(
      "Example:\n  FORECART_REPOSITORY=s3://my-bucket/shop in the environment of a function of the "
      "runtime provided.al2023\n  with this program as its `bootstrap`\n"
      "A program that is called bootstrap and given no arguments does this. Events: S3 "
      "notifications "
      "(direct, by EventBridge, SNS or SQS), scheduled events, {\"dataset\":\"orders\"}.\n"
      "Work that is too large goes to jobs of SageMaker where FORECART_SAGEMAKER_IMAGE and\n"
      "FORECART_SAGEMAKER_ROLE are set.");
  command->callback([flags, &chosen] { chosen = [flags] { return lambda(*flags); }; });
}

}  // namespace forecart

#include "aws/iam_configuration.h"
#include "cli/cloud_flags.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/place.h"

#include <fmt/format.h>

#include <memory>

namespace forecart {

namespace {

using nlohmann::json;

struct IamFlags {
  std::string part;
  std::string repository;
  IamSettings settings;
  bool read = false;
  bool explain = false;
  bool json = false;
};

ExitStatus list_parts(const IamFlags& flags) {
  const std::vector<IamPart> parts = iam_parts();
  json list = json::array();
  std::string text;
  for (const IamPart& part : parts) {
    list.push_back({{"part", part.name}, {"text", part.text}});
    text += fmt::format("{:<9} {}\n", part.name, part.text);
  }
  flags.json ? print_json({{"parts", std::move(list)}}) : print_text(text);
  return ExitStatus::ok;
}

/// IAM refuses what is larger, and says so only then.
void tell_size(const std::string& part, const json& policy) {
  const std::size_t size = policy.dump().size();
  if (size <= kMostManagedPolicy) return;
  print_note(
      fmt::format("the policy of {} has {} characters: too many for a managed policy, which "
                  "has {} at most; put it into the role (aws iam put-role-policy), all of "
                  "whose policies have {} together",
                  part, size, kMostManagedPolicy, kMostRolePolicy));
}

ExitStatus iam(const IamFlags& flags) {
  if (flags.part.empty()) return list_parts(flags);
  const Environment environment = process_environment();
  IamSettings settings = with_environment(flags.settings, environment);
  settings.repository = flags.repository;
  if (flags.read) add_dataset_settings(settings, environment);
  const std::vector<IamStatement> statements = iam_statements(flags.part, settings);
  if (flags.explain && flags.json) {
    print_json(to_json(statements));
  } else if (flags.explain) {
    print_text(explained(statements));
  } else {
    const json policy = iam_policy(statements);
    print_json(policy);
    tell_size(flags.part, policy);
  }
  return ExitStatus::ok;
}

CLI::Option* add_several(CLI::App& command, const char* flag, std::vector<std::string>& into,
                         const char* text) {
  return command.add_option(flag, into, text)->allow_extra_args(false);
}

void add_place(CLI::App& command, IamFlags& flags) {
  IamSettings& settings = flags.settings;
  command.add_option("part", flags.part, "whose rights [list the parts]");
  command.add_option("--repository", flags.repository, "s3://bucket/prefix that holds everything")
      ->check(place_of_repository())
      ->envname("FORECART_REPOSITORY")
      ->type_name("PLACE");
  command.add_option("--dataset", settings.dataset,
                     "into whose inbox the uploader puts files [any]");
  add_region_flag(command, settings.region);
  command.add_option("--account", settings.account,
                     "12 digits; rights that need no account go without");
  command.add_option("--kms-key", settings.kms_key,
                     "ARN of the key of what is stored [FORECART_S3_KMS_KEY]");
  command.add_flag("--read-settings", flags.read,
                   "ask the repository what its data sets use: topics, secrets, QuickSight");
  command.add_flag("--explain", flags.explain, "say of every right what it is for");
  command.add_flag("--json", flags.json, "parts or explanations for machines, on stdout");
}

void add_calls(CLI::App& command, IamSettings& settings) {
  const char* const group = "What calls and is called";
  command.add_option("--function", settings.function, "of Lambda, by its name [none]")
      ->group(group);
  command
      .add_option("--queue", settings.queue,
                  "of SQS that tells of files: address, ARN or name [none]")
      ->group(group);
  command
      .add_option("--dead-letter-queue", settings.dead_letter_queue,
                  "of SQS where calls go that could not be done [none]")
      ->group(group);
  command.add_option("--stream", settings.stream, "ARN of the stream of Kinesis [none]")
      ->type_name("ARN")
      ->group(group);
  command
      .add_option("--state-machine", settings.state_machine,
                  "ARN of that for large work [FORECART_STATE_MACHINE]")
      ->type_name("ARN")
      ->group(group);
  command.add_flag("--vpc", settings.network, "the function is in a VPC")->group(group);
  command.add_flag("--tracing", settings.tracing, "X-Ray is told of its calls")->group(group);
  add_several(command, "--alert-topic", settings.topics,
              "ARN of a topic of SNS for alerts; may be repeated [FORECART_ALERT_SNS_TOPIC]")
      ->type_name("ARN")
      ->group(group);
  add_several(command, "--secret", settings.secrets,
              "in Secrets Manager, by ARN or name; may be repeated [those of FORECART_*]")
      ->group(group);
}

void add_jobs(CLI::App& command, IamSettings& settings) {
  const char* const group = "Jobs of SageMaker";
  command
      .add_option("--job-role", settings.job_role, "ARN of their role [FORECART_SAGEMAKER_ROLE]")
      ->type_name("ARN")
      ->group(group);
  command.add_option("--image", settings.image, "in ECR [FORECART_SAGEMAKER_IMAGE]")->group(group);
  command
      .add_option("--job-kms-key", settings.job_kms_key,
                  "of disks and outputs [FORECART_SAGEMAKER_KMS_KEY]")
      ->group(group);
  command
      .add_flag("--job-vpc", settings.job_network, "they are in a VPC [FORECART_SAGEMAKER_SUBNETS]")
      ->group(group);
  add_several(command, "--input", settings.job_inputs,
              "s3://bucket/prefix that they read; may be repeated")
      ->type_name("PLACE")
      ->group(group);
  add_several(command, "--output", settings.job_outputs,
              "s3://bucket/prefix that they write; may be repeated")
      ->type_name("PLACE")
      ->group(group);
}

void add_watching(CLI::App& command, IamSettings& settings) {
  const char* const group = "Watching and showing";
  command
      .add_option("--cloudwatch", settings.name_prefix,
                  "--prefix of forecart cloudwatch [the operator sets up none]")
      ->type_name("NAME")
      ->group(group);
  command.add_option("--quicksight", settings.quicksight, "--prefix of forecart quicksight [none]")
      ->type_name("NAME")
      ->group(group);
  command.add_option("--work-group", settings.work_group, "of Athena, for --source athena [none]")
      ->group(group);
  command
      .add_option("--athena-results", settings.athena_results,
                  "s3://bucket/prefix where the work group leaves answers")
      ->type_name("PLACE")
      ->group(group);
}

}  // namespace

void add_iam_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("iam", "Print the policy of IAM that a part of a configuration needs");
  const auto flags = std::make_shared<IamFlags>();
  add_place(*command, *flags);
  add_calls(*command, flags->settings);
  add_jobs(*command, flags->settings);
  add_watching(*command, flags->settings);
  command->footer(
      "Examples:\n"
      "  forecart iam\n"
      "  forecart iam worker --repository s3://my-bucket/shop --explain\n"
      "  forecart iam uploader --repository s3://my-bucket/shop --dataset orders\n"
      "  forecart iam function --repository s3://my-bucket/shop --function orders --account "
      "123456789012 > policy.json\n"
      "  aws iam put-role-policy --role-name orders --policy-name forecart --policy-document "
      "file://policy.json\n"
      "Asks nobody unless --read-settings is given. Variables of the environment count as for the "
      "part itself.");
  command->callback([flags, &chosen] { chosen = [flags] { return iam(*flags); }; });
}

}  // namespace forecart

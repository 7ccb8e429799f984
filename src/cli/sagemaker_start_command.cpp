#include "aws/sagemaker_jobs.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/number_checks.h"
#include "store/location.h"

#include <fmt/format.h>

#include <memory>
#include <regex>

namespace forecart {

namespace {

/// What follows on the command line of each of them.
struct StartFlags {
  std::string name;
  std::vector<std::string> inputs;
  std::vector<std::string> hyperparameters;
  std::string model;
  std::uint64_t most_time = 3600;
  std::uint64_t spot_wait = 0;
  JobPlan plan;
};

constexpr std::uint64_t kLongest = std::uint64_t{28} * 24 * 3600;  // of a job

/// "train=s3://b/in" as a name and what stands behind it.
std::map<std::string, std::string> pairs_of(const std::vector<std::string>& given,
                                            const char* flag) {
  std::map<std::string, std::string> pairs;
  for (const std::string& pair : given) {
    const std::size_t cut = pair.find('=');
    if (cut == std::string::npos || cut == 0) {
      throw Error(ErrorCode::invalid_value, fmt::format("{} is '{}'; give NAME=VALUE", flag, pair));
    }
    pairs[pair.substr(0, cut)] = pair.substr(cut + 1);
  }
  return pairs;
}

/// As SageMaker takes it.
std::string wrong_with_name(const std::string& text) {
  static const std::regex kForm("[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}");
  if (std::regex_match(text, kForm)) return "";
  return fmt::format(
      "'{}' is no name for SageMaker; give 1 to 63 letters, digits or -, beginning and ending with "
      "no -",
      text);
}

/// SageMaker reads and writes on S3 alone.
std::string wrong_with_place(const std::string& text) {
  try {
    if (!StoreLocation(text).is_local()) return "";
  } catch (const Error& error) {
    return error.what();
  }
  return fmt::format("'{}' is no place on S3; give it as s3://my-bucket/PREFIX", text);
}

void require_place(const std::string& text) {
  const std::string wrong = wrong_with_place(text);
  if (!wrong.empty()) throw Error(ErrorCode::invalid_value, wrong);
}

CLI::Option* add_place(CLI::App& command, const char* flag, std::string& into, const char* what) {
  return command.add_option(flag, into, what)
      ->check(CLI::Validator(wrong_with_place, ""))
      ->type_name("PLACE");
}

JobPlan plan_of(const StartFlags& flags) {
  JobPlan plan = flags.plan;
  plan.name = flags.name;
  plan.inputs = pairs_of(flags.inputs, "--input");
  for (const auto& [name, place] : plan.inputs) require_place(place);
  plan.hyperparameters = pairs_of(flags.hyperparameters, "--hyperparameter");
  plan.most_time = std::chrono::seconds(flags.most_time);
  if (flags.spot_wait > 0) plan.spot_wait = std::chrono::seconds(flags.spot_wait);
  return plan;
}

HandOverSettings settings() {
  auto found = hand_over_settings(process_environment());
  if (found && !found->image.empty()) return std::move(*found);
  throw Error(ErrorCode::usage,
              "the image and the role of the job are not told; set FORECART_SAGEMAKER_IMAGE and "
              "FORECART_SAGEMAKER_ROLE");
}

SageMaker client() {
  return SageMaker(aws_access(process_environment()));
}

ExitStatus start_training(const StartFlags& flags) {
  const JobPlan plan = plan_of(flags);
  const TrainingJob job = training_job(settings(), plan);
  print_text(client().create(job) + "\n");
  return ExitStatus::ok;
}

ExitStatus start_processing(const StartFlags& flags) {
  const JobPlan plan = plan_of(flags);
  const ProcessingJob job = processing_job(settings(), plan);
  print_text(client().create(job) + "\n");
  return ExitStatus::ok;
}

ExitStatus start_endpoint(const StartFlags& flags) {
  const HostedEndpoint hosted = hosted_endpoint(settings(), flags.name, flags.model);
  SageMaker sagemaker = client();
  sagemaker.create(hosted.model);
  sagemaker.create(hosted.config);
  print_text(sagemaker.create_endpoint(flags.name, hosted.config.name) + "\n");
  return ExitStatus::ok;
}

CLI::App* add_start(CLI::App& parent, const char* name, const char* what, StartFlags& flags) {
  auto* const command = parent.add_subcommand(name, what);
  command->add_option("name", flags.name, "of it in the account")
      ->required()
      ->check(CLI::Validator(wrong_with_name, ""))
      ->type_name("NAME");
  return command;
}

void add_job_flags(CLI::App& command, StartFlags& flags) {
  command
      .add_option("--input", flags.inputs,
                  "where it reads from, as train=s3://BUCKET/PREFIX; repeat")
      ->required()
      ->type_name("NAME=PLACE")
      ->allow_extra_args(false);
  add_place(command, "--output", flags.plan.output, "where it writes to, s3://BUCKET/PREFIX")
      ->required();
  command.add_option("--most-time", flags.most_time, "seconds that it may take")
      ->check(whole_number(1, kLongest))
      ->capture_default_str();
}

void add_training(CLI::App& parent, Command& chosen) {
  const auto flags = std::make_shared<StartFlags>();
  auto* const command = add_start(parent, "train", "Begin a training job", *flags);
  add_job_flags(*command, *flags);
  command->add_option("--hyperparameter", flags->hyperparameters, "as h=28; repeat for several")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  add_place(*command, "--checkpoints", flags->plan.checkpoints,
            "where it keeps its work for a start that follows, s3://BUCKET/PREFIX");
  command
      ->add_option("--spot-wait", flags->spot_wait,
                   "on spot machines, waiting so many seconds for them, training included")
      ->check(whole_number(1, kLongest));
  command->footer(
      "Example:\n  forecart sagemaker start train items-1 --input train=s3://my-bucket/sales/ "
      "--output s3://my-bucket/models/ \\\n    --hyperparameter h=28 --hyperparameter freq=D\n"
      "Image, role, instance, network and key are those of FORECART_SAGEMAKER_IMAGE, _ROLE, "
      "_INSTANCE, "
      "_SUBNETS, _SECURITY_GROUPS and _KMS_KEY.");
  command->callback([flags, &chosen] { chosen = [flags] { return start_training(*flags); }; });
}

void add_processing(CLI::App& parent, Command& chosen) {
  const auto flags = std::make_shared<StartFlags>();
  auto* const command = add_start(parent, "process", "Begin a processing job", *flags);
  add_job_flags(*command, *flags);
  command->add_option("--machines", flags->plan.machines, "that share the files out")
      ->check(whole_number(1, 100))
      ->capture_default_str();
  command
      ->add_option("--argument", flags->plan.arguments,
                   "of forecart sagemaker process, as --argument=--h=28; repeat for several")
      ->type_name("WORD")
      ->allow_extra_args(false);
  command->footer(
      "Example:\n  forecart sagemaker start process clean-1 --machines 3 --input "
      "orders=s3://my-bucket/in/ \\\n"
      "    --input config=s3://my-bucket/config/ --output s3://my-bucket/shop/");
  command->callback([flags, &chosen] { chosen = [flags] { return start_processing(*flags); }; });
}

void add_endpoint(CLI::App& parent, Command& chosen) {
  const auto flags = std::make_shared<StartFlags>();
  auto* const command =
      add_start(parent, "endpoint", "Begin an endpoint that serves a trained model", *flags);
  add_place(*command, "--model", flags->model, "s3://BUCKET/.../model.tar.gz of a training")
      ->required();
  command->footer(
      "Example:\n  forecart sagemaker start endpoint items --model "
      "s3://my-bucket/models/items-1/output/model.tar.gz");
  command->callback([flags, &chosen] { chosen = [flags] { return start_endpoint(*flags); }; });
}

}  // namespace

void add_sagemaker_start_command(CLI::App& parent, Command& chosen) {
  auto* const command = parent.add_subcommand(
      "start", "Begin a job or an endpoint of this image in an account of AWS");
  command->require_subcommand(1);
  add_training(*command, chosen);
  add_processing(*command, chosen);
  add_endpoint(*command, chosen);
}

}  // namespace forecart

#include "aws/hand_over.h"

#include "aws/work_size.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/utc_text.h"
#include "pipeline/price_source.h"
#include "services/secret_variable.h"
#include "store/sealed_json.h"

#include "cost/bill.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostName = 63;          // of a job
constexpr std::chrono::minutes kBeginning{5};  // a call that has not asked for its job by then died

std::string handed_key(const std::string& dataset) {
  return fmt::format("work/{}/handed.json", dataset);
}

std::string text(const json& value, const char* name) {
  const auto found = value.is_object() ? value.find(name) : value.end();
  return found != value.end() && found->is_string() ? found->get<std::string>() : "";
}

json parsed(const std::optional<StoredObject>& object) {
  return object ? json::parse(object->bytes, nullptr, false) : json();
}

/// Unique in the account for good, as SageMaker wants it.
std::string job_name(const LargeWork& work, Instant now) {
  std::string name = "forecart-" + work.dataset;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '-');
  constexpr std::size_t kDigits = 16;
  const std::string what =
      fmt::format("{}\n{}\n{}", work.location, work.dataset, now.time_since_epoch().count());
  return name.substr(0, kMostName - kDigits - 1) + "-" + sha256(what).substr(0, kDigits);
}

bool write(Repository& repository, const std::string& dataset, const std::string& tag,
           const json& record) {
  ObjectStore& store = repository.store();
  const std::string key = handed_key(dataset);
  const std::string sealed = sealed_text(record);
  return tag.empty() ? store.put_if_absent(key, sealed) : store.put_if_match(key, sealed, tag);
}

std::string failure_of(const JobStatus& status) {
  if (!status.failure.empty()) return status.failure;
  return status.exit_message.empty() ? "the job was stopped" : status.exit_message;
}

}  // namespace

/// DescribeProcessingJob shows a job's environment: secrets go as the names they have in Secrets
/// Manager, or not at all.
std::map<std::string, std::string> job_environment(const Environment& environment) {
  constexpr const char* kPlain[]{"AWS_REGION",
                                 "AWS_ENDPOINT_URL",
                                 "AWS_ENDPOINT_URL_S3",
                                 "AWS_ENDPOINT_URL_SNS",
                                 "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                                 "AWS_ENDPOINT_URL_QUICKSIGHT",
                                 "AWS_ENDPOINT_URL_STS",
                                 "AWS_USE_FIPS_ENDPOINT",
                                 "AWS_USE_DUALSTACK_ENDPOINT",
                                 "FORECART_S3_ADDRESSING",
                                 "FORECART_S3_SSE",
                                 "FORECART_S3_KMS_KEY",
                                 "FORECART_ALERT_MAIL_TO",
                                 "FORECART_ALERT_MAIL_FROM",
                                 "FORECART_ALERT_SMTP",
                                 "FORECART_ALERT_SNS_TOPIC"};
  constexpr const char* kSecret[]{"FORECART_ALERT_WEBHOOK", "FORECART_ALERT_WEBHOOK_SECRET",
                                  "FORECART_ALERT_SMTP_USER", "FORECART_ALERT_SMTP_PASSWORD"};
  std::map<std::string, std::string> given;
  for (const char* name : kPlain) {
    if (auto value = environment(name)) given[name] = *value;
  }
  for (const char* name : kSecret) {
    const auto value = environment(name);
    if (value && value->starts_with(kSecretScheme)) given[name] = *value;
  }
  return given;
}

std::optional<HandOverSettings> hand_over_settings(const Environment& environment) {
  const auto value = [&](const char* name) {
    return environment(fmt::format("FORECART_SAGEMAKER_{}", name)).value_or("");
  };
  const auto list = [&](const char* name) {
    return listed_in(environment, fmt::format("FORECART_SAGEMAKER_{}", name));
  };
  HandOverSettings settings{
      .image = value("IMAGE"),
      .role = value("ROLE"),
      .instance = value("INSTANCE"),
      .network = {.subnets = list("SUBNETS"), .security_groups = list("SECURITY_GROUPS")},
      .kms_key = value("KMS_KEY")};
  settings.state_machine = environment("FORECART_STATE_MACHINE").value_or("");
  if (!settings.state_machine.empty()) arn_of(Execution{settings.state_machine, "any"});
  if (settings.image.empty() && settings.role.empty() && settings.state_machine.empty()) {
    return std::nullopt;
  }
  const auto together = [](bool one, bool other, const char* names) {
    if (one == other) return;
    throw Error(ErrorCode::invalid_value, fmt::format("{} belong together: set both", names));
  };
  together(settings.image.empty(), settings.role.empty(),
           "FORECART_SAGEMAKER_IMAGE and FORECART_SAGEMAKER_ROLE");
  together(settings.network.subnets.empty(), settings.network.security_groups.empty(),
           "FORECART_SAGEMAKER_SUBNETS and FORECART_SAGEMAKER_SECURITY_GROUPS");
  settings.environment = job_environment(environment);
  return settings;
}

HandOver::HandOver(HandOverSettings settings, const AwsAccess& access)
    : settings_(std::move(settings)), sagemaker_(access), state_machines_(access) {}

HandedJob HandOver::look(Repository& repository, const std::string& dataset) {
  const auto stored = repository.store().get(handed_key(dataset));
  json record = parsed(stored);
  HandedJob job{.name = text(record, "job"), .tag = stored ? stored->tag : ""};
  if (job.name.empty() || !text(record, "ended").empty()) return job;
  const Instant now = repository.store().now();
  job.begun = parse_instant(text(record, "at"), {}).value_or(Instant{});
  const auto asked_for = asked(record);
  const bool is_new = !asked_for && now - job.begun < kBeginning;  // another call is about to
  job.is_running = is_new || (asked_for && asked_for->is_running);
  if (job.is_running) return job;
  record["ended"] = utc_text(now);
  if (!write(repository, dataset, job.tag, record)) return look(repository, dataset);
  job.tag = repository.store().get(handed_key(dataset)).value_or(StoredObject{}).tag;
  if (asked_for) job.failure = asked_for->failure;
  return job;
}

std::optional<HandedJob> HandOver::asked(const json& record) {
  HandedJob job{.name = text(record, "job")};
  const std::string machine = text(record, "state_machine");
  if (!machine.empty()) {
    const auto status = state_machines_.execution({machine, job.name});
    if (!status) return std::nullopt;
    job.is_running = status->is_running;
    if (!status->is_running && !status->succeeded) {
      job.failure = fmt::format("{}: {}", status->error, status->cause);
    }
    return job;
  }
  const auto status = sagemaker_.processing_job(job.name);
  if (!status) return std::nullopt;
  job.is_running = !is_over(status->state);
  if (status->state != JobState::completed) job.failure = failure_of(*status);
  return job;
}

std::optional<std::string> HandOver::begin(Repository& repository, const LargeWork& work,
                                           const HandedJob& before) {
  const Instant now = repository.store().now();
  const std::string name = job_name(work, now);
  json record{{"job", name}, {"obstacle", work.obstacle}, {"at", utc_text(now)}};
  if (settings_.state_machine.empty()) {
    record["instance"] = instance_for(repository, work);
  } else {
    record["state_machine"] = settings_.state_machine;
  }
  if (!write(repository, work.dataset, before.tag, record)) return std::nullopt;
  try {
    ask(record, work);
  } catch (const AwsError& error) {
    if (error.code() == ErrorCode::conflict) return name;  // the answer of a try before was lost
    record["ended"] = utc_text(now);
    repository.write_json(handed_key(work.dataset), record);
    throw;
  }
  return name;
}

void HandOver::ask(const json& record, const LargeWork& work) {
  const std::string name = text(record, "job");
  if (settings_.state_machine.empty()) {
    sagemaker_.create(job_for(name, work, text(record, "instance")));
  } else {
    state_machines_.start({settings_.state_machine, name}, {{"dataset", work.dataset}});
  }
}

std::string HandOver::instance_for(const Repository& repository, const LargeWork& work) const {
  if (!settings_.instance.empty()) return settings_.instance;
  return forecart::job_for(work.usage, prices_for(work.prices, &repository)).size;
}

ProcessingJob HandOver::job_for(const std::string& name, const LargeWork& work,
                                const std::string& instance) const {
  auto environment = settings_.environment;
  environment["FORECART_REPOSITORY"] = work.location;
  return {.name = name,
          .image = settings_.image,
          .role = settings_.role,
          .arguments = {"process", "--dataset", work.dataset},
          .environment = std::move(environment),
          .machines = {.type = instance, .kms_key = settings_.kms_key},
          .network = settings_.network,
          .most_time = settings_.most_time,
          .tags = {{"forecart:dataset", work.dataset}}};
}

}  // namespace forecart

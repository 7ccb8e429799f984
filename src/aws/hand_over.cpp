#include "aws/hand_over.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/utc_text.h"
#include "pipeline/price_source.h"
#include "pipeline/work_queue.h"

#include "cost/bill.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostName = 63;  // of a job

std::string handed_key(const std::string& dataset) {
  return fmt::format("work/{}/handed.json", dataset);
}

std::string text(const json& value, const char* name) {
  const auto found = value.is_object() ? value.find(name) : value.end();
  return found != value.end() && found->is_string() ? found->get<std::string>() : "";
}

json handed(const Repository& repository, const std::string& dataset) {
  const auto bytes = repository.store().read(handed_key(dataset));
  return bytes ? json::parse(*bytes, nullptr, false) : json();
}

/// The same of two calls that hand over the same work, so that one of them begins the job; another
/// one once the job has ended and work waits still.
std::string job_name(const std::string& location, const WaitingWork& waiting,
                     const std::string& job_before) {
  std::string what = fmt::format("{}\n{}\n{}\n{}\n", location, waiting.dataset,
                                 utc_text(waiting.newest), job_before);
  for (const std::string& key : waiting.asked) what += key + '\n';
  std::string name = "forecart-" + waiting.dataset;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '-');
  constexpr std::size_t kDigits = 16;
  return name.substr(0, kMostName - kDigits - 1) + "-" + sha256(what).substr(0, kDigits);
}

/// The processing instance on which so much is cheapest.
std::string cheapest_instance(const Usage& usage, const Prices& prices) {
  const Bill bill = bill_of(usage, prices);
  const auto offer = std::find_if(bill.offers.begin(), bill.offers.end(), [](const Offer& one) {
    return one.platform == "sagemaker-processing";
  });
  return offer->size;
}

std::string failure_of(const JobStatus& status) {
  if (!status.failure.empty()) return status.failure;
  return status.exit_message.empty() ? "the job was stopped" : status.exit_message;
}

}  // namespace

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
  if (settings.image.empty() && settings.role.empty()) return std::nullopt;
  if (settings.image.empty() || settings.role.empty()) {
    throw Error(
        ErrorCode::invalid_value,
        "FORECART_SAGEMAKER_IMAGE and FORECART_SAGEMAKER_ROLE belong together: work that is "
        "too large for here goes to jobs of that image, which act as that role");
  }
  return settings;
}

HandOver::HandOver(HandOverSettings settings, const AwsAccess& access)
    : settings_(std::move(settings)), sagemaker_(access) {}

HandedJob HandOver::look(Repository& repository, const std::string& dataset) {
  json record = handed(repository, dataset);
  const std::string job = text(record, "job");
  if (job.empty() || !text(record, "ended").empty()) return {.name = job};
  const auto status = sagemaker_.processing_job(job);
  const Instant begun = parse_instant(text(record, "at"), {}).value_or(Instant{});
  if (status && !is_over(status->state)) return {job, begun, true};
  record["ended"] = utc_text(repository.store().now());
  repository.write_json(handed_key(dataset), record);
  const bool went_well = !status || status->state == JobState::completed;
  return {job, begun, false, went_well ? "" : failure_of(*status)};
}

std::string HandOver::begin(Repository& repository, const LargeWork& work,
                            const HandedJob& before) {
  const auto waiting = waiting_work(repository, work.dataset);
  const std::string name = job_name(work.location, waiting, before.name);
  const std::string instance =
      settings_.instance.empty()
          ? cheapest_instance(work.usage, prices_for(work.prices, &repository))
          : settings_.instance;
  try {
    sagemaker_.create(job_for(name, work, instance));
  } catch (const AwsError& error) {
    if (error.code() != ErrorCode::conflict) throw;  // another call has begun it
  }
  repository.write_json(handed_key(work.dataset), {{"job", name},
                                                   {"obstacle", work.obstacle},
                                                   {"instance", instance},
                                                   {"at", utc_text(repository.store().now())}});
  return name;
}

ProcessingJob HandOver::job_for(const std::string& name, const LargeWork& work,
                                const std::string& instance) const {
  return {.name = name,
          .image = settings_.image,
          .role = settings_.role,
          .arguments = {"process", "--dataset", work.dataset},
          .environment = {{"FORECART_REPOSITORY", work.location}},
          .machines = {.type = instance, .kms_key = settings_.kms_key},
          .network = settings_.network,
          .most_time = settings_.most_time,
          .tags = {{"forecart:dataset", work.dataset}}};
}

}  // namespace forecart

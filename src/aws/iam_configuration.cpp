#include "aws/iam_configuration.h"

#include "aws/quicksight_setup.h"
#include "net/aws_profile.h"
#include "pipeline/alerting.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/quicksight_record.h"
#include "services/secret_variable.h"

namespace forecart {

namespace {

void add_secret(IamSettings& settings, const Environment& environment, const std::string& name) {
  if (name.empty()) return;
  const std::string id = secret_id(environment(name).value_or(""));
  if (!id.empty()) settings.secrets.push_back(id);
}

void add_alerts(IamSettings& settings, const DatasetConfig& config,
                const Environment& environment) {
  const AlertSinks sinks = sinks_with_environment(config.alert_sinks, environment);
  if (!sinks.sns_topic.empty()) settings.topics.push_back(sinks.sns_topic);
  for (const std::string& name :
       {sinks.webhook_secret_env, sinks.smtp_user_env, sinks.smtp_password_env}) {
    add_secret(settings, environment, name);
  }
}

}  // namespace

IamSettings with_environment(IamSettings settings, const Environment& environment) {
  const auto fill = [&](std::string& value, const char* name) {
    if (value.empty()) value = environment(name).value_or("");
  };
  if (settings.region.empty()) settings.region = aws_region(environment);
  fill(settings.kms_key, "FORECART_S3_KMS_KEY");
  fill(settings.state_machine, "FORECART_STATE_MACHINE");
  fill(settings.job_role, "FORECART_SAGEMAKER_ROLE");
  fill(settings.image, "FORECART_SAGEMAKER_IMAGE");
  fill(settings.job_kms_key, "FORECART_SAGEMAKER_KMS_KEY");
  if (environment("FORECART_SAGEMAKER_SUBNETS")) settings.job_network = true;
  const auto topic = environment("FORECART_ALERT_SNS_TOPIC");
  if (topic) settings.topics.push_back(*topic);
  for (const char* name :
       {"FORECART_OIDC_SECRET", "FORECART_ALERT_WEBHOOK", "FORECART_ALERT_WEBHOOK_SECRET",
        "FORECART_ALERT_SMTP_USER", "FORECART_ALERT_SMTP_PASSWORD"}) {
    add_secret(settings, environment, name);
  }
  return settings;
}

void add_dataset_settings(IamSettings& settings, const Environment& environment) {
  const Repository repository = Repository::open(settings.repository);
  for (const std::string& dataset : repository.datasets()) {
    const DatasetConfig config = read_config(repository, dataset);
    add_alerts(settings, config, environment);
    if (!settings.quicksight.empty()) continue;
    const auto record = read_quicksight_record(repository, dataset);
    if (record) {
      settings.quicksight = record->prefix;
    } else if (config.publish_quicksight) {
      settings.quicksight = QuickSightSettings{}.prefix;
    }
  }
}

}  // namespace forecart

#pragma once

#include "aws/iam_policy.h"
#include "net/credentials.h"

namespace forecart {

/// Adds what the environment of the part says where the settings do not: AWS_REGION (or the
/// profile's), FORECART_S3_KMS_KEY, FORECART_SAGEMAKER_*, FORECART_STATE_MACHINE; and to the topics
/// and secrets FORECART_ALERT_SNS_TOPIC and those that lie in Secrets Manager. Asks nobody.
IamSettings with_environment(IamSettings settings, const Environment& environment);

/// Adds what the data sets of the repository ask for: topics and secrets of their alerts, and
/// QuickSight where they publish to it or are set up there. Reads the repository; throws as it
/// does.
void add_dataset_settings(IamSettings& settings, const Environment& environment);

}  // namespace forecart

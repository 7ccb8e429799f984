#pragma once

#include "services/aws_client.h"

#include <string>

namespace forecart {

/// The 12 digits of the account that the credentials are of, as STS says. Throws as AwsClient.
std::string aws_account(const AwsAccess& access);

}  // namespace forecart

#pragma once

#include "net/credentials.h"

#include <memory>
#include <string_view>

namespace forecart {

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
std::unique_ptr<CredentialSource> environment_credentials(Environment environment);

/// The keys in the profile's section (AwsProfile). Throws Error unavailable where a profile that
/// AWS_PROFILE names does not exist, or gets its keys in a way not known here.
std::unique_ptr<CredentialSource> profile_credentials(Environment environment);

/// AssumeRoleWithWebIdentity at STS, with AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and
/// AWS_ROLE_SESSION_NAME, or the profile's role_arn, web_identity_token_file and role_session_name.
std::unique_ptr<CredentialSource> web_identity_credentials(Environment environment);

/// What the container's host serves: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, the
/// latter by https or from this host or the link only; the token of
/// AWS_CONTAINER_AUTHORIZATION_TOKEN or _TOKEN_FILE.
std::unique_ptr<CredentialSource> container_credentials(Environment environment);

/// The role of an EC2 instance, by IMDSv2; AWS_EC2_METADATA_SERVICE_ENDPOINT is asked in place of
/// 169.254.169.254, AWS_EC2_METADATA_DISABLED=true asks nobody. No answer is no credentials.
std::unique_ptr<CredentialSource> instance_credentials(Environment environment);

/// Answers of STS and of the metadata services. Throw Error bad_data where they cannot be read;
/// messages repeat nothing of the text.
Credentials parse_sts_answer(std::string_view xml,
                             const std::string& operation = "AssumeRoleWithWebIdentity");
Credentials parse_metadata_credentials(std::string_view json);

}  // namespace forecart

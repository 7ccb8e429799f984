#pragma once

#include "net/aws_service.h"
#include "net/credentials.h"
#include "net/uri.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace forecart {

/// How S3 is reached (docs/store.md). Durations and sizes are positive.
struct S3Settings {
  std::optional<Url> endpoint = {};  ///< nothing for AWS itself
  std::string region = "us-east-1";
  AwsNames names = {};          ///< of the hosts of AWS
  bool path_style = false;      ///< http://host/bucket/key in place of http://bucket.host/key
  std::string encryption = {};  ///< "AES256", "aws:kms" or nothing: as the bucket does
  std::string kms_key = {};     ///< for aws:kms; empty for the account's own
  /// A request that was not answered well is tried again until so long after its first try.
  std::chrono::milliseconds deadline{60000};
  std::int64_t part_bytes = 16 << 20;  ///< larger files go and come in parts of this size
  unsigned parallel = 4;               ///< parts on their way at the same time
  std::string ca_bundle = {};
  std::string work = {};  ///< folder for fetched files; empty for that of the system
};

/// From AWS_* and FORECART_S3_* variables and the profile. Throws Error invalid_value for a value
/// that cannot be.
S3Settings s3_settings(const Environment& environment);

}  // namespace forecart

#pragma once

#include "store/s3_client.h"
#include "store/store.h"

#include <memory>
#include <string>

namespace forecart {

/// The store below `prefix` in a bucket; tags are ETags without quotes. Every write carries a hash
/// that reads verify, and a writer's mark by which a conditional write whose answer was lost is
/// recognised. Fetched files lie in a folder that goes with the store.
/// Keys that others wrote may be any; those that end with "/" are no objects.
std::unique_ptr<ObjectStore> open_s3_store(std::string bucket, const std::string& prefix,
                                           const S3Settings& settings,
                                           std::unique_ptr<CredentialChain> credentials);

}  // namespace forecart

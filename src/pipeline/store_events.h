#pragma once

#include "store/location.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What a store tells of an object that was written to it.
struct StoreEvent {
  std::string bucket;
  std::string key;      ///< as it is meant, not encoded
  std::string version;  ///< empty where the bucket keeps no versions
  std::string etag;

  friend bool operator==(const StoreEvent&, const StoreEvent&) = default;
};

/// Reads a notification: S3's own ("Records", keys form-encoded; Ceph's are as they are), the same
/// inside a message of SNS, or EventBridge's ("detail"). Only objects that were made are told;
/// notices of another kind give nothing. Throws Error bad_data for what is none of these.
std::vector<StoreEvent> parse_store_events(std::string_view bytes);

/// The data set whose inbox in the repository at `location` holds the object; nothing where it is
/// none that would be taken in from there.
std::optional<std::string> inbox_of(const StoreEvent& event, const StoreLocation& location);

}  // namespace forecart

#pragma once

#include "store/store.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace forecart {

/// Where a store is: a local folder, or "s3://bucket/prefix". A value; nothing is opened by it.
class StoreLocation {
 public:
  StoreLocation() = default;
  /// Whatever people write: "s3://…" is on S3, anything else a local path. Throws Error
  /// invalid_value where the bucket or the prefix cannot be.
  StoreLocation(std::string_view text);                // NOLINT(google-explicit-constructor)
  StoreLocation(const std::string& text);              // NOLINT(google-explicit-constructor)
  StoreLocation(const char* text);                     // NOLINT(google-explicit-constructor)
  StoreLocation(const std::filesystem::path& folder);  // NOLINT(google-explicit-constructor)

  bool empty() const { return text_.empty(); }
  bool is_local() const { return bucket_.empty(); }
  /// As to show and to parse again.
  const std::string& text() const { return text_; }

  /// Of a local one only.
  std::filesystem::path folder() const { return text_; }
  /// Of one on S3 only; the prefix may be empty, and neither begins nor ends with "/".
  const std::string& bucket() const { return bucket_; }
  const std::string& prefix() const { return prefix_; }

  friend bool operator==(const StoreLocation&, const StoreLocation&) = default;

 private:
  std::string text_;
  std::string bucket_;
  std::string prefix_;
};

/// The store there. A local folder is made if missing; a bucket must be there. How S3 is reached
/// (endpoint, region, credentials) comes from the environment and the files of the AWS command
/// line (docs/store.md). Asks nothing of S3 yet.
std::unique_ptr<ObjectStore> open_store(const StoreLocation& location);

/// A file by which processes of one user on one host exclude each other there
/// (single_writer_store).
std::filesystem::path host_lock(const StoreLocation& location);

}  // namespace forecart

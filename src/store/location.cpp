#include "store/location.h"

#include "base/error.h"
#include "store/s3_store.h"
#include "store/work_folder.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

constexpr std::string_view kScheme = "s3://";

/// 3 to 63 lower-case letters, digits, "-" and ".", a letter or digit at both ends.
bool is_bucket_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() >= 3 && name.size() <= 63 && plain(name.front()) && plain(name.back()) &&
         name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '.'; });
}

}  // namespace

StoreLocation::StoreLocation(std::string_view text) : text_(text) {
  if (!text.starts_with(kScheme)) return;
  text.remove_prefix(kScheme.size());
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t slash = std::min(text.find('/'), text.size());
  bucket_ = text.substr(0, slash);
  if (!is_bucket_name(bucket_)) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' names no bucket; write s3://BUCKET/PREFIX, the bucket in small "
                            "letters",
                            text_));
  }
  prefix_ = text.substr(std::min(slash + 1, text.size()));
  if (!prefix_.empty()) check_key(prefix_);
  text_ = fmt::format("{}{}{}{}", kScheme, bucket_, prefix_.empty() ? "" : "/", prefix_);
}

StoreLocation::StoreLocation(const std::string& text) : StoreLocation(std::string_view(text)) {}

StoreLocation::StoreLocation(const char* text) : StoreLocation(std::string_view(text)) {}

StoreLocation::StoreLocation(const std::filesystem::path& folder)
    : StoreLocation(folder.string()) {}

std::unique_ptr<ObjectStore> open_store(const StoreLocation& location) {
  if (location.is_local()) return open_local_store(location.folder());
  const Environment environment = process_environment();
  return open_s3_store(location.bucket(), location.prefix(), s3_settings(environment),
                       default_credentials(environment));
}

std::filesystem::path host_lock(const StoreLocation& location) {
  const std::string name = location.is_local()
                               ? std::filesystem::weakly_canonical(location.folder()).string()
                               : location.text();
  return file_to_lock(s3_settings(process_environment()).work, name);
}

}  // namespace forecart

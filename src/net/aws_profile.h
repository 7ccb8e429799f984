#pragma once

#include "net/credentials.h"

#include <map>
#include <string>
#include <string_view>

namespace forecart {

/// Sections of a file such as ~/.aws/config, each with its settings. A setting that is a block of
/// its own ("s3 =" with indented lines below) appears as "s3.endpoint_url". What is no section and
/// no setting is passed over.
using ProfileFile = std::map<std::string, std::map<std::string, std::string>>;
ProfileFile parse_profile_file(std::string_view text);

/// Settings of the profile that AWS_PROFILE names, or of "default": those of the credentials file
/// before those of the config file. Files are ~/.aws/credentials and ~/.aws/config, or what
/// AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name; they may be missing.
class AwsProfile {
 public:
  explicit AwsProfile(const Environment& environment);

  const std::string& name() const { return name_; }
  /// Whether one of the files has it.
  bool exists() const { return exists_; }
  /// Empty where there is none.
  std::string value(const std::string& setting) const;

 private:
  std::string name_;
  bool exists_ = false;
  std::map<std::string, std::string> settings_;
};

/// AWS_REGION, AWS_DEFAULT_REGION, the profile's region; empty where none says.
std::string aws_region(const Environment& environment);

/// Where a service is to be found in place of AWS: AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL,
/// the profile's; empty where none says. `service` in small letters.
std::string aws_endpoint(const Environment& environment, const std::string& service);

}  // namespace forecart

#include "net/aws_service.h"

#include "base/error.h"
#include "net/aws_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

constexpr std::array kPartitions{
    AwsPartition{"cn-", "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    AwsPartition{"eusc-", "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"},
    AwsPartition{"us-gov-", "aws-us-gov", "amazonaws.com", "api.aws"},
    AwsPartition{"", "aws", "amazonaws.com", "api.aws"},
};

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool switched_on(const Environment& environment, const std::string& variable,
                 const std::string& setting) {
  const std::string text = environment(variable).value_or(AwsProfile(environment).value(setting));
  if (text.empty() || text == "false" || text == "False") return false;
  if (text == "true" || text == "True") return true;
  throw Error(ErrorCode::invalid_value,
              fmt::format("{} is '{}', which is neither true nor false", variable, text));
}

/// Both are parts of one name: s3-fips.dualstack.eu-central-1.amazonaws.com.
std::string s3_host(const std::string& region, const AwsNames& names) {
  return fmt::format("s3{}{}.{}.{}", names.fips ? "-fips" : "",
                     names.dual_stack ? ".dualstack" : "", region, aws_partition(region).suffix);
}

std::string fips_begin(const AwsService& service, const std::string& region, bool dual_stack) {
  using Gov = AwsService::Gov;
  const bool plain =
      service.gov == Gov::plain_with_both || (service.gov == Gov::plain && !dual_stack);
  if (region.starts_with("us-gov-") && plain) return std::string(service.host);
  if (!service.fips_host.empty() && !dual_stack) return std::string(service.fips_host);
  return fmt::format("{}-fips", service.host);
}

}  // namespace

const AwsPartition& aws_partition(std::string_view region) {
  return *std::find_if(kPartitions.begin(), kPartitions.end(),
                       [&](const AwsPartition& part) { return region.starts_with(part.regions); });
}

AwsNames aws_names(const Environment& environment) {
  return {switched_on(environment, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
          switched_on(environment, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")};
}

std::string aws_host(const AwsService& service, const std::string& region, const AwsNames& names) {
  if (!is_region(region)) {
    throw Error(ErrorCode::invalid_value, fmt::format("'{}' is no region of AWS", region));
  }
  if (service.id == kS3.id) return s3_host(region, names);
  const bool both = names.dual_stack && (service.dual_stack || region.starts_with("eusc-"));
  const std::string begin =
      names.fips ? fips_begin(service, region, both) : std::string(service.host);
  const AwsPartition& part = aws_partition(region);
  return fmt::format("{}.{}.{}", begin, region, both ? part.dual_stack : part.suffix);
}

bool is_aws_host(std::string_view host) {
  return std::any_of(kPartitions.begin(), kPartitions.end(), [&](const AwsPartition& part) {
    return host.ends_with(fmt::format(".{}", part.suffix)) ||
           host.ends_with(fmt::format(".{}", part.dual_stack));
  });
}

Url aws_address(const AwsService& service, const std::string& region,
                const Environment& environment) {
  const std::string given = aws_endpoint(environment, std::string(service.id));
  if (!given.empty()) return parse_url(given);
  return {.host = aws_host(service, region, aws_names(environment))};
}

}  // namespace forecart

#pragma once

#include "net/credentials.h"
#include "net/uri.h"

#include <string>
#include <string_view>

namespace forecart {

/// How a service of AWS is named (endpoint-rule-set-1.json of botocore has the rules).
struct AwsService {
  /// How hosts of GovCloud are named, which are FIPS's without a word where `plain`.
  enum class Gov { as_elsewhere, plain, plain_with_both };

  std::string_view id;              ///< of AWS_ENDPOINT_URL_<ID>, in small letters
  std::string_view host;            ///< what its hosts begin with
  std::string_view signs = host;    ///< in signatures
  std::string_view fips_host = {};  ///< where it is not `host` and "-fips"
  std::string_view target = {};     ///< before the operation in x-amz-target, or nothing
  std::string_view version = {};    ///< of the API where it takes forms, of JSON otherwise
  Gov gov = Gov::as_elsewhere;
  bool dual_stack = true;  ///< has a name of its own for it outside of the sovereign cloud
  /// Whether what it says about a refusal may be told: no part of it comes from data.
  bool tells = false;
};

inline constexpr AwsService kS3{.id = "s3", .host = "s3"};
inline constexpr AwsService kSts{.id = "sts",
                                 .host = "sts",
                                 .version = "2011-06-15",
                                 .gov = AwsService::Gov::plain,
                                 .tells = true};

/// A part of AWS with regions, ARNs and ends of hosts of its own (partitions.json of botocore).
struct AwsPartition {
  std::string_view regions;     ///< what their names begin with
  std::string_view name;        ///< in ARNs
  std::string_view suffix;      ///< of hosts
  std::string_view dual_stack;  ///< of those that IPv6 reaches
};

/// That of a region; that of most of the world for "".
const AwsPartition& aws_partition(std::string_view region);

/// Which of its names a host of AWS goes by.
struct AwsNames {
  bool dual_stack = false;  ///< reached by IPv6 too
  bool fips = false;        ///< cryptography as FIPS 140 asks
};

/// AWS_USE_DUALSTACK_ENDPOINT and AWS_USE_FIPS_ENDPOINT, or the profile's use_dualstack_endpoint
/// and use_fips_endpoint. Throws Error invalid_value for what is neither true nor false.
AwsNames aws_names(const Environment& environment);

/// As in "sns.eu-central-1.amazonaws.com". Throws Error invalid_value for what is no region.
std::string aws_host(const AwsService& service, const std::string& region, const AwsNames& names);

/// Whether AWS itself answers there.
bool is_aws_host(std::string_view host);

/// What aws_endpoint() names, or else the host of AWS.
Url aws_address(const AwsService& service, const std::string& region,
                const Environment& environment);

}  // namespace forecart

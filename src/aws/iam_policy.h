#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace forecart {

/// What the rights of a part are cut to; what is "", empty or false it does not have.
struct IamSettings {
  StoreLocation repository{};  ///< on S3
  std::string region{};
  std::string account{};            ///< 12 digits
  std::string dataset{};            ///< whose inbox files are dropped into; "" for that of any
  std::string kms_key{};            ///< of what is stored: its ARN, or its id
  std::string function{};           ///< of Lambda, by its name
  std::string queue{};              ///< of SQS: address, ARN or name
  std::string dead_letter_queue{};  ///< the same
  std::string stream{};             ///< of Kinesis: its ARN
  std::string state_machine{};      ///< that large work goes to: its ARN
  bool network = false;             ///< the function is in a VPC
  bool tracing = false;             ///< X-Ray is told of its calls
  std::string job_role{};           ///< ARN
  std::string image{};              ///< of jobs, in a registry of ECR
  std::string job_kms_key{};        ///< of their disks and outputs
  bool job_network = false;         ///< they are in a VPC
  std::vector<std::string> job_inputs{};   ///< s3://BUCKET/PREFIX, beside the repository
  std::vector<std::string> job_outputs{};  ///< the same
  std::vector<std::string> topics{};       ///< of SNS that alerts go to: ARNs
  std::vector<std::string> secrets{};      ///< ARNs, or names
  std::string quicksight{};                ///< what names of QuickSight begin with
  std::string name_prefix{};               ///< and those of CloudWatch
  std::string work_group{};                ///< of Athena
  std::string athena_results{};            ///< where it leaves answers, s3://BUCKET/PREFIX
};

/// One part of forecart that has a role, or a user, of its own.
struct IamPart {
  std::string name;
  std::string text;
};

/// All of them, in the order of their names.
std::vector<IamPart> iam_parts();

/// One right.
struct IamStatement {
  nlohmann::json rule;  ///< as IAM has it
  std::string text;     ///< what it is for
  std::string reason;   ///< why its resource is *; "" where it is not
  std::string unseen;   ///< why no request of forecart itself takes it; "" where one does
};

/// All rights of a part. Throws Error unknown_name for another part; usage where the repository,
/// the region or the account is not told and a right names it; invalid_value for what IAM cannot
/// know things by.
std::vector<IamStatement> iam_statements(const std::string& part, const IamSettings& settings);

/// The document that `aws iam put-role-policy` takes.
nlohmann::json iam_policy(const std::vector<IamStatement>& statements);

// Characters of a policy, blanks not counted.
inline constexpr std::size_t kMostManagedPolicy = 6'144;
inline constexpr std::size_t kMostRolePolicy = 10'240;  ///< of all policies of a role together

/// What is known of each, for machines: {"statements": [{"rule", "text", "reason", "unseen"}]}.
nlohmann::json to_json(const std::vector<IamStatement>& statements);
/// The same in words, for people.
std::string explained(const std::vector<IamStatement>& statements);

}  // namespace forecart

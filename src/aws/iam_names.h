#pragma once

#include <string>

namespace forecart {

/// Turns what people and variables call things into what IAM knows them by. All throw Error
/// invalid_value for what cannot be turned, and for an ARN with * or ?, which would stand for more
/// than one thing; places of S3 keep theirs as they are, escaped.
class IamNames {
 public:
  IamNames(const std::string& region, const std::string& account);

  /// An ARN as it is. `what` is told where it is none.
  static std::string arn(const std::string& text, const char* what);
  /// All executions of a state machine of Step Functions, by its ARN.
  static std::string runs_of(const std::string& state_machine);
  /// A queue of SQS by its address, ARN or name.
  std::string queue(const std::string& text) const;
  /// A secret by its ARN, or by its name, behind which Secrets Manager puts six letters.
  std::string secret(const std::string& text) const;
  /// A key of KMS by its ARN or its id; not by an alias, which may change its meaning.
  std::string key(const std::string& text) const;
  /// The repository of ECR of "ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG".
  std::string image(const std::string& text) const;
  /// All objects below s3://BUCKET/PREFIX.
  std::string objects(const std::string& place) const;
  /// Its bucket.
  std::string bucket(const std::string& place) const;

  /// A part of a key of S3 in which nothing is special to IAM any more.
  static std::string escaped(const std::string& text);

 private:
  std::string made(const char* service, const std::string& resource) const;

  std::string partition_;
  std::string region_;
  std::string account_;
};

}  // namespace forecart

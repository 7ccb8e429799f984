#include "aws/iam_policy.h"

#include "aws/iam_configuration.h"
#include "aws/iam_names.h"
#include "base/error.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace forecart {
namespace {

using nlohmann::json;
using testing::ElementsAre;

/// With all that there can be.
IamSettings everything() {
  return {.repository = StoreLocation("s3://shop/here"),
          .region = "eu-central-1",
          .account = "123456789012",
          .dataset = "orders",
          .kms_key = "1234-ab",
          .function = "orders",
          .queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox",
          .dead_letter_queue = "dead",
          .stream = "arn:aws:kinesis:eu-central-1:123456789012:stream/orders",
          .state_machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:orders",
          .network = true,
          .tracing = true,
          .job_role = "arn:aws:iam::123456789012:role/jobs",
          .image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/forecart:1",
          .job_kms_key = "1234-cd",
          .job_network = true,
          .job_inputs = {"s3://input/x"},
          .job_outputs = {"s3://out"},
          .topics = {"arn:aws:sns:eu-central-1:123456789012:alerts"},
          .secrets = {"hook"},
          .quicksight = "forecart",
          .name_prefix = "forecart",
          .work_group = "primary",
          .athena_results = "s3://answers/here"};
}

ErrorCode code_of(const auto& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::no_space;  // that nothing here throws
}

TEST(IamPolicy, EveryPartFitsIntoARoleAndHasNothingThatIsNotForIam) {
  const std::set<std::string> known{"Sid", "Effect", "Action", "Resource", "Condition"};
  for (const IamPart& part : iam_parts()) {
    const auto statements = iam_statements(part.name, everything());
    const json policy = iam_policy(statements);
    EXPECT_LE(policy.dump().size(), kMostRolePolicy) << part.name;
    EXPECT_EQ(policy.dump().find("${"), std::string::npos) << part.name;
    std::set<std::string> names;
    for (const IamStatement& one : statements) {
      for (const auto& [name, value] : one.rule.items()) EXPECT_TRUE(known.contains(name)) << name;
      EXPECT_TRUE(names.insert(one.rule.at("Sid")).second) << part.name << one.rule.at("Sid");
      EXPECT_FALSE(one.text.empty());
      const bool all = one.rule.at("Resource") == "*" ||
                       (one.rule.at("Resource").is_array() &&
                        std::ranges::count(one.rule.at("Resource"), json("*")) > 0);
      EXPECT_EQ(all, !one.reason.empty()) << one.rule.dump();
    }
  }
}

TEST(IamPolicy, WhatIsNotThereHasNoRights) {
  const IamSettings bare{.repository = StoreLocation("s3://shop")};
  std::vector<std::string> names;
  for (const IamStatement& one : iam_statements("worker", bare))
    names.push_back(one.rule.at("Sid"));
  EXPECT_THAT(names, ElementsAre("ReadRepository", "ListRepository", "ListReports",
                                 "WriteRepository", "GiveUpUploads", "TakeFromQueue"));
  EXPECT_EQ(code_of([&] { iam_statements("function", bare); }), ErrorCode::no_space);
  EXPECT_EQ(code_of([&] { iam_statements("people", bare); }), ErrorCode::unknown_name);
  IamSettings named = bare;
  named.function = "orders";
  EXPECT_EQ(code_of([&] { iam_statements("function", named); }), ErrorCode::usage);
}

TEST(IamPolicy, NamesBecomeWhatIamKnowsThingsBy) {
  const IamNames names("eusc-de-east-1", "123456789012");
  EXPECT_EQ(names.queue("inbox"), "arn:aws-eusc:sqs:eusc-de-east-1:123456789012:inbox");
  EXPECT_EQ(names.queue("https://sqs.us-east-1.amazonaws.com/210987654321/q"),
            "arn:aws:sqs:us-east-1:210987654321:q");
  EXPECT_EQ(names.secret("a/b"),
            "arn:aws-eusc:secretsmanager:eusc-de-east-1:123456789012:secret:a/b-??????");
  EXPECT_EQ(names.key("1-2"), "arn:aws-eusc:kms:eusc-de-east-1:123456789012:key/1-2");
  EXPECT_EQ(names.image("123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b@sha256:0"),
            "arn:aws:ecr:us-east-1:123456789012:repository/a/b");
  EXPECT_EQ(names.objects("s3://shop/a*b"), "arn:aws-eusc:s3:::shop/a${*}b/*");
  for (const char* wrong : {"arn:aws:sns:x:1:*", "alerts", "arn:aws", ""}) {
    EXPECT_EQ(code_of([&] { IamNames::arn(wrong, "the topic"); }), ErrorCode::invalid_value);
  }
  EXPECT_EQ(code_of([&] { names.key("alias/shop"); }), ErrorCode::invalid_value);
  EXPECT_EQ(code_of([&] { IamNames("", "").queue("inbox"); }), ErrorCode::usage);
  EXPECT_EQ(code_of([&] { IamNames("eu-west-1", "1234"); }), ErrorCode::invalid_value);
}

TEST(IamPolicy, TheEnvironmentAddsWhatFlagsDoNotSay) {
  const std::map<std::string, std::string> given{
      {"AWS_REGION", "eu-central-1"},
      {"FORECART_S3_KMS_KEY", "from-environment"},
      {"FORECART_SAGEMAKER_SUBNETS", "subnet-1"},
      {"FORECART_ALERT_SNS_TOPIC", "arn:aws:sns:eu-central-1:1:a"},
      {"FORECART_ALERT_WEBHOOK", "secretsmanager:hook-address#url"},
      {"FORECART_ALERT_WEBHOOK_SECRET", "secretsmanager:hook#key"},
      {"FORECART_ALERT_SMTP_PASSWORD", "no reference"}};
  const auto environment = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = given.find(name);
    return found == given.end() ? std::nullopt : std::optional(found->second);
  };
  const IamSettings settings = with_environment({.kms_key = "from-flag"}, environment);
  EXPECT_EQ(settings.region, "eu-central-1");
  EXPECT_EQ(settings.kms_key, "from-flag");
  EXPECT_TRUE(settings.job_network);
  EXPECT_THAT(settings.topics, ElementsAre("arn:aws:sns:eu-central-1:1:a"));
  EXPECT_THAT(settings.secrets, ElementsAre("hook-address", "hook"));
}

}  // namespace
}  // namespace forecart

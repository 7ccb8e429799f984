#include "services/sts.h"

#include "services/secrets_manager.h"
#include "services/test_aws.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Sts, TellsWhoAsks) {
  const AnsweringServer server({answer(
      200,
      "<GetCallerIdentityResponse xmlns='x'><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/a"
      "</Arn><UserId>U</UserId><Account>1</Account></GetCallerIdentityResult>"
      "</GetCallerIdentityResponse>")});
  const CallerIdentity identity = Sts(access_to(server.url())).identity();
  EXPECT_EQ(identity.account, "1");
  EXPECT_EQ(identity.arn, "arn:aws:iam::1:user/a");
  EXPECT_EQ(server.asked()[0].body, "Action=GetCallerIdentity&Version=2011-06-15");
}

TEST(Sts, GivesKeysOfARole) {
  const AnsweringServer server(
      {answer(200,
              "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId>"
              "<SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>"
              "<Expiration>2026-04-12T08:30:15Z</Expiration></Credentials></AssumeRoleResult>"
              "</AssumeRoleResponse>"),
       answer(200, "<AssumeRoleResponse/>")});
  Sts sts(access_to(server.url()));
  const Credentials keys = sts.assume({.role = "arn:r", .external_id = "e"});
  EXPECT_EQ(keys.access_key + keys.secret_key + keys.session_token, "AST");
  EXPECT_TRUE(keys.expires);
  EXPECT_EQ(server.asked()[0].body,
            "Action=AssumeRole&DurationSeconds=3600&ExternalId=e&RoleArn=arn%3Ar&"
            "RoleSessionName=forecart&Version=2011-06-15");
  EXPECT_THROW(sts.assume({.role = "arn:r"}), Error);
}

TEST(SecretsManager, GivesTextsAndBytes) {
  const AnsweringServer server({answer(200, R"({"SecretString":"s3cret"})"),
                                answer(200, R"({"SecretBinary":"AAE="})"),
                                answer(200, R"({"SecretString":"","SecretBinary":"?"})")});
  SecretsManager client(access_to(server.url()));
  EXPECT_EQ(client.secret("smtp"), "s3cret");
  EXPECT_EQ(client.secret("smtp"), std::string("\0\1", 2));
  EXPECT_EQ(aws_error_of([&] { client.secret("smtp"); }).code(), ErrorCode::bad_data);
  EXPECT_EQ(server.asked()[0].body, R"({"SecretId":"smtp"})");
}

TEST(SecretsManager, SaysNothingOfThemInErrors) {
  const AnsweringServer server(
      {answer(400, R"({"__type":"InvalidRequestException","Message":"s3cret is no secret"})"),
       answer(200, "s3cret"), answer(200, std::string(9 << 20, 's'))});
  SecretsManager client(access_to(server.url()));
  for (int i = 0; i < 3; ++i) {
    const AwsError error = aws_error_of([&] { client.secret("smtp"); });
    EXPECT_THAT(error.what(), Not(HasSubstr("s3c")));
    EXPECT_NE(error.code(), ErrorCode::usage);
  }
}

}  // namespace
}  // namespace forecart

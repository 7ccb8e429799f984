#include "services/secret_variable.h"

#include "services/test_aws.h"

#include <gmock/gmock.h>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::Not;

Environment with(const AnsweringServer& server, const std::string& value) {
  return environment_of({{"AWS_ENDPOINT_URL", server.url()},
                         {"AWS_ACCESS_KEY_ID", "AKID"},
                         {"AWS_SECRET_ACCESS_KEY", "secret"},
                         {"SMTP", value}});
}

TEST(SecretVariable, IsTheSecretOrSaysWhereItIs) {
  const AnsweringServer server({answer(200, R"({"SecretString":"{\"password\":\"p#1\"}"})")});
  EXPECT_EQ(secret_variable(with(server, "plain#text"), "SMTP"), "plain#text");
  EXPECT_EQ(secret_variable(with(server, "plain"), "OTHER"), "");
  EXPECT_TRUE(server.asked().empty());
  EXPECT_EQ(secret_variable(with(server, "secretsmanager:shop/mail"), "SMTP"),
            R"({"password":"p#1"})");
  const std::string arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mail-AbCdEf";
  EXPECT_EQ(secret_variable(with(server, "secretsmanager:" + arn + "#password"), "SMTP"), "p#1");
  EXPECT_EQ(server.asked()[1].body, R"({"SecretId":")" + arn + "\"}");
  EXPECT_THAT(server.asked()[1].header("authorization"),
              HasSubstr("/eu-west-1/secretsmanager/aws4_request"));
}

TEST(SecretVariable, SaysNothingOfTheSecretWhereItFails) {
  const AnsweringServer server({answer(200, R"({"SecretString":"{\"password\":\"s3cret\"}"})"),
                                answer(200, R"({"SecretString":"s3cret"})"),
                                answer(400, R"({"__type":"ResourceNotFoundException"})")});
  for (int i = 0; i < 3; ++i) {
    try {
      secret_variable(with(server, "secretsmanager:mail#user"), "SMTP");
      FAIL();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("s3c")));
    }
  }
}

}  // namespace
}  // namespace forecart

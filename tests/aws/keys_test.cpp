#include "services/aws_services.h"
#include "services/secret_variable.h"
#include "services/secrets_manager.h"
#include "services/sts.h"

#include "on_moto.h"
#include <nlohmann/json.hpp>

namespace forecart::testing_aws {
namespace {

class KeysOnMoto : public OnMoto {};

TEST_F(KeysOnMoto, AreSomebodysAndBecomeARoles) {
  Sts sts(access_);
  EXPECT_EQ(sts.identity().account, "123456789012");
  EXPECT_TRUE(sts.identity().arn.starts_with("arn:aws:"));
  const Credentials keys = sts.assume({.role = kRole});
  EXPECT_FALSE(keys.session_token.empty());
  ASSERT_TRUE(keys.expires);
  const auto now = std::chrono::system_clock::now();
  EXPECT_LE(std::chrono::abs(*keys.expires - now - std::chrono::hours(1)), std::chrono::minutes(5));
}

TEST_F(KeysOnMoto, AreKeptAsSecrets) {
  const std::string name = unique("secret");
  AwsClient(kSecretsManager, access_)
      .call("CreateSecret", {{"Name", name}, {"SecretString", "pass wörd\n"}});
  SecretsManager client(access_);
  EXPECT_EQ(client.secret(name), "pass wörd\n");
  try {
    client.secret(name + "-other");
    FAIL();
  } catch (const AwsError& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
  }
}

TEST_F(KeysOnMoto, AreFoundByAVariable) {
  const std::string name = unique("secret");
  const nlohmann::json made =
      AwsClient(kSecretsManager, access_)
          .call("CreateSecret", {{"Name", name}, {"SecretString", R"({"password":"p"})"}});
  const Environment environment = [&](const std::string& wanted) -> std::optional<std::string> {
    if (wanted == "SMTP")
      return "secretsmanager:" + made.at("ARN").get<std::string>() + "#password";
    if (wanted == "AWS_ACCESS_KEY_ID" || wanted == "AWS_SECRET_ACCESS_KEY") return "test";
    return access_.environment(wanted);
  };
  EXPECT_EQ(secret_variable(environment, "SMTP"), "p");
}

}  // namespace
}  // namespace forecart::testing_aws

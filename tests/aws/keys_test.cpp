#include "services/aws_services.h"
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

}  // namespace
}  // namespace forecart::testing_aws

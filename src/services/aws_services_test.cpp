#include "services/aws_services.h"

#include "base/error.h"
#include "services/test_aws.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <string>

namespace forecart {
namespace {

/// By their names in botocore's data.
const std::map<std::string, const AwsService*> kServices{{"sagemaker", &kSageMaker},
                                                         {"sagemaker-runtime", &kSageMakerRuntime},
                                                         {"logs", &kLogs},
                                                         {"cloudwatch", &kCloudWatch},
                                                         {"quicksight", &kQuickSight},
                                                         {"sns", &kSns},
                                                         {"sqs", &kSqs},
                                                         {"events", &kEventBridge},
                                                         {"kinesis", &kKinesis},
                                                         {"sts", &kSts},
                                                         {"secretsmanager", &kSecretsManager},
                                                         {"athena", &kAthena},
                                                         {"stepfunctions", &kStepFunctions},
                                                         {"s3", &kS3}};

// tests/golden/make_aws_hosts.py: what the rules of botocore 1.43.11 say.
TEST(AwsServices, AreNamedAsBotocoreNamesThem) {
  const auto rows = nlohmann::json::parse(std::ifstream(FORECART_GOLDEN "/aws_hosts.json"));
  ASSERT_EQ(rows.size(), 358U);
  for (const auto& row : rows) {
    const AwsService& service = *kServices.at(row[0]);
    EXPECT_EQ(aws_host(service, row[1], {.dual_stack = row[2], .fips = row[3]}), row[4]) << row;
    EXPECT_TRUE(is_aws_host(row[4].get<std::string>()));
  }
}

TEST(AwsServices, AreFoundWhereTheEnvironmentSays) {
  const auto host = [](const AwsService& service, std::map<std::string, std::string> values) {
    return aws_address(service, "eu-central-1", environment_of(std::move(values))).text();
  };
  EXPECT_EQ(host(kLogs, {}), "https://logs.eu-central-1.amazonaws.com/");
  EXPECT_EQ(
      host(kLogs, {{"AWS_USE_DUALSTACK_ENDPOINT", "true"}, {"AWS_USE_FIPS_ENDPOINT", "true"}}),
      "https://logs-fips.eu-central-1.api.aws/");
  EXPECT_EQ(host(kLogs, {{"AWS_ENDPOINT_URL", "http://h:1"}, {"AWS_USE_FIPS_ENDPOINT", "true"}}),
            "http://h:1/");
  const std::map<std::string, std::string> own{{"AWS_ENDPOINT_URL", "http://h:1"},
                                               {"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "http://l"},
                                               {"AWS_ENDPOINT_URL_SAGEMAKER", "http://s"}};
  EXPECT_EQ(host(kLogs, own), "http://l/");
  EXPECT_EQ(host(kSageMaker, own), "http://s/");
  EXPECT_EQ(host(kSageMakerRuntime, own), "http://h:1/");
}

TEST(AwsServices, TakeTheNamesOfAProfile) {
  const std::string file = testing::TempDir() + "aws-names-config";
  std::ofstream(file) << "[default]\nuse_dualstack_endpoint = true\nservices = mine\n"
                         "[services mine]\nsqs =\n  endpoint_url = http://queue\n";
  const Environment environment = environment_of({{"AWS_CONFIG_FILE", file}});
  EXPECT_EQ(aws_address(kSns, "eu-central-1", environment).host, "sns.eu-central-1.api.aws");
  EXPECT_EQ(aws_address(kSqs, "eu-central-1", environment).host, "queue");
}

TEST(AwsServices, RefuseWhatIsNoRegionAndNoSwitch) {
  for (const char* region : {"", "eu central", "evil.example/", "EU", "a@b"}) {
    EXPECT_THROW(aws_host(kSns, region, {}), Error) << region;
  }
  EXPECT_THROW(aws_names(environment_of({{"AWS_USE_FIPS_ENDPOINT", "yes"}})), Error);
  for (const char* host : {"amazonaws.com.evil.example", "notamazonaws.com", ""}) {
    EXPECT_FALSE(is_aws_host(host)) << host;
  }
}

}  // namespace
}  // namespace forecart

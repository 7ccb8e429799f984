#include "services/sagemaker.h"

#include "services/sagemaker_json.h"
#include "services/test_aws.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::ElementsAre;

TrainingJob small_training() {
  return {.name = "orders-1",
          .image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/forecart:1",
          .role = "arn:aws:iam::123456789012:role/forecart",
          .channels = {{.name = "training", .s3 = "s3://b/in/"}},
          .output = "s3://b/out"};
}

TEST(SageMaker, AsksForATrainingAsItIsDocumented) {
  EXPECT_EQ(training_request(small_training()), json::parse(R"({
    "TrainingJobName": "orders-1",
    "RoleArn": "arn:aws:iam::123456789012:role/forecart",
    "AlgorithmSpecification": {
      "TrainingImage": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/forecart:1",
      "TrainingInputMode": "File"},
    "InputDataConfig": [{"ChannelName": "training", "InputMode": "File", "DataSource": {
      "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in/",
                       "S3DataDistributionType": "FullyReplicated"}}}],
    "OutputDataConfig": {"S3OutputPath": "s3://b/out"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600}})"));
}

TEST(SageMaker, AsksForSpotMachinesWithCheckpointsInANetwork) {
  TrainingJob job = small_training();
  job.checkpoints = "s3://b/checkpoints";
  job.spot_wait = seconds(60);  // less than the job may take: the service would refuse it
  job.network = {.subnets = {"subnet-1"}, .security_groups = {"sg-1"}, .isolated = true};
  job.metrics = {{"mase", "mase=([0-9.]+)"}};
  job.hyperparameters = {{"freq", "D"}};
  job.tags = {{"run", "1"}};
  const json request = training_request(job);
  EXPECT_EQ(request["EnableManagedSpotTraining"], true);
  EXPECT_EQ(request["StoppingCondition"],
            json({{"MaxRuntimeInSeconds", 3600}, {"MaxWaitTimeInSeconds", 3600}}));
  EXPECT_EQ(request["CheckpointConfig"], json({{"S3Uri", "s3://b/checkpoints"}}));
  EXPECT_EQ(request["EnableNetworkIsolation"], true);
  EXPECT_EQ(request["VpcConfig"],
            json({{"Subnets", {"subnet-1"}}, {"SecurityGroupIds", {"sg-1"}}}));
  EXPECT_EQ(request["AlgorithmSpecification"]["MetricDefinitions"],
            json::parse(R"j([{"Name":"mase","Regex":"mase=([0-9.]+)"}])j"));
  EXPECT_EQ(request["Tags"], json::parse(R"([{"Key":"run","Value":"1"}])"));
}

TEST(SageMaker, AsksForAShardedProcessing) {
  const json request =
      processing_request({.name = "p",
                          .image = "i",
                          .role = "r",
                          .arguments = {"process"},
                          .inputs = {{"in", "s3://b/in", "/opt/ml/processing/input", true}},
                          .outputs = {{"out", "s3://b/out", "/opt/ml/processing/output"}},
                          .machines = {.count = 4}});
  EXPECT_EQ(request["ProcessingInputs"][0]["S3Input"]["S3DataDistributionType"], "ShardedByS3Key");
  EXPECT_EQ(request["ProcessingResources"]["ClusterConfig"]["InstanceCount"], 4);
  EXPECT_EQ(request["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3UploadMode"],
            "EndOfJob");
  EXPECT_EQ(request["AppSpecification"],
            json::parse(R"({"ImageUri":"i","ContainerArguments":["process"]})"));
  EXPECT_FALSE(request.contains("NetworkConfig"));
}

TEST(SageMaker, AsksForEndpointsWithAndWithoutMachines) {
  EndpointConfig config{.name = "c", .model = "m"};
  EXPECT_EQ(endpoint_config_request(config)["ProductionVariants"][0]["InstanceType"],
            "ml.m5.large");
  config.serverless = Serverless{};
  const json variant = endpoint_config_request(config)["ProductionVariants"][0];
  EXPECT_EQ(variant["ServerlessConfig"], json({{"MemorySizeInMB", 2048}, {"MaxConcurrency", 5}}));
  EXPECT_FALSE(variant.contains("InstanceType"));
}

TEST(SageMaker, ReadsWhatBecameOfAJob) {
  const TrainingStatus status = parse_training_status(json::parse(R"({
    "TrainingJobStatus":"Failed","SecondaryStatus":"Failed","FailureReason":"AlgorithmError: x",
    "ModelArtifacts":{"S3ModelArtifacts":"s3://b/out/orders-1/output/model.tar.gz"},
    "CreationTime":1.7e9,"TrainingStartTime":1700000060.5,"TrainingTimeInSeconds":50,
    "BillableTimeInSeconds":20,"FinalMetricDataList":[{"MetricName":"mase","Value":0.5},7]})"));
  EXPECT_EQ(status.state, JobState::failed);
  EXPECT_TRUE(is_over(status.state));
  EXPECT_EQ(status.failure, "AlgorithmError: x");
  EXPECT_EQ(status.model, "s3://b/out/orders-1/output/model.tar.gz");
  EXPECT_EQ(status.billed, seconds(20));
  EXPECT_EQ(status.metrics.at("mase"), 0.5);
  EXPECT_EQ(*status.begun - *status.made, std::chrono::milliseconds(60'500));
  EXPECT_FALSE(status.ended);
  const TrainingStatus nothing = parse_training_status(json::parse(
      R"({"TrainingJobStatus":5,"ModelArtifacts":[],"CreationTime":1e300,"TrainingEndTime":null})"));
  EXPECT_EQ(nothing.state, JobState::running);
  EXPECT_FALSE(nothing.made);
}

TEST(SageMaker, SaysThatThereIsNone) {
  const auto refuse = [](const char* message) {
    return answer(400, json{{"__type", "ValidationException"}, {"message", message}}.dump());
  };
  const AnsweringServer server({refuse("Requested resource not found."),
                                refuse("Could not find endpoint \"e\"."),
                                refuse("1 validation error detected")});
  SageMaker client(access_to(server.url()));
  EXPECT_FALSE(client.training_job("t"));
  EXPECT_FALSE(client.delete_endpoint("e"));
  EXPECT_THROW(client.endpoint("e"), AwsError);
}

TEST(SageMaker, ListsPageByPageUpToABound) {
  const auto page = [](int first, const std::string& token) {
    json summaries = json::array();
    for (int i = first; i < first + 100; ++i) {
      summaries.push_back(
          {{"TrainingJobName", std::to_string(i)}, {"TrainingJobStatus", "Stopped"}});
    }
    return answer(200, json{{"TrainingJobSummaries", summaries}, {"NextToken", token}}.dump());
  };
  const AnsweringServer server({page(0, "t1"), page(100, "t2"), page(200, "")});
  SageMaker client(access_to(server.url()));
  const auto some = client.training_jobs({.name_contains = "orders", .most = 150});
  EXPECT_EQ(some.items.size(), 150U);
  EXPECT_FALSE(some.complete);
  EXPECT_EQ(some.items.back().name, "149");
  EXPECT_EQ(some.items.back().state, JobState::stopped);
  ASSERT_EQ(server.asked().size(), 2U);
  EXPECT_EQ(json::parse(server.asked()[1].body)["NextToken"], "t1");
  EXPECT_EQ(json::parse(server.asked()[1].body)["NameContains"], "orders");
}

TEST(SageMaker, InvokesAnEndpoint) {
  const AnsweringServer server({answer(200, "{\"predictions\":[]}",
                                       {{"content-type", "application/json"},
                                        {"x-amzn-invoked-production-variant", "AllTraffic"}})});
  SageMakerRuntime client(access_to(server.url()));
  const Invocation got = client.invoke("shop", "{\"instances\":[]}");
  EXPECT_EQ(got.body, "{\"predictions\":[]}");
  EXPECT_EQ(got.variant, "AllTraffic");
  EXPECT_EQ(server.asked().front().target, "/endpoints/shop/invocations");
  EXPECT_EQ(server.asked().front().body, "{\"instances\":[]}");
  for (const char* name : {"", "../x", "a/b", "ä"}) {
    EXPECT_THROW(client.invoke(name, ""), Error) << name;
  }
  EXPECT_EQ(server.asked().size(), 1U);
}

}  // namespace
}  // namespace forecart

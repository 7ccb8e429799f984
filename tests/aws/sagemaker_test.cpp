#include "services/sagemaker.h"

#include "on_moto.h"
#include <gmock/gmock.h>

namespace forecart::testing_aws {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class SageMakerOnMoto : public OnMoto {};

TEST_F(SageMakerOnMoto, TrainsAndTellsOfIt) {
  SageMaker client(access_);
  const std::string name = unique("training");
  const std::string arn = client.create(
      TrainingJob{.name = name,
                  .image = "image",
                  .role = kRole,
                  .hyperparameters = {{"freq", "D"}},
                  .environment = {{"A", "b"}},
                  .channels = {{.name = "training", .s3 = "s3://b/in", .sharded = true}},
                  .metrics = {{"mase", "mase=(.*)"}},
                  .output = "s3://b/out",
                  .checkpoints = "s3://b/c",
                  .spot_wait = std::chrono::seconds(7200),
                  .tags = {{"a", "b"}}});
  EXPECT_THAT(arn, EndsWith(":training-job/" + name));
  const auto status = client.training_job(name);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state, JobState::completed);
  EXPECT_TRUE(status->made);
  EXPECT_THAT(status->model, HasSubstr("s3://b/out"));
  EXPECT_FALSE(client.training_job(unique("other")));
  const auto list = client.training_jobs({.name_contains = name});
  ASSERT_EQ(list.items.size(), 1U);
  EXPECT_EQ(list.items[0].name, name);
  EXPECT_EQ(list.items[0].arn, arn);
}

TEST_F(SageMakerOnMoto, ListsMoreJobsThanAPageHas) {
  SageMaker client(access_);
  const std::string name = unique("many");
  for (int i = 0; i < 103; ++i) {
    client.create(ProcessingJob{.name = name + "-" + std::to_string(i),
                                .image = "image",
                                .role = kRole,
                                .arguments = {"process"},
                                .inputs = {{"in", "s3://b/in", "/opt/ml/processing/input", true}},
                                .outputs = {{"out", "s3://b/out", "/opt/ml/processing/output"}}});
  }
  const auto all = client.processing_jobs({.name_contains = name, .most = 1000});
  EXPECT_EQ(all.items.size(), 103U);
  EXPECT_TRUE(all.complete);
  EXPECT_EQ(client.processing_job(name + "-7")->state, JobState::completed);
  EXPECT_FALSE(client.processing_job(name + "-x"));
}

TEST_F(SageMakerOnMoto, ServesAModel) {
  SageMaker client(access_);
  const std::string name = unique("serve");
  EXPECT_THAT(client.create(HostedModel{
                  .name = name, .image = "image", .role = kRole, .data = "s3://b/model.tar.gz"}),
              HasSubstr(name));
  client.create(EndpointConfig{.name = name, .model = name});
  client.create_endpoint(name, name);
  const auto status = client.endpoint(name);
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->in_service());
  EXPECT_EQ(status->config, name);
  SageMakerRuntime runtime(access_);
  EXPECT_EQ(runtime.invoke(name, "{}").body, "body");  // what moto says to everybody
  EXPECT_TRUE(client.delete_endpoint(name));
  EXPECT_FALSE(client.delete_endpoint(name));
  EXPECT_FALSE(client.endpoint(name));
  EXPECT_TRUE(client.delete_endpoint_config(name));
  EXPECT_TRUE(client.delete_model(name));
}

}  // namespace
}  // namespace forecart::testing_aws

#include "aws/sagemaker_jobs.h"

#include "base/error.h"
#include "table/expect_error.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace forecart {
namespace {

HandOverSettings settings() {
  return {.image = "image",
          .role = "role",
          .instance = "ml.c5.xlarge",
          .network = {.subnets = {"subnet-1"}, .security_groups = {"sg-1"}},
          .kms_key = "key"};
}

TEST(SagemakerJobs, ATrainingReachesNobodyAndTellsItsMetrics) {
  const TrainingJob job =
      training_job(settings(), {.name = "t",
                                .inputs = {{"train", "s3://b/in"}, {"test", "s3://b/test"}},
                                .output = "s3://b/out",
                                .hyperparameters = {{"h", "7"}},
                                .checkpoints = "s3://b/c",
                                .spot_wait = std::chrono::hours(2)});
  EXPECT_TRUE(job.network.isolated);
  EXPECT_EQ(job.network.subnets, std::vector<std::string>{"subnet-1"});
  EXPECT_EQ(job.machines.type, "ml.c5.xlarge");
  EXPECT_EQ(job.machines.kms_key, "key");
  EXPECT_EQ(job.output_key, "key");
  EXPECT_EQ(job.channels.size(), 2U);
  EXPECT_GT(job.metrics.size(), 10U);
}

TEST(SagemakerJobs, FilesAreSharedOutAndSettingsAreNot) {
  const ProcessingJob job =
      processing_job(settings(), {.name = "p",
                                  .inputs = {{"orders", "s3://b/in"}, {"config", "s3://b/config"}},
                                  .output = "s3://b/shop",
                                  .arguments = {"--dataset", "shop"},
                                  .machines = 3});
  EXPECT_EQ(job.arguments, (std::vector<std::string>{"process", "--dataset", "shop"}));
  ASSERT_EQ(job.inputs.size(), 2U);
  EXPECT_FALSE(job.inputs[0].sharded) << "config";
  EXPECT_TRUE(job.inputs[1].sharded) << "orders";
  EXPECT_EQ(job.inputs[1].path, "/opt/ml/processing/input/orders");
  ASSERT_EQ(job.outputs.size(), 1U);
  EXPECT_EQ(job.outputs[0].path, "/opt/ml/processing/output/repository");
  EXPECT_EQ(job.machines.count, 3);
  const ProcessingJob series =
      processing_job(settings(), {.name = "p", .inputs = {{"series", "s3://b/in"}}});
  EXPECT_EQ(series.outputs[0].name, "forecasts");
}

TEST(SagemakerJobs, WhatWouldFailIsRefusedBefore) {
  const auto training = [](JobPlan plan) { training_job(settings(), plan); };
  expect_error(ErrorCode::invalid_value, "series", [&] {
    training({.name = "t", .inputs = {{"series", "s3://b"}}});
  });
  expect_error(ErrorCode::invalid_value, "one", [&] { training({.name = "t", .machines = 2}); });
  expect_error(ErrorCode::invalid_value, "checkpoints",
               [&] { training({.name = "t", .spot_wait = std::chrono::seconds(1)}); });
  expect_error(ErrorCode::invalid_value, "train", [&] {
    processing_job(settings(), {.name = "p", .inputs = {{"train", "s3://b"}}});
  });
}

TEST(SagemakerJobs, AnEndpointServesTheModelOfItsName) {
  const HostedEndpoint hosted = hosted_endpoint(settings(), "shop", "s3://b/model.tar.gz");
  EXPECT_EQ(hosted.config.model, hosted.model.name);
  EXPECT_EQ(hosted.model.data, "s3://b/model.tar.gz");
  EXPECT_TRUE(hosted.model.network.isolated);
}

}  // namespace
}  // namespace forecart

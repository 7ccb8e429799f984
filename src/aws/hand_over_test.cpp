#include "aws/hand_over.h"

#include "aws/lambda_work.h"
#include "base/error.h"
#include "pipeline/fsck.h"
#include "pipeline/small_shop.h"
#include "pipeline/work_queue.h"
#include "services/test_aws.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <map>
#include <thread>

namespace forecart {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

/// What SageMaker says of jobs, by their names, and what it was asked.
class Jobs {
 public:
  std::string state = "InProgress";
  std::string failure;
  int status = 200;

  TestAnswer operator()(const TestRequest& request) {
    const std::lock_guard lock(mutex_);
    const json body = json::parse(request.body);
    const auto name = body.at("ProcessingJobName").get<std::string>();
    if (status != 200) return answer(status, R"({"__type": "AccessDeniedException"})");
    if (request.header("x-amz-target") == "SageMaker.DescribeProcessingJob") return told(name);
    if (!made_.emplace(name, body).second) {
      return answer(400, R"({"__type": "ResourceInUse"})");
    }
    return answer(
        200, R"({"ProcessingJobArn": "arn:aws:sagemaker:x:1:processing-job/)" + name + R"("})");
  }

  std::map<std::string, json> made() {
    const std::lock_guard lock(mutex_);
    return made_;
  }

  /// What has been begun so far, and no job that is begun after.
  void fail(const std::string& why) {
    const std::lock_guard lock(mutex_);
    for (const auto& job : made_) failed_[job.first] = why;
  }

 private:
  TestAnswer told(const std::string& name) const {
    json job{{"ProcessingJobName", name}, {"ProcessingJobStatus", state}};
    if (!failure.empty()) job["FailureReason"] = failure;
    if (const auto own = failed_.find(name); own != failed_.end()) {
      job["ProcessingJobStatus"] = "Failed";
      job["FailureReason"] = own->second;
    }
    return answer(200, job.dump());
  }

  std::mutex mutex_;
  std::map<std::string, std::string> failed_;
  std::map<std::string, json> made_;
};

/// A shop with a run and a file that waits, and a function that is too small for it.
class HandOverTest : public testing::Test {
 protected:
  HandOverTest() {
    first_ = shop_.run().run;
    shop_.put_into_inbox("second.csv", 29, 31);
  }

  LambdaOutcome call(const std::string& memory_mb = "1") {
    const Deadline deadline(Deadline::Clock::now() + std::chrono::minutes(10));
    LambdaOptions options{.repository = shop_.shop().string(), .threads = 1};
    options.memory_mb = memory_mb;
    options.elsewhere = &elsewhere_;
    return work_for_event(options, {.messages = {{.datasets = {"orders"}}}}, deadline);
  }

  WaitingWork waiting() const { return waiting_work(Repository::open(shop_.shop()), "orders"); }

  SmallShop shop_;
  std::string first_;
  Jobs jobs_;
  TestServer server_{[this](const TestRequest& request) { return jobs_(request); }};
  HandOver elsewhere_{{.image = "image", .role = "role"}, access_to(server_.url())};
};

TEST_F(HandOverTest, GivesWhatDoesNotFitToOneJob) {
  const LambdaOutcome outcome = call();
  EXPECT_THAT(outcome.left, IsEmpty());
  EXPECT_THAT(outcome.reports, IsEmpty());
  ASSERT_THAT(jobs_.made(), SizeIs(1));
  const auto [name, job] = *jobs_.made().begin();
  EXPECT_EQ(outcome.handed.at("orders").job, name);
  EXPECT_THAT(outcome.handed.at("orders").obstacle, HasSubstr("MB and there are 1"));
  EXPECT_THAT(name, testing::MatchesRegex("forecart-orders-[0-9a-f]{16}"));
  EXPECT_EQ(job["AppSpecification"]["ContainerArguments"],
            json({"process", "--dataset", "orders"}));
  EXPECT_EQ(job["Environment"]["FORECART_REPOSITORY"], shop_.shop().string());
  EXPECT_EQ(job["ProcessingResources"]["ClusterConfig"]["InstanceType"], "ml.m5.large");

  EXPECT_EQ(call().handed.at("orders").job, name) << "it is at it";
  EXPECT_THAT(jobs_.made(), SizeIs(1));
  EXPECT_EQ(waiting().files, 1U);
  EXPECT_THAT(check_repository({.repository = shop_.shop()}).damages, IsEmpty());
}

TEST_F(HandOverTest, KeepsWhatFits) {
  EXPECT_THAT(call("3008").left, IsEmpty());
  EXPECT_THAT(jobs_.made(), IsEmpty());
  EXPECT_EQ(waiting().files, 0U);
}

TEST_F(HandOverTest, TimeThatWasNotEnoughIsNotTriedAgain) {
  Repository repository = Repository::open(shop_.shop());
  keep_resume_token(repository, "orders", 595);
  const LambdaOutcome outcome = call("3008");
  EXPECT_THAT(outcome.handed.at("orders").obstacle, HasSubstr("595 s were not enough"));
  EXPECT_FALSE(resume_token(repository, "orders")) << "the job has all the time it needs";
}

TEST_F(HandOverTest, WhatAJobHasNotDoneGoesToAnother) {
  const std::string first = call().handed.at("orders").job;
  jobs_.state = "Completed";
  const std::string second = call().handed.at("orders").job;
  EXPECT_NE(second, first);
  EXPECT_THAT(jobs_.made(), SizeIs(2));
}

TEST_F(HandOverTest, AFailedJobIsAFailureOfTheDataSet) {
  call();
  jobs_.state = "Failed";
  jobs_.failure = "the machine has gone";
  EXPECT_EQ(call().left.at("orders"), "the machine has gone");
  const auto failure = last_failure(Repository::open(shop_.shop()), "orders");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, "job_failed");
  EXPECT_EQ(failure->attempts, 1);
  EXPECT_THAT(call().left.at("orders"), HasSubstr("tried again later"));
  EXPECT_THAT(jobs_.made(), SizeIs(1)) << "told once, and not before its time";
}

TEST_F(HandOverTest, OfCallsAtOnceOneBeginsAJob) {
  std::vector<LambdaOutcome> outcomes(4);
  {
    std::vector<std::jthread> calls;
    for (LambdaOutcome& outcome : outcomes) calls.emplace_back([&] { outcome = call(); });
  }
  ASSERT_THAT(jobs_.made(), SizeIs(1));
  for (const LambdaOutcome& outcome : outcomes) {
    EXPECT_EQ(outcome.handed.at("orders").job, jobs_.made().begin()->first);
  }
}

TEST_F(HandOverTest, AFailedJobIsToldByOneOfTheCallsThatSeeIt) {
  call();
  jobs_.fail("the machine has gone");
  {
    std::vector<std::jthread> calls;
    for (int i = 0; i < 4; ++i) calls.emplace_back([&] { call(); });
  }
  EXPECT_EQ(last_failure(Repository::open(shop_.shop()), "orders")->attempts, 1);
  EXPECT_THAT(jobs_.made(), SizeIs(testing::Le(2U))) << "who saw neither may begin the next";
}

TEST_F(HandOverTest, WorkOfUnknownSizeGetsMoreThanThereIsHere) {
  Repository repository = Repository::open(shop_.shop());
  keep_resume_token(repository, "orders", 595);
  call("10240");
  const json job = jobs_.made().begin()->second;
  EXPECT_EQ(job["ProcessingResources"]["ClusterConfig"]["InstanceType"], "ml.m5.xlarge");
}

TEST_F(HandOverTest, DoesItHereWhereNoJobCanBeBegun) {
  jobs_.status = 403;
  const LambdaOutcome outcome = call();
  EXPECT_THAT(outcome.not_handed.at("orders"), HasSubstr("AccessDenied"));
  EXPECT_THAT(outcome.left, IsEmpty());
  EXPECT_EQ(waiting().files, 0U);
}

/// What Step Functions says of executions, and what it was asked.
class Executions {
 public:
  std::string status = "RUNNING";

  TestAnswer operator()(const TestRequest& request) {
    const std::lock_guard lock(mutex_);
    const json body = json::parse(request.body);
    if (request.header("x-amz-target") == "AWSStepFunctions.DescribeExecution") {
      if (!begun_.contains(body.at("executionArn").get<std::string>())) {
        return answer(400, R"({"__type": "ExecutionDoesNotExist"})");
      }
      return answer(200, json{{"status", status}, {"error", "broken"}, {"cause", "why"}}.dump());
    }
    const std::string arn = kArn + body.at("name").get<std::string>();
    begun_[arn] = body;
    return answer(200, json{{"executionArn", arn}}.dump());
  }

  std::map<std::string, json> begun() {
    const std::lock_guard lock(mutex_);
    return begun_;
  }

  static constexpr const char* kMachine = "arn:aws:states:eu-central-1:1:stateMachine:runs";

 private:
  const std::string kArn = "arn:aws:states:eu-central-1:1:execution:runs:";
  std::mutex mutex_;
  std::map<std::string, json> begun_;
};

TEST(HandOverToAStateMachine, BeginsOneExecutionAndTellsOfItsFailure) {
  const SmallShop shop;
  shop.run();
  shop.put_into_inbox("second.csv", 29, 31);
  Executions executions;
  const TestServer server([&](const TestRequest& request) { return executions(request); });
  HandOver elsewhere({.state_machine = Executions::kMachine}, access_to(server.url()));
  const auto call = [&] {
    const Deadline deadline(Deadline::Clock::now() + std::chrono::minutes(10));
    LambdaOptions options{.repository = shop.shop().string(), .threads = 1};
    options.memory_mb = "1";
    options.elsewhere = &elsewhere;
    return work_for_event(options, {.messages = {{.datasets = {"orders"}}}}, deadline);
  };
  const std::string name = call().handed.at("orders").job;
  EXPECT_EQ(call().handed.at("orders").job, name) << "it is at it";
  ASSERT_THAT(executions.begun(), SizeIs(1));
  const json asked = executions.begun().begin()->second;
  EXPECT_EQ(asked.at("name"), name);
  EXPECT_EQ(asked.at("stateMachineArn"), Executions::kMachine);
  EXPECT_EQ(json::parse(asked.at("input").get<std::string>()), json({{"dataset", "orders"}}));
  executions.status = "FAILED";
  EXPECT_EQ(call().left.at("orders"), "broken: why");
  EXPECT_EQ(last_failure(Repository::open(shop.shop()), "orders")->attempts, 1);
}

TEST(HandOverSettings, MayBeAStateMachineAlone) {
  std::map<std::string, std::string> values{{"FORECART_STATE_MACHINE", Executions::kMachine}};
  EXPECT_EQ(hand_over_settings(environment_of(values))->state_machine, Executions::kMachine);
  values["FORECART_STATE_MACHINE"] = "runs";
  EXPECT_THROW(hand_over_settings(environment_of(values)), Error);
}

TEST(HandOverSettings, AreOfTheEnvironment) {
  std::map<std::string, std::string> values;
  EXPECT_FALSE(hand_over_settings(environment_of(values)));
  values["FORECART_SAGEMAKER_IMAGE"] = "image";
  EXPECT_THROW(hand_over_settings(environment_of(values)), Error);
  values["FORECART_SAGEMAKER_ROLE"] = "role";
  values["FORECART_SAGEMAKER_SUBNETS"] = "subnet-1,subnet-2";
  EXPECT_THROW(hand_over_settings(environment_of(values)), Error);
  values["FORECART_SAGEMAKER_SECURITY_GROUPS"] = "sg-1";
  values["FORECART_S3_KMS_KEY"] = "key";
  values["AWS_REGION"] = "eu-west-1";
  values["FORECART_ALERT_WEBHOOK_SECRET"] = "secret";
  values["FORECART_ALERT_SMTP_PASSWORD"] =
      "secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:smtp";
  const auto settings = hand_over_settings(environment_of(values));
  ASSERT_TRUE(settings);
  EXPECT_THAT(settings->network.subnets, ElementsAre("subnet-1", "subnet-2"));
  EXPECT_THAT(settings->environment,
              UnorderedElementsAre(Key("AWS_REGION"), Key("FORECART_S3_KMS_KEY"),
                                   Key("FORECART_ALERT_SMTP_PASSWORD")))
      << "a job's environment can be read by others";
}

}  // namespace
}  // namespace forecart

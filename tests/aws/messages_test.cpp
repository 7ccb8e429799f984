#include "services/aws_json.h"
#include "services/aws_services.h"
#include "services/eventbridge.h"
#include "services/kinesis.h"
#include "services/sns.h"
#include "services/sqs.h"
#include "services/step_functions.h"

#include "on_moto.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <set>
#include <thread>

namespace forecart::testing_aws {
namespace {

using nlohmann::json;
using std::chrono::seconds;

/// Queues, and topics that lead to them.
class MessagesOnMoto : public OnMoto {
 protected:
  std::string new_queue() {
    const json answer = AwsClient(kSqs, access_).call("CreateQueue", {{"QueueName", unique("q")}});
    return aws_text(answer, "QueueUrl");
  }

  std::string arn_of(const std::string& queue) {
    const json answer =
        AwsClient(kSqs, access_)
            .call("GetQueueAttributes", {{"QueueUrl", queue}, {"AttributeNames", {"QueueArn"}}});
    return aws_text(aws_object(answer, "Attributes"), "QueueArn");
  }
};

TEST_F(MessagesOnMoto, GoThroughAQueue) {
  SqsQueue queue(new_queue(), access_);
  EXPECT_FALSE(queue.send("öne\n<two>").empty());
  EXPECT_EQ(queue.length().waiting, 1);
  const auto messages = queue.receive(seconds(1), seconds(300));
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].body, "öne\n<two>");
  EXPECT_EQ(queue.length().hidden, 1);
  queue.remove(messages[0].receipt);
  EXPECT_EQ(queue.length().hidden, 0);
  EXPECT_TRUE(queue.receive(seconds(0), seconds(300)).empty());
}

TEST_F(MessagesOnMoto, BeginExecutionsOfAStateMachine) {
  const json answer =
      AwsClient(kStepFunctions, access_)
          .call("CreateStateMachine",
                {{"name", unique("runs")},
                 {"definition", R"({"StartAt":"A","States":{"A":{"Type":"Succeed"}}})"},
                 {"roleArn", kRole}});
  StepFunctions client(access_);
  const Execution execution{aws_text(answer, "stateMachineArn"), unique("orders")};
  EXPECT_FALSE(client.execution(execution));
  EXPECT_EQ(client.start(execution, {{"dataset", "orders"}}), forecart::arn_of(execution));
  const auto status = client.execution(execution);
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->is_running || status->succeeded);
}

TEST_F(MessagesOnMoto, SayThatThereIsNoSuchQueue) {
  const std::string address = new_queue();
  SqsQueue queue(address.substr(0, address.rfind('/')) + "/none", access_);
  try {
    queue.receive(seconds(0), seconds(300));
    FAIL();
  } catch (const AwsError& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(error.aws_code(), "");
  }
}

TEST_F(MessagesOnMoto, GoFromATopicToAQueue) {
  const std::string address = new_queue();
  AwsClient sns(kSns, access_);
  const std::string topic = xml_text(sns.call_form("CreateTopic", {{"Name", unique("t")}}),
                                     "CreateTopicResponse/CreateTopicResult/TopicArn");
  sns.call_form("Subscribe",
                {{"TopicArn", topic}, {"Protocol", "sqs"}, {"Endpoint", arn_of(address)}});
  EXPECT_FALSE(SnsTopic(topic, access_).publish({"stale & more", "no forecast <today> ü"}).empty());
  const auto messages = SqsQueue(address, access_).receive(seconds(1), seconds(300));
  ASSERT_EQ(messages.size(), 1U);
  const json told = json::parse(messages[0].body);
  EXPECT_EQ(told["Message"], "no forecast <today> ü");
  EXPECT_EQ(told["Subject"], "stale & more");
  EXPECT_THROW(SnsTopic(topic + "x", access_).publish({"s", "t"}), AwsError);
}

// What rules make of events moto does with a package only that is not there.
TEST_F(MessagesOnMoto, GoToABus) {
  const std::string bus = unique("bus");
  AwsClient(kEventBridge, access_).call("CreateEventBus", {{"Name", bus}});
  const std::vector<BusEvent> put(
      12, {.kind = "published", .detail = R"({"dataset":"orders"})", .bus = bus});
  EXPECT_NO_THROW(EventBridge(access_).put(put));
}

TEST_F(MessagesOnMoto, GoThroughAStream) {
  const std::string name = unique("stream");
  AwsClient(kKinesis, access_).call("CreateStream", {{"StreamName", name}, {"ShardCount", 2}});
  KinesisStream stream(name, access_);
  while (stream.shards().items.size() < 2)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::vector<StreamRecord> records;
  for (int i = 0; i < 501; ++i) {
    records.push_back({std::to_string(i) + std::string("\0\xff", 2), "key" + std::to_string(i)});
  }
  stream.put(records);
  std::set<std::string> found;
  const auto shards = stream.shards();
  for (const std::string& shard : shards.items) {
    const ShardPart part = stream.read(stream.oldest(shard));
    EXPECT_FALSE(part.records.empty());
    EXPECT_FALSE(part.next.empty());
    for (const StreamRecord& record : part.records) found.insert(record.key + "=" + record.data);
  }
  EXPECT_EQ(found.size(), 501U);
  EXPECT_TRUE(found.contains("key7=7" + std::string("\0\xff", 2)));
  EXPECT_TRUE(stream.read(stream.newest(shards.items[0])).records.empty());
  EXPECT_THROW(KinesisStream(name + "x", access_).shards(), AwsError);
}

}  // namespace
}  // namespace forecart::testing_aws

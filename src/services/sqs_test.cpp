#include "services/sqs.h"

#include "services/test_aws.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;
using std::chrono::seconds;

TEST(Sqs, ReceivesAndRemovesAtTheHostOfTheQueue) {
  const AnsweringServer server(
      {answer(200, R"({"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"b"},5]})"),
       answer(200, ""), answer(200, "{}")});
  const std::string address = server.url() + "/123456789012/orders";
  SqsQueue queue(address, access_to("http://somewhere.else.invalid"));
  const auto messages = queue.receive(seconds(1), seconds(300));
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].body, "b");
  EXPECT_EQ(messages[1].id, "");
  queue.remove("r");
  EXPECT_TRUE(queue.receive(seconds(0), seconds(300)).empty());
  const TestRequest asked = server.asked().front();
  EXPECT_EQ(asked.target, "/");
  EXPECT_EQ(asked.header("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(json::parse(asked.body), json({{"QueueUrl", address},
                                           {"MaxNumberOfMessages", 10},
                                           {"WaitTimeSeconds", 1},
                                           {"VisibilityTimeout", 300}}));
}

TEST(Sqs, AsksQueuesOfAwsWhereTheEnvironmentSays) {
  const AnsweringServer server({answer(200, R"({"MessageId":"m"})")});
  SqsQueue queue("https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
                 access_to(server.url()));
  EXPECT_EQ(queue.send("b"), "m");
  EXPECT_THAT(server.asked()[0].header("authorization"),
              testing::HasSubstr("/eu-west-1/sqs/aws4_request"));
  EXPECT_EQ(json::parse(server.asked()[0].body)["QueueUrl"],
            "https://sqs.eu-west-1.amazonaws.com/123456789012/orders");
}

TEST(Sqs, WaitsAsLongAsItAskedTheServiceToWait) {
  TestAnswer late = answer(200, R"({"Messages":[{"MessageId":"m"}]})");
  late.delay = std::chrono::seconds(6);  // more than a call has that waits for nothing
  const AnsweringServer server({late});
  SqsQueue queue(server.url() + "/1/orders", access_to(server.url()));
  EXPECT_EQ(queue.receive(seconds(3), seconds(300)).size(), 1U);
  EXPECT_EQ(server.asked().size(), 1U);
}

TEST(Sqs, CountsMessages) {
  const AnsweringServer server({answer(200, R"({"Attributes":{"ApproximateNumberOfMessages":"3",)"
                                            R"("ApproximateNumberOfMessagesNotVisible":"x"}})")});
  SqsQueue queue(server.url() + "/1/dead", access_to(server.url()));
  const QueueLength length = queue.length();
  EXPECT_EQ(length.waiting, 3);
  EXPECT_EQ(length.hidden, 0);
}

TEST(Sqs, RefusesWhatIsNoQueue) {
  for (const char* address : {"https://sqs.eu-west-1.amazonaws.com/", "orders", "ftp://h/1/q",
                              "https://sqs.eu-west-1.amazonaws.com/1/q?a=b"}) {
    EXPECT_THROW(SqsQueue(address, access_to("http://h")), Error) << address;
  }
}

}  // namespace
}  // namespace forecart

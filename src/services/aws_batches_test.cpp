#include "services/aws_batches.h"

#include "services/aws_services.h"
#include "services/eventbridge.h"
#include "services/kinesis.h"
#include "services/test_aws.h"

#include <gmock/gmock.h>

namespace forecart {
namespace {

using nlohmann::json;
using testing::ElementsAre;

const AwsPatience kShort{.deadline = std::chrono::milliseconds(300)};

/// Keys of the records of each call.
std::vector<std::vector<std::string>> keys_of(const AnsweringServer& server) {
  std::vector<std::vector<std::string>> calls;
  for (const TestRequest& request : server.asked()) {
    std::vector<std::string>& keys = calls.emplace_back();
    const json body = json::parse(request.body);
    for (const json& record : body["Records"]) {
      keys.push_back(record["PartitionKey"]);
    }
  }
  return calls;
}

/// As PutRecords answers; a code of each record, or "".
TestAnswer results(std::initializer_list<const char*> codes) {
  json list = json::array();
  for (const char* const code : codes) {
    list.push_back(*code == '\0' ? json{{"SequenceNumber", "1"}} : json{{"ErrorCode", code}});
  }
  return answer(200, json{{"Records", list}}.dump());
}

TEST(AwsBatches, SendAgainWhatWasNotTakenAndNothingElse) {
  const AnsweringServer server({results({"", "ProvisionedThroughputExceededException", ""}),
                                results({"InternalFailure"}), results({""})});
  KinesisStream stream("orders", access_to(server.url()));
  stream.put({{"1", "a"}, {"2", "b"}, {"3", "c"}});
  EXPECT_THAT(keys_of(server),
              ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("b"), ElementsAre("b")));
}

TEST(AwsBatches, GiveUpAtTheDeadlineAndWhereTimeDoesNotHelp) {
  const AnsweringServer server({results({"ProvisionedThroughputExceededException"})});
  KinesisStream stream("orders", access_to(server.url()));
  const AwsError late = aws_error_of([&] { stream.put({{"1", "a"}}, kShort); });
  EXPECT_EQ(late.aws_code(), "ProvisionedThroughputExceededException");
  EXPECT_EQ(late.code(), ErrorCode::unavailable);
  EXPECT_GE(server.asked().size(), 2U);
  const AnsweringServer refusing({results({"", "KMSAccessDeniedException"})});
  KinesisStream other("orders", access_to(refusing.url()));
  const AwsError refused = aws_error_of([&] { other.put({{"1", "a"}, {"2", "b"}}); });
  EXPECT_STREQ(refused.what(),
               "kinesis PutRecords: 1 of its entries not taken, KMSAccessDeniedException");
  EXPECT_EQ(refusing.asked().size(), 1U);
  const AnsweringServer silent({answer(200, "{}")});
  KinesisStream third("orders", access_to(silent.url()));
  EXPECT_EQ(aws_error_of([&] { third.put({{"1", "a"}}, kShort); }).aws_code(), "InternalError");
}

TEST(AwsBatches, KeepToTheLimitsOfACall) {
  std::vector<std::size_t> sizes;
  std::vector<BatchEntry> entries(7, {.json = 1, .bytes = 40});
  entries.push_back({.json = 2, .bytes = 500});  // alone is too much: it goes alone
  send_in_batches(kKinesis, "X", entries, {.entries = 3, .bytes = 100}, {}, [&](const json& list) {
    sizes.push_back(list.size());
    return std::vector<std::string>(list.size());
  });
  EXPECT_THAT(sizes, ElementsAre(2, 2, 2, 1, 1));
}

TEST(EventBridge, PutsEventsByTens) {
  json entries = json::array();
  for (int i = 0; i < 10; ++i) entries.push_back({{"EventId", "e"}});
  const AnsweringServer server({answer(200, json{{"Entries", entries}}.dump())});
  EventBridge bus(access_to(server.url()));
  std::vector<BusEvent> events(11, {.kind = "published", .detail = R"({"dataset":"orders"})"});
  events[0].bus = "shop";
  bus.put(events);
  const auto asked = server.asked();
  ASSERT_EQ(asked.size(), 2U);
  const json first = json::parse(asked[0].body)["Entries"];
  EXPECT_EQ(first.size(), 10U);
  EXPECT_EQ(first[0], json({{"Source", "forecart"},
                            {"DetailType", "published"},
                            {"Detail", R"({"dataset":"orders"})"},
                            {"EventBusName", "shop"}}));
}

TEST(EventBridge, RefusesEventsThatNobodyWouldTake) {
  const AnsweringServer server({answer(200, "{}")});
  EventBridge bus(access_to(server.url()));
  const std::string large = R"({"a":")" + std::string(300'000, 'x') + "\"}";
  for (const std::string& detail : {std::string("[]"), std::string("{"), std::string(), large}) {
    EXPECT_THROW(bus.put({{.kind = "k", .detail = detail}}), Error);
  }
  EXPECT_TRUE(server.asked().empty());
}

TEST(Kinesis, RefusesRecordsThatNobodyWouldTake) {
  const AnsweringServer server({answer(200, "{}")});
  KinesisStream stream("orders", access_to(server.url()));
  EXPECT_THROW(stream.put({{"data", ""}}), Error);
  EXPECT_THROW(stream.put({{"data", std::string(257, 'k')}}), Error);
  EXPECT_THROW(stream.put({{std::string(1 << 20, 'x'), "k"}}), Error);
  EXPECT_TRUE(server.asked().empty());
}

TEST(Kinesis, ReadsShards) {
  const AnsweringServer server(
      {answer(200, R"({"Shards":[{"ShardId":"s0"}],"NextToken":"t"})"),
       answer(200, R"({"Shards":[{"ShardId":"s1"}]})"), answer(200, R"({"ShardIterator":"i"})"),
       answer(200, R"({"Records":[{"Data":"YWI=","PartitionKey":"k"}],"MillisBehindLatest":7})"),
       answer(200, R"({"Records":[{"Data":"?"}]})")});
  KinesisStream stream("arn:aws:kinesis:eu-west-1:1:stream/orders", access_to(server.url()));
  EXPECT_THAT(stream.shards().items, ElementsAre("s0", "s1"));
  EXPECT_EQ(stream.oldest("s0"), "i");
  const ShardPart part = stream.read("i");
  ASSERT_EQ(part.records.size(), 1U);
  EXPECT_EQ(part.records[0].data, "ab");
  EXPECT_EQ(part.next, "");
  EXPECT_EQ(part.behind.count(), 7);
  EXPECT_EQ(aws_error_of([&] { stream.read("i"); }).code(), ErrorCode::bad_data);
  const auto asked = server.asked();
  EXPECT_EQ(json::parse(asked[1].body), json({{"NextToken", "t"}}));
  EXPECT_THAT(asked[0].header("authorization"), testing::HasSubstr("/eu-west-1/kinesis/"));
}

}  // namespace
}  // namespace forecart

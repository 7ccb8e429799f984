#include "aws/lambda_event.h"

#include "base/error.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const StoreLocation kShop("s3://orders-bucket/shop");

/// As S3 tells it (event version 2.1), keys encoded as in forms.
json s3_notice(const std::string& key, const std::string& name = "ObjectCreated:Put") {
  return {{"Records",
           {{{"eventVersion", "2.1"},
             {"eventSource", "aws:s3"},
             {"eventName", name},
             {"s3",
              {{"bucket", {{"name", "orders-bucket"}}},
               {"object", {{"key", key}, {"size", 7}, {"eTag", "e"}}}}}}}}};
}

json queue_message(const std::string& id, const std::string& body) {
  return {{"messageId", id}, {"eventSource", "aws:sqs"}, {"body", body}, {"receiptHandle", "r"}};
}

LambdaEvent parsed(const json& event) {
  return parse_lambda_event(event.dump(), kShop);
}

TEST(LambdaEvent, NamesTheDataSetOfAnObjectInTheInbox) {
  const LambdaEvent event = parsed(s3_notice("shop/inbox/orders/april+2026%2B.csv"));
  EXPECT_THAT(event.datasets(), ElementsAre("orders"));
  EXPECT_FALSE(event.from_queue);
  EXPECT_FALSE(event.all);
}

TEST(LambdaEvent, PassesOverWhatIsNoUpload) {
  EXPECT_THAT(parsed(s3_notice("shop/runs/orders/x/manifest.json")).datasets(), IsEmpty());
  EXPECT_THAT(parsed(s3_notice("other/inbox/orders/april.csv")).datasets(), IsEmpty());
  EXPECT_THAT(parsed(s3_notice("shop/inbox/orders/april.csv", "ObjectRemoved:Delete")).datasets(),
              IsEmpty());
}

TEST(LambdaEvent, ReadsEventBridge) {
  const json notice{{"detail-type", "Object Created"},
                    {"source", "aws.s3"},
                    {"detail",
                     {{"bucket", {{"name", "orders-bucket"}}},
                      {"object", {{"key", "shop/inbox/orders/a b.csv"}}}}}};
  EXPECT_THAT(parsed(notice).datasets(), ElementsAre("orders"));
  EXPECT_TRUE(parsed({{"detail-type", "Scheduled Event"}, {"detail", json::object()}}).all);
}

TEST(LambdaEvent, ReadsTopics) {
  const std::string notice = s3_notice("shop/inbox/orders/april.csv").dump();
  const json event{{"Records", {{{"EventSource", "aws:sns"}, {"Sns", {{"Message", notice}}}}}}};
  EXPECT_THAT(parsed(event).datasets(), ElementsAre("orders"));
}

TEST(LambdaEvent, KeepsMessagesOfAQueueApart) {
  const json event{{"Records",
                    {queue_message("1", s3_notice("shop/inbox/orders/april.csv").dump()),
                     queue_message("2", "no JSON"),
                     queue_message("3", s3_notice("shop/inbox/tea/may.csv").dump())}}};
  const LambdaEvent told = parsed(event);
  EXPECT_TRUE(told.from_queue);
  ASSERT_EQ(told.messages.size(), 3U);
  EXPECT_THAT(told.messages[0].datasets, ElementsAre("orders"));
  EXPECT_THAT(told.messages[1].trouble, HasSubstr("no JSON object"));
  EXPECT_EQ(told.messages[2].id, "3");
  EXPECT_THAT(told.datasets(), ElementsAre("orders", "tea"));
}

TEST(LambdaEvent, IsCalledByHand) {
  EXPECT_THAT(parsed({{"dataset", "orders"}}).datasets(), ElementsAre("orders"));
  EXPECT_TRUE(parsed({{"dataset", nullptr}}).all);
}

TEST(LambdaEvent, RefusesWhatIsNone) {
  for (const char* text :
       {"", "[]", "7", "{}", R"({"dataset":"../x"})", R"({"dataset":7})", R"({"Records":7})",
        R"({"Records":[{"eventName":"ObjectCreated:Put"}]})"}) {
    try {
      parse_lambda_event(text, kShop);
      ADD_FAILURE() << text << " is taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data) << text;
    }
  }
}

}  // namespace
}  // namespace forecart

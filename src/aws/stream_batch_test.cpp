#include "aws/stream_batch.h"

#include "base/error.h"
#include "pipeline/small_shop.h"
#include "services/base64url.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;

/// As Lambda's guide shows it ("Using Lambda to process records from Amazon Kinesis Data Streams").
json record(const std::string& sequence, const std::string& data,
            const std::string& shard = "shardId-000000000006") {
  return {{"kinesis",
           {{"kinesisSchemaVersion", "1.0"},
            {"partitionKey", "1"},
            {"sequenceNumber", sequence},
            {"data", base64(data)},
            {"approximateArrivalTimestamp", 1545084650.987}}},
          {"eventSource", "aws:kinesis"},
          {"eventVersion", "1.0"},
          {"eventID", shard + ":" + sequence},
          {"eventName", "aws:kinesis:record"},
          {"invokeIdentityArn", "arn:aws:iam::123456789012:role/lambda-role"},
          {"awsRegion", "us-east-2"},
          {"eventSourceARN", "arn:aws:kinesis:us-east-2:123456789012:stream/orders"}};
}

std::string csv(const std::vector<std::string>& data) {
  StreamBatch batch{"orders", "0", {}};
  for (const std::string& one : data) batch.records.push_back({"1", one});
  return csv_of(batch);
}

TEST(StreamBatch, IsNamedByWhatItHolds) {
  const StreamBatch batch = parse_stream_batch(
      {{"Records", {record("495903380", "{\"id\":1}"), record("495903399", "{\"id\":2}")}}});
  EXPECT_EQ(batch.file_name(), "kinesis-orders-000000000006-495903380-495903399.csv");
  EXPECT_EQ(csv_of(batch), "id\n1\n2\n");
}

TEST(StreamBatch, OfTwoShardsOrWithoutNumbersIsRefused) {
  json event{{"Records", {record("1", "a"), record("2", "b", "shardId-000000000007")}}};
  EXPECT_THROW(parse_stream_batch(event), Error);
  for (const char* sequence : {"", "x", "../1", "-1"}) {
    EXPECT_THROW(parse_stream_batch({{"Records", {record(sequence, "a")}}}), Error) << sequence;
  }
  json elsewhere = record("1", "a");
  elsewhere["eventSourceARN"] = "arn:aws:kinesis:us-east-2:1:stream/..\\x";
  EXPECT_THROW(parse_stream_batch({{"Records", {elsewhere}}}), Error);
  EXPECT_THROW(parse_stream_batch(json::object()), Error);
}

TEST(StreamBatch, HasTheColumnsOfAllRows) {
  EXPECT_EQ(csv({R"({"id":7,"when":"2023-01-02 10:00","price":2.5})",
                 "{\"id\":8,\"note\":\"a, \\\"b\\\"\",\"tags\":[1],\"gone\":null}\n"
                 "{\"id\":\"9\",\"ok\":true}\r\n"}),
            "id,price,when,gone,note,tags,ok\n"
            "7,2.5,2023-01-02 10:00,,,,\n"
            "8,,,,\"a, \"\"b\"\"\",[1],\n"
            "9,,,,,,true\n");
}

TEST(StreamBatch, MayBringCsv) {
  EXPECT_EQ(csv({"id,price\r\n1,2.50\r\n", "price,id\n3.50,\"2\"\n\n", "{\"id\":3}"}),
            "id,price\n1,2.50\n2,3.50\n3,\n");
}

/// In a row of their own, with their text: ingest rejects them, and says which.
TEST(StreamBatch, LosesNoLineThatItCannotRead) {
  std::string many = "{";
  for (std::size_t i = 0; i <= kMostColumns; ++i) {
    many += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":1";
  }
  const std::string deep = "{\"id\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  const std::string table = csv({"{\"id\":1,\"price\":2}", "?,!", "{\"id\":", "[1]", "{}", deep,
                                 many + "}", "id,price\n1,2,3\n"});
  EXPECT_THAT(table, testing::StartsWith("id,price\n1,2\n\"?,!\"\n\"{\"\"id\"\":\"\n[1]\n{}\n"));
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 9);
  EXPECT_THAT(table, testing::EndsWith("\n\"1,2,3\"\n"));
}

TEST(StreamBatch, ThatComesAgainCountsOnce) {
  const SmallShop shop;
  const Repository repository = Repository::open(shop.shop());
  const StreamBatch batch{
      "orders",
      "0",
      {{"1", R"({"id":1,"when":"2023-01-29 10:00","quantity":1,"price":2})"}, {"2", "?"}}};
  put_into_inbox(repository, "orders", batch);
  put_into_inbox(repository, "orders", batch);
  const WorkReport first = shop.work();
  ASSERT_TRUE(first.inbox);
  EXPECT_EQ(first.inbox->taken, 1U);
  EXPECT_EQ(first.inbox->ingest.counts.rows_accepted, 1);
  EXPECT_EQ(first.inbox->ingest.counts.rows_rejected, 1);
  put_into_inbox(repository, "orders", batch);
  const WorkReport again = shop.work();
  EXPECT_EQ(again.inbox->ingest.counts.rows_accepted, 0);
}

}  // namespace
}  // namespace forecart

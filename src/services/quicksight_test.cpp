#include "services/quicksight.h"

#include "services/quicksight_json.h"
#include "services/test_aws.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;
using std::chrono::minutes;

constexpr const char* kAccount = "123456789012";

TestAnswer exists() {
  return answer(409, R"({"Message":"there is one"})",
                {{"x-amzn-errortype", "ResourceExistsException"}});
}

TEST(QuickSight, MakesASourceOrChangesIt) {
  const AnsweringServer server(
      {answer(201, R"({"Arn":"a","CreationStatus":"CREATION_SUCCESSFUL"})"), exists(),
       answer(202, R"({"Arn":"a","UpdateStatus":"U"})"), answer(200, "{}")});
  QuickSight client(access_to(server.url()), kAccount);
  const QuickSightSource source{.id = "orders",
                                .name = "Orders",
                                .bucket = "b",
                                .manifest = "m",
                                .grants = {{"arn:u", {"quicksight:DescribeDataSource"}}}};
  EXPECT_TRUE(client.put(source).made);
  const QuickSightThing changed = client.put(source);
  EXPECT_FALSE(changed.made);
  EXPECT_EQ(changed.status, "U");
  const auto asked = server.asked();
  EXPECT_EQ(asked[0].method + asked[0].target, "POST/accounts/123456789012/data-sources");
  EXPECT_EQ(asked[2].method + asked[2].target, "PUT/accounts/123456789012/data-sources/orders");
  EXPECT_EQ(json::parse(asked[0].body), json::parse(R"({
      "DataSourceId":"orders","Name":"Orders","Type":"S3",
      "DataSourceParameters":{"S3Parameters":{"ManifestFileLocation":{"Bucket":"b","Key":"m"}}},
      "Permissions":[{"Principal":"arn:u","Actions":["quicksight:DescribeDataSource"]}]})"));
  EXPECT_FALSE(json::parse(asked[2].body).contains("Permissions"));
  EXPECT_EQ(asked[3].method + asked[3].target,
            "POST/accounts/123456789012/data-sources/orders/permissions");
  EXPECT_EQ(json::parse(asked[3].body)["GrantPermissions"],
            json::parse(asked[0].body)["Permissions"]);
  EXPECT_THAT(asked[0].header("authorization"),
              testing::HasSubstr("/eu-central-1/quicksight/aws4_request"));
}

TEST(QuickSight, GivesColumnsOfFilesTheirTypes) {
  const QuickSightDataSet files{
      .id = "d",
      .name = "Orders",
      .source = "arn:s",
      .columns = {{"item"}, {"day", "DATETIME", "yyyy-MM-dd"}, {"sales", "DECIMAL"}}};
  const json request = data_set_request(files);
  EXPECT_EQ(request["PhysicalTableMap"]["table"]["S3Source"]["InputColumns"][1],
            json({{"Name", "day"}, {"Type", "STRING"}}));
  EXPECT_EQ(request["LogicalTableMap"]["typed"]["DataTransforms"], json::parse(R"([
      {"CastColumnTypeOperation":{"ColumnName":"day","NewColumnType":"DATETIME","Format":"yyyy-MM-dd"}},
      {"CastColumnTypeOperation":{"ColumnName":"sales","NewColumnType":"DECIMAL"}}])"));
  QuickSightDataSet athena = files;
  athena.database = "forecart";
  athena.table = "orders";
  athena.spice = false;
  const json other = data_set_request(athena);
  EXPECT_EQ(other["PhysicalTableMap"]["table"]["RelationalTable"]["InputColumns"][1]["Type"],
            "DATETIME");
  EXPECT_EQ(other["ImportMode"], "DIRECT_QUERY");
  EXPECT_FALSE(other.contains("LogicalTableMap"));
}

TEST(QuickSight, MakesAndPublishesADashboard) {
  const AnsweringServer server(
      {exists(),
       answer(202, R"({"Arn":"a","VersionArn":"a/version/3","Status":"CREATION_IN_PROGRESS"})"),
       answer(200, "{}"),
       answer(200,
              R"({"Dashboard":{"Arn":"a","Version":{"VersionNumber":3,"Status":"CREATION_FAILED",)"
              R"("Errors":[{"Type":"COLUMN_NOT_FOUND","Message":"day"}]}}})")});
  QuickSight client(access_to(server.url()), kAccount);
  const QuickSightThing thing =
      client.put_dashboard({.id = "d", .name = "D", .definition = R"({"Sheets":[]})"});
  EXPECT_EQ(thing.version, 3);
  client.publish_dashboard("d", thing.version);
  EXPECT_EQ(server.asked()[2].method + server.asked()[2].target,
            "PUT/accounts/123456789012/dashboards/d/versions/3");
  const auto found = client.dashboard("d");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->errors, std::vector<std::string>{"COLUMN_NOT_FOUND: day"});
  EXPECT_THROW(client.put_template({.id = "t", .name = "t", .definition = "no"}), Error);
}

TEST(QuickSight, TakesDataInOnce) {
  const AnsweringServer server(
      {answer(201, R"({"IngestionId":"i","IngestionStatus":"INITIALIZED"})"), exists(),
       answer(200, R"({"Ingestion":{"IngestionId":"i","IngestionStatus":"COMPLETED",
         "CreatedTime":1.7e9,"RowInfo":{"RowsIngested":7,"RowsDropped":1}}})"),
       answer(404, R"({"Message":"none"})", {{"x-amzn-errortype", "ResourceNotFoundException:"}})});
  QuickSight client(access_to(server.url()), kAccount);
  EXPECT_EQ(client.ingest("d", "i").status, "INITIALIZED");
  const QuickSightIngestion again = client.ingest("d", "i", true);
  EXPECT_EQ(again.status, "COMPLETED");
  EXPECT_EQ(again.rows, 7);
  EXPECT_EQ(again.rows_dropped, 1);
  EXPECT_FALSE(client.ingestion("d", "other"));
  EXPECT_EQ(server.asked()[0].method + server.asked()[0].target,
            "PUT/accounts/123456789012/data-sets/d/ingestions/i");
  EXPECT_EQ(server.asked()[0].body, R"({"IngestionType":"FULL_REFRESH"})");
  EXPECT_EQ(server.asked()[2].body, "");
}

TEST(QuickSight, ListsIngestionsPageByPage) {
  const AnsweringServer server(
      {answer(200, R"({"Ingestions":[{"IngestionId":"b"}],"NextToken":"a+/="})"),
       answer(200, R"({"Ingestions":[{"IngestionId":"a"}]})")});
  QuickSight client(access_to(server.url()), kAccount);
  EXPECT_EQ(client.ingestions("d").items.size(), 2U);
  EXPECT_EQ(server.asked()[1].target,
            "/accounts/123456789012/data-sets/d/ingestions?max-results=100&next-token=a%2B%2F%3D");
}

TEST(QuickSight, GivesAnAddressToEmbed) {
  const AnsweringServer server({answer(200, R"({"EmbedUrl":"https://q/embed?code=x"})")});
  QuickSight client(access_to(server.url()), kAccount);
  EXPECT_EQ(client.embed_url("d", "arn:user", minutes(60), {"https://shop.example"}),
            "https://q/embed?code=x");
  EXPECT_EQ(json::parse(server.asked()[0].body), json::parse(R"({
      "UserArn":"arn:user","SessionLifetimeInMinutes":60,"AllowedDomains":["https://shop.example"],
      "ExperienceConfiguration":{"Dashboard":{"InitialDashboardId":"d"}}})"));
}

TEST(QuickSight, RefusesIdsThatAreNone) {
  const AnsweringServer server({answer(200, "{}")});
  EXPECT_THROW(QuickSight(access_to(server.url()), "12345"), Error);
  QuickSight client(access_to(server.url()), kAccount);
  for (const char* id : {"", "a/b", "..", "ä", "a b", "a?b"}) {
    EXPECT_THROW(client.dashboard(id), Error) << id;
    EXPECT_THROW(client.ingest("d", id), Error) << id;
  }
  EXPECT_TRUE(server.asked().empty());
}

}  // namespace
}  // namespace forecart

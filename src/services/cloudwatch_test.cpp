#include "services/cloudwatch.h"

#include "services/cloudwatch_logs.h"
#include "services/test_aws.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::seconds;

std::vector<json> bodies(const AnsweringServer& server) {
  std::vector<json> list;
  for (const TestRequest& request : server.asked()) list.push_back(json::parse(request.body));
  return list;
}

TEST(CloudWatch, PutsManyValuesInSeveralCalls) {
  const AnsweringServer server({answer(200, "{}")});
  CloudWatch client(access_to(server.url()));
  client.put("forecart", std::vector<MetricValue>(1001, {.name = "m", .value = 1.5}));
  const auto asked = bodies(server);
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked[2], json::parse(R"({"Namespace":"forecart","MetricData":[
      {"MetricName":"m","Value":1.5,"Unit":"None"}]})"));
  client.put("forecart", std::vector<MetricValue>{});
  EXPECT_EQ(bodies(server).size(), 3U);
}

TEST(CloudWatch, PutsAnAlarmOfAPercentile) {
  const AnsweringServer server({answer(200, "{}")});
  CloudWatch client(access_to(server.url()));
  client.put(MetricAlarm{.name = "a", .statistic = "p99"});
  client.put(MetricAlarm{.name = "a"});
  EXPECT_EQ(bodies(server)[0]["ExtendedStatistic"], "p99");
  EXPECT_FALSE(bodies(server)[0].contains("Statistic"));
  EXPECT_EQ(bodies(server)[1]["Statistic"], "Maximum");
}

TEST(CloudWatch, ReadsValuesPageByPage) {
  const AnsweringServer server(
      {answer(200,
              R"({"NextToken":"t","MetricDataResults":[{"Timestamps":[60,120],"Values":[1]}]})"),
       answer(200,
              R"({"MetricDataResults":[{"Timestamps":[180],"Values":[2]},{"Values":[3]},5]})")});
  CloudWatch client(access_to(server.url()));
  const auto points = client.values({.from = Instant(seconds(0)), .to = Instant(seconds(200))});
  ASSERT_EQ(points.items.size(), 2U);
  EXPECT_EQ(points.items[1].time, Instant(seconds(180)));
  EXPECT_EQ(points.items[1].value, 2);
  EXPECT_TRUE(points.complete);
  EXPECT_EQ(bodies(server)[1]["NextToken"], "t");
}

TEST(CloudWatch, TellsWhatIsOddAboutADashboard) {
  const AnsweringServer server({answer(
      200, R"({"DashboardValidationMessages":[{"DataPath":"/widgets","Message":"is odd"}]})")});
  CloudWatch client(access_to(server.url()));
  EXPECT_EQ(client.put_dashboard("d", json::object()),
            std::vector<std::string>{"/widgets: is odd"});
}

TEST(CloudWatchLogs, SplitsLinesByCountSizeAndDay) {
  const AnsweringServer server({answer(200, "{}")});
  CloudWatchLogs client(access_to(server.url()));
  const Instant time(hours(24 * 365 * 56));
  client.put("g", "s", std::vector<LogLine>(10'001, {time, "x"}));
  EXPECT_EQ(bodies(server)[0]["logEvents"].size(), 10'000U);
  EXPECT_EQ(bodies(server)[1]["logEvents"].size(), 1U);
  client.put("g", "s", {{time + hours(25), "b"}, {time, "a"}, {time, ""}});
  EXPECT_EQ(bodies(server)[2]["logEvents"],
            json::parse(R"([{"timestamp":1766016000000,"message":"a"}])"));
  EXPECT_EQ(bodies(server).size(), 4U);
  std::string text = "a";  // so that the cut falls into a character
  for (int i = 0; i < 200'000; ++i) text += "ü";
  client.put("g", "s", std::vector<LogLine>(5, {time, text}));
  const auto asked = bodies(server);
  ASSERT_EQ(asked.size(), 6U);
  EXPECT_EQ(asked[4]["logEvents"].size(), 4U);
  const auto sent = asked[4]["logEvents"][0]["message"].get<std::string>();
  EXPECT_EQ(sent.size(), 262'117U);
  EXPECT_TRUE(sent.ends_with("ü"));
}

TEST(CloudWatchLogs, CountsLinesThatWereRefused) {
  const AnsweringServer server(
      {answer(200, R"({"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":2,)"
                   R"("tooNewLogEventStartIndex":4}})"),
       answer(200, R"({"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":-9,)"
                   R"("tooNewLogEventStartIndex":99}})")});
  CloudWatchLogs client(access_to(server.url()));
  const std::vector<LogLine> lines(5, {Instant(seconds(1)), "x"});
  EXPECT_EQ(client.put("g", "s", lines), 3U);
  EXPECT_EQ(client.put("g", "s", lines), 0U);
}

TEST(CloudWatchLogs, KeepsLogsForDaysThatTheServiceKnows) {
  const AnsweringServer server({answer(200, "{}")});
  CloudWatchLogs client(access_to(server.url()));
  client.keep("g", 30);
  EXPECT_THROW(client.keep("g", 31), Error);
  EXPECT_EQ(server.asked().size(), 1U);
}

}  // namespace
}  // namespace forecart

#include "server/test_api.h"
#include "table/table_file.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST_F(ApiTest, AsksForRunsAndTellsOfThem) {
  const Answer asked = scene.ask("POST", at("/runs"), analyst);
  EXPECT_EQ(asked.status, 202) << asked.body;
  EXPECT_THAT(scene.rung, testing::ElementsAre("orders"));
  EXPECT_EQ(scene.told(at(""), viewer)["asked"], 1);
  const json runs = scene.told(at("/runs"), viewer)["runs"];
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0]["run"], scene.run);
  EXPECT_EQ(scene.told(at("/runs/current"), viewer)["run"], scene.run);
  EXPECT_EQ(scene.told(at("/runs/") + scene.run, viewer)["run"], scene.run);
  for (const char* wrong : {"none", "..", "a%2Fb", "a%00"}) {
    EXPECT_GE(scene.ask("GET", at("/runs/") + wrong, viewer).status, 400) << wrong;
  }
  const auto entries = scene.access.audit().read({.from = {}, .to = Instant::max(), .most = 1});
  EXPECT_EQ(entries[0].what, "run.request");
  EXPECT_EQ(entries[0].on, "orders");
  EXPECT_THAT(entries[0].by.who, HasSubstr("analyst"));
}

/// Many clients send {} with every POST: they are told that there is nothing to say there.
TEST_F(ApiTest, RunsAreAskedForWithoutABody) {
  Request request =
      ApiScene::request("POST", at("/runs"), {{"authorization", "Bearer " + analyst}});
  const auto refused = *scene.table.decide(request, 2, Patience::any);
  const Answer answer = ApiScene::checked("POST /runs", std::get<Answer>(refused));
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(answer.label, "/api/v1/datasets/{dataset}/runs");
  EXPECT_NE(parsed(answer)["error"]["remedy"].get<std::string>().find("without a body"),
            std::string::npos);
  EXPECT_EQ(scene.ask("POST", at("/runs"), analyst).status, 202);
}

TEST_F(ApiTest, GivesTablesInThreeFormats) {
  const json rows = scene.told(at("/runs/current/tables/ledger"), viewer);
  ASSERT_EQ(rows["rows"].size(), 1U);
  EXPECT_EQ(rows["rows"][0]["unique_id"], "total");
  const Answer csv = scene.ask("GET", at("/runs/current/tables/forecasts?format=csv"), viewer);
  ASSERT_TRUE(csv.file) << "all of it is the file as it lies";
  EXPECT_EQ(csv.type, "text/csv; charset=utf-8");
  EXPECT_NE(csv.etag, "");
  const Answer some =
      scene.ask("GET", at("/runs/current/tables/forecasts?format=csv&limit=2"), viewer);
  EXPECT_EQ(header(some, "x-more"), "true");
  EXPECT_EQ(std::count(some.body.begin(), some.body.end(), '\n'), 3);
  const Answer parquet =
      scene.ask("GET", at("/runs/current/tables/forecasts?format=parquet&limit=2"), viewer);
  ASSERT_TRUE(parquet.file);
  EXPECT_EQ(read_table(parquet.file->path).row_count(), 2U);
  EXPECT_EQ(scene.ask("GET", at("/runs/current/tables/none"), viewer).status, 404);
  EXPECT_EQ(scene.ask("GET", at("/runs/current/tables/ledger?format=xml"), viewer).status, 400);
  EXPECT_EQ(scene.ask("GET", at("/runs/current/tables/ledger?limit=-1"), viewer).status, 400);
  EXPECT_EQ(scene.ask("GET", at("/runs/current/tables/forecasts?model=x"), viewer).status, 400);
}

TEST_F(ApiTest, ForecastsOneSeriesAtOnce) {
  const std::string target = at("/forecast?unique_id=total");
  const json forecast = scene.told(target, viewer);
  EXPECT_EQ(forecast["run"], scene.run);
  EXPECT_EQ(forecast["ds"].size(), 3U);
  const Request request = ApiScene::request("GET", target, {{"authorization", "Bearer " + viewer}});
  auto decision = *scene.table.decide(request, std::nullopt, Patience::none);
  const auto at_once = std::get<std::unique_ptr<Task>>(decision)->answer(request, Patience::none);
  ASSERT_TRUE(at_once) << "now that it has been asked for";
  EXPECT_EQ(parsed(*at_once), forecast);

  Request again = request;
  again.headers.emplace_back("if-none-match", "\"" + at_once->etag + "\"");
  EXPECT_EQ(scene.table.answer(again).status, 304);
  scene.shop.run();
  scene.shelf.forget("orders");
  EXPECT_EQ(scene.table.answer(again).status, 200) << "another run says something else";
  EXPECT_EQ(scene.told(target + "&run=" + scene.run, viewer), forecast);

  EXPECT_EQ(scene.ask("GET", at("/forecast?unique_id=none"), viewer).status, 404);
  EXPECT_EQ(scene.ask("GET", at("/forecast?unique_id=total&panel=x"), viewer).status, 404);
  EXPECT_EQ(scene.ask("GET", at("/forecast"), viewer).status, 400);
  EXPECT_EQ(scene.ask("GET", at("/forecast?unique_id=total&run=..%2Fx"), viewer).status, 404);
}

TEST_F(ApiTest, ExplainsOneSeries) {
  const json told = scene.told(at("/explanation?unique_id=total"), viewer);
  EXPECT_EQ(told["run"], scene.run);
  EXPECT_GE(told["rows"].size(), 3U);
  EXPECT_EQ(told["rows"][0]["unique_id"], "total");
  EXPECT_FALSE(told["models"].empty());
  EXPECT_EQ(scene.ask("GET", at("/explanation?unique_id=none"), viewer).status, 404);
  EXPECT_THAT(scene.ask("GET", at("/explanation?unique_id=total&format=csv"), viewer).body,
              HasSubstr("total,"));
}

TEST_F(ApiTest, TellsWhatPagesOfForecastsNeed) {
  const json panel = scene.told(at("/panels"), viewer)["panels"][0];
  EXPECT_EQ(panel["panel"], "daily");
  EXPECT_EQ(panel["measure"], "lines");
  EXPECT_EQ(panel["end"], "2023-01-28");
  const json history = scene.told(at("/history?unique_id=total"), viewer);
  EXPECT_EQ(history["ds"].back(), "2023-01-28");
  EXPECT_EQ(history["y"].size(), 28U);
  EXPECT_THAT(scene.ask("GET", at("/history?unique_id=total&format=csv"), viewer).body,
              HasSubstr("2023-01-28,"));
  const json errors = scene.told(at("/accuracy?by=step"), viewer)["rows"];
  EXPECT_EQ(errors[0]["step"], 1);
  EXPECT_EQ(scene.ask("GET", at("/accuracy?by=moon"), viewer).status, 400);
  const json past = scene.told(at("/past?unique_id=total"), viewer);
  EXPECT_EQ(past["runs"][0]["run"], scene.run);
  EXPECT_EQ(past["runs"][0]["ds"].size(), 3U);
}

TEST_F(ApiTest, TakesOverridesOfForecasts) {
  const std::string body =
      R"({"panel":"daily","unique_id":"total","from":"2023-01-29","to":"2023-01-29",)"
      R"("value":42,"comment":"fair in town"})";
  EXPECT_EQ(scene.ask("POST", at("/overrides"), viewer, body).status, 403);
  const Answer made = scene.ask("POST", at("/overrides"), analyst, body);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(parsed(made)["author"], "analyst");
  const json outlook = scene.told(at("/outlook?unique_id=total"), viewer);
  EXPECT_EQ(outlook["final"][0], 42);
  EXPECT_NE(outlook["mean"][0], 42);
  EXPECT_EQ(outlook["overrides"][0]["comment"], "fair in town");
  EXPECT_EQ(scene.told(at("/overrides"), viewer)["overrides"].size(), 1U);
  const std::string its = at("/overrides/") + parsed(made)["id"].get<std::string>();
  EXPECT_EQ(scene.ask("DELETE", its, viewer).status, 403);
  EXPECT_EQ(scene.ask("DELETE", its, analyst).status, 204);
  EXPECT_EQ(scene.ask("DELETE", its, analyst).status, 404);
  EXPECT_EQ(scene.ask("POST", at("/overrides"), analyst, R"({"panel":"daily"})").status, 400);
}

TEST_F(ApiTest, CancelsWhatWasAskedFor) {
  scene.ask("POST", at("/runs"), analyst);
  const Answer answer = scene.ask("POST", at("/cancel"), analyst);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(parsed(answer)["withdrawn"], 1);
  EXPECT_EQ(scene.told(at(""), viewer)["asked"], 0);
}

TEST_F(ApiTest, ForecastsWhatTheRequestBrings) {
  const auto invoke = [&](const std::string& body, const std::string& type) {
    return scene.table.answer(
        ApiScene::request("POST", "/invocations",
                          {{"authorization", "Bearer " + viewer}, {"content-type", type}}, body));
  };
  const Answer answer = invoke(R"({"instances":[{"start":"2026-01-01","target":[5,5,5,5]}],
      "configuration":{"freq":"D","prediction_length":2,"model":"Naive","output_types":["mean"]}})",
                               "application/json");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(parsed(answer)["predictions"][0]["mean"], json::array({5.0, 5.0}));
  EXPECT_EQ(invoke("{", "application/json").status, 422);
  const std::string line = R"({"start":"2026-01-01","target":[5,5,5,5]})";
  const Answer lines = scene.table.answer(ApiScene::request(
      "POST", "/invocations?freq=D&prediction_length=2&model=Naive",
      {{"authorization", "Bearer " + viewer}, {"content-type", "application/jsonlines"}}, line));
  ASSERT_EQ(lines.status, 200) << lines.body;
  EXPECT_EQ(parsed(lines)["mean"], json::array({5.0, 5.0}));
  EXPECT_EQ(invoke("{}", "text/plain").status, 415);
  EXPECT_EQ(scene.ask("GET", "/ping").status, 200);
}

TEST_F(ApiTest, FindsSeries) {
  const json all = scene.told(at("/series"), viewer);
  EXPECT_EQ(all["series"], json::array({"total"}));
  EXPECT_EQ(all["matching"], 1);
  EXPECT_EQ(all["next"], nullptr);
  EXPECT_EQ(scene.told(at("/series?search=TOT"), viewer)["matching"], 1);
  EXPECT_EQ(scene.told(at("/series?search=x"), viewer)["matching"], 0);
  EXPECT_EQ(scene.told(at("/series?after=total"), viewer)["series"], json::array());
}

}  // namespace
}  // namespace forecart

#include "pipeline/cancellation.h"
#include "pipeline/lease.h"
#include "pipeline/work_queue.h"
#include "server/test_api.h"

#include <gmock/gmock.h>

#include <fstream>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class RunReportRoutesTest : public testing::Test {
 protected:
  static std::string at(const std::string& path) { return "/api/v1/datasets/orders" + path; }
  std::string ask_for_one() const {
    return json::parse(scene.ask("POST", at("/runs"), analyst).body)["request"];
  }
  json state(const std::string& request) const {
    return scene.told(at("/requests/") + request, viewer);
  }
  void add_orders() const {
    ingest_into(scene.shop.shop(), {SmallShop::write_orders(scene.shop.beside("b.csv"), 29, 31)});
  }

  ApiScene scene;
  std::string viewer = scene.token_of("viewer");
  std::string analyst = scene.token_of("analyst");
};

TEST_F(RunReportRoutesTest, RunsSayWhenAndWhyAndPageBack) {
  json runs = scene.told(at("/runs"), viewer)["runs"];
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_THAT(runs[0]["began"].get<std::string>(),
              testing::MatchesRegex("20..-..-..T..:..:......Z"));
  EXPECT_GT(runs[0]["ended"], runs[0]["began"]);
  EXPECT_EQ(runs[0]["published"], true);
  EXPECT_EQ(runs[0]["asked_by"], nullptr) << "by hand";
  EXPECT_EQ(runs[0]["mode"], "anew");
  EXPECT_EQ(runs[0]["goes_on_from"], nullptr);
  EXPECT_EQ(runs[0]["cost"]["currency"], "USD");
  EXPECT_GT(runs[0]["cost"]["total"].get<double>(), 0);
  add_orders();
  ask_for_one();
  scene.shop.work();
  const json page = scene.told(at("/runs?limit=1"), viewer);
  ASSERT_EQ(page["runs"].size(), 1U);
  EXPECT_EQ(page["runs"][0]["asked_by"], json({"request"}));
  EXPECT_EQ(page["runs"][0]["mode"], "warm");
  EXPECT_EQ(page["runs"][0]["goes_on_from"], scene.run);
  const json older =
      scene.told(at("/runs?limit=1&before=") + page["next"].get<std::string>(), viewer);
  ASSERT_EQ(older["runs"].size(), 1U);
  EXPECT_EQ(older["runs"][0]["run"], scene.run);
  EXPECT_EQ(older["runs"][0]["published"], nullptr) << "nothing keeps that it was";
  EXPECT_EQ(older["next"], nullptr);
}

TEST_F(RunReportRoutesTest, RequestsWaitAreWorkedOnAndDone) {
  add_orders();
  const std::string request = ask_for_one();
  json told = state(request);
  EXPECT_EQ(told["state"], "waiting");
  EXPECT_EQ(told["run"], nullptr);
  EXPECT_THAT(told["asked"].get<std::string>(), testing::EndsWith("Z"));
  {
    const auto lease = Lease::take(scene.repository.store(), "work/orders/lease.json");
    EXPECT_EQ(state(request)["state"], "working");
  }
  const WorkReport report = scene.shop.work();
  told = state(request);
  EXPECT_EQ(told["state"], "done");
  EXPECT_EQ(told["run"], report.run->run);
  EXPECT_EQ(told["error"], nullptr);
}

TEST_F(RunReportRoutesTest, WhoAsksForEverythingAnewGetsThat) {
  const json warm = scene.told(at("/plan"), analyst);
  EXPECT_EQ(warm["goes_on_from"], scene.run);
  EXPECT_EQ(scene.told(at("/plan?mode=anew"), analyst)["goes_on_from"], nullptr);
  EXPECT_EQ(scene.ask("GET", at("/plan?mode=all"), analyst).status, 400);
  EXPECT_EQ(scene.ask("POST", at("/runs?mode=all"), analyst).status, 400);
  add_orders();
  ask_for_one();
  ASSERT_EQ(scene.ask("POST", at("/runs?mode=anew"), analyst).status, 202);
  scene.shop.work();
  const json runs = scene.told(at("/runs"), viewer)["runs"];
  ASSERT_EQ(runs.size(), 2U) << "one run answers both";
  EXPECT_EQ(runs[1]["mode"], "anew");
}

TEST_F(RunReportRoutesTest, RequestsThatFailSayWhy) {
  const std::string request = ask_for_one();
  const Instant now = scene.repository.store().now();
  keep_failure(scene.repository, "orders", {"bad_data", "so it is", 2, now, now});
  json told = state(request);
  EXPECT_EQ(told["state"], "waiting");
  EXPECT_EQ(told["error"]["attempts"], 2);
  EXPECT_EQ(told["error"]["message"], "so it is");
  scene.repository.store().remove("work/orders/" + request);
  scene.repository.write_json("dead/orders/" + request, {{"code", "bad_data"}, {"message", "no"}});
  told = state(request);
  EXPECT_EQ(told["state"], "failed");
  EXPECT_EQ(told["error"]["code"], "bad_data");
}

TEST_F(RunReportRoutesTest, RequestsThatAreTriedAgainAskForTheSame) {
  const std::string request = ask_for_one();
  scene.repository.store().remove("work/orders/" + request);
  scene.repository.write_json("dead/orders/" + request, {{"why", "schedule"},
                                                         {"anew", true},
                                                         {"code", "internal"},
                                                         {"message", "no"},
                                                         {"at", "2026-04-12T08:30:15Z"}});
  ASSERT_EQ(scene.ask("POST", at("/arrivals/retry"), analyst).status, 200);
  scene.shop.work();
  const json runs = scene.told(at("/runs"), viewer)["runs"];
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1]["asked_by"], json({"schedule"}));
  EXPECT_EQ(runs[1]["mode"], "anew");
}

TEST_F(RunReportRoutesTest, RequestsThatAreWithdrawnAreCancelled) {
  const std::string request = ask_for_one();
  cancel_work(scene.repository, "orders");
  EXPECT_EQ(state(request)["state"], "cancelled");
  scene.shop.run();
  EXPECT_EQ(state(request)["state"], "cancelled") << "a run after that is another's";
}

TEST_F(RunReportRoutesTest, WhatIsNoRequestIsNotThere) {
  for (const char* wrong :
       {"ask-x.json", "ask-.json", "lease.json", "cancel.json",
        "ask-20300412T083015.123Z-ab12cd.json", "ask-20260412T083015.123Z-a%2F..%2Fx.json"}) {
    EXPECT_EQ(scene.ask("GET", at("/requests/") + wrong, viewer).status, 404) << wrong;
  }
}

TEST_F(RunReportRoutesTest, TellsWhatChangedBetweenRuns) {
  add_orders();
  const std::string later = scene.shop.run().run;
  const std::string path = at("/runs/") + scene.run + "/diff/current";
  const json diff = scene.told(path, viewer);
  EXPECT_EQ(diff["before"], scene.run);
  EXPECT_EQ(diff["after"], later);
  EXPECT_THAT(diff["data"].dump(), HasSubstr("1 order file more"));
  ASSERT_EQ(diff["items"].size(), 1U);
  EXPECT_EQ(diff["items"][0]["unique_id"], "total");
  EXPECT_EQ(diff["items_changed"], 1);
  EXPECT_EQ(diff["more"], false);
  EXPECT_EQ(scene.ask("GET", path + "?limit=0", viewer).status, 400);
  EXPECT_EQ(scene.told(path + "?offset=1", viewer)["items"], json::array());
  EXPECT_EQ(scene.ask("GET", path + "?panel=x", viewer).status, 404);
  EXPECT_EQ(scene.ask("GET", at("/runs/current/diff/none"), viewer).status, 404);
}

TEST_F(RunReportRoutesTest, TellsWhatARunWouldTake) {
  const json plan = scene.told(at("/plan"), analyst);
  EXPECT_EQ(plan["dataset"], "orders");
  EXPECT_EQ(plan["panels"][0]["panel"], "daily");
  EXPECT_EQ(plan["goes_on_from"], scene.run);
  EXPECT_GT(plan["usage"]["core_seconds"].get<double>(), 0);
  EXPECT_EQ(scene.ask("GET", at("/plan"), viewer).status, 403);
}

TEST_F(RunReportRoutesTest, AlertsOfAllDataSetsThatOneMaySee) {
  for (const char* dataset : {"orders", "secret"}) {
    const AlertState alerts{
        .active = {{"no_data daily", "no_data", "daily", "no sale since", Instant{}}},
        .delivery_error = "nobody answers"};
    scene.repository.store().put(std::string("work/") + dataset + "/alerts.json",
                                 to_json(alerts).dump());
    scene.repository.store().put(Repository::config_key(dataset), "version = 1\n");
  }
  const json own = scene.told("/api/v1/alerts", viewer);
  ASSERT_EQ(own["alerts"].size(), 1U) << own;
  EXPECT_EQ(own["alerts"][0]["dataset"], "orders");
  EXPECT_EQ(own["alerts"][0]["alert"], "no_data");
  EXPECT_EQ(own["alerts"][0]["since"], "1970-01-01T00:00:00Z");
  EXPECT_EQ(own["errors"][0]["message"], "nobody answers");
  const json all = scene.told("/api/v1/alerts", scene.token_of("root"));
  EXPECT_EQ(all["alerts"].size(), 2U);
  EXPECT_EQ(scene.told("/api/v1/alerts", scene.token_of("newcomer"))["alerts"], json::array());
}

TEST_F(RunReportRoutesTest, RejectsAsRowsPageByPage) {
  const auto file = scene.shop.beside("bad.csv");
  std::ofstream(file)
      << "id,when,quantity,price\n1,2023-01-30 08:10,1,2.50\n2,\"no, time\",1,2.50\n"
         "3,2023-01-30 08:10,many,2.50\n4,never,1,2.50\n";
  const auto other = scene.shop.beside("bad2.csv");
  std::ofstream(other) << "id,when,quantity,price\n1,2023-01-30 08:11,1,2.50\n2,never,1,2.50\n";
  ingest_into(scene.shop.shop(), {file, other});
  const json first = scene.told(at("/rejects?limit=1"), viewer);
  ASSERT_EQ(first["files"].size(), 1U);
  const json second =
      scene.told(at("/rejects?limit=1&before=") + first["next"].get<std::string>(), viewer);
  ASSERT_EQ(second["files"].size(), 1U);
  EXPECT_NE(second["files"][0]["file"], first["files"][0]["file"]);
  const json& bad = first["files"][0]["file"] == "bad.csv" ? first : second;
  const std::string path =
      at("/rejects/") + bad["files"][0]["sha256"].get<std::string>() + "?format=json";
  const json rows = scene.told(path + "&limit=2", analyst);
  EXPECT_EQ(rows["total"], 3);
  EXPECT_EQ(rows["more"], true);
  ASSERT_EQ(rows["rows"].size(), 2U);
  EXPECT_EQ(rows["rows"][0], json({{"file", "bad.csv"},
                                   {"line", 3},
                                   {"column", "when"},
                                   {"reason", "bad_time"},
                                   {"text", "2,\"no, time\",1,2.50"}}));
  EXPECT_EQ(scene.told(path + "&offset=2", analyst)["rows"].size(), 1U);
  const json times = scene.told(path + "&reason=bad_time&offset=1", analyst);
  EXPECT_EQ(times["total"], 2);
  EXPECT_EQ(times["rows"][0]["line"], 5);
  EXPECT_EQ(times["more"], false);
  EXPECT_EQ(scene.ask("GET", path + "&reason=x", analyst).status, 400);
  const std::string plain = path.substr(0, path.find('?'));
  EXPECT_EQ(scene.ask("GET", plain + "?limit=2", analyst).status, 400) << "csv is whole";
  EXPECT_EQ(scene.ask("GET", plain + "?format=xml", analyst).status, 400);
}

TEST_F(RunReportRoutesTest, TellsHowWholeTheDataAre) {
  const json told = scene.told(at("/quality"), viewer);
  EXPECT_EQ(told["run"], scene.run);
  ASSERT_EQ(told["panels"].size(), 1U);
  json daily = told["panels"][0];
  EXPECT_EQ(daily["panel"], "daily");
  EXPECT_EQ(daily["series"], 1);
  EXPECT_EQ(daily["empty"], 0);
  EXPECT_EQ(daily["gaps"], json::array());
  const auto file = scene.shop.beside("later.csv");
  std::ofstream(file) << "id,when,quantity,price\n9000,2023-02-10 08:10,1,2.50\n"
                         "9001,2023-02-11 23:58,1,2.50\n";
  ingest_into(scene.shop.shop(), {file});
  const std::string later = scene.shop.run().run;
  daily = scene.told(at("/quality?panel=daily&run=") + later, viewer)["panels"][0];
  ASSERT_EQ(daily["gaps"].size(), 1U) << daily;
  EXPECT_EQ(daily["gaps"][0]["unique_id"], "total");
  EXPECT_EQ(daily["gaps"][0]["from"], "2023-01-29");
  EXPECT_EQ(daily["gaps"][0]["to"], "2023-02-09");
  EXPECT_EQ(daily["gaps"][0]["buckets"], 12);
  EXPECT_EQ(daily["empty"], 12);
  EXPECT_GT(daily["empty_share"].get<double>(), 0.2);
  EXPECT_EQ(scene.told(at("/quality?run=") + scene.run, viewer)["panels"][0]["empty"], 0)
      << "what that run knew";
  EXPECT_EQ(scene.ask("GET", at("/quality?panel=x"), viewer).status, 404);
}

}  // namespace
}  // namespace forecart

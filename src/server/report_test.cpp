#include "server/report.h"

#include "server/test_api.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json block_of(const std::string& html) {
  const std::string begin = "id=\"answers\">";
  const std::size_t at = html.find(begin) + begin.size();
  return json::parse(html.substr(at, html.find("</script>", at) - at));
}

std::vector<std::string> paths_of(const json& block) {
  std::vector<std::string> paths;
  for (const json& one : block.at("answers")) paths.push_back(one.at("question").at("path"));
  return paths;
}

class ReportTest : public testing::Test {
 protected:
  Report made(std::size_t series = 50, const std::string& run = "current") const {
    return make_report(scene.repository, {.dataset = "orders", .run = run, .series = series});
  }

  ApiScene scene;
  std::string viewer = scene.token_of("viewer");
  std::string newcomer = scene.token_of("newcomer");
};

TEST_F(ReportTest, HoldsTheRunAndItsAnswers) {
  const Report report = made();
  EXPECT_EQ(report.run, scene.run);
  EXPECT_EQ(report.series, 1U);
  const json block = block_of(report.html);
  EXPECT_EQ(block["about"]["dataset"], "orders");
  EXPECT_EQ(block["about"]["run"], scene.run);
  EXPECT_EQ(block["about"]["series"], json({{"daily", {"total"}}}));
  for (const char* path : {"datasets/orders", "datasets/orders/panels", "datasets/orders/outlook",
                           "datasets/orders/history", "datasets/orders/sales/query",
                           "datasets/orders/runs/current/tables/leaderboard"}) {
    EXPECT_THAT(paths_of(block), testing::Contains(path));
  }
  EXPECT_THAT(report.html, HasSubstr("<noscript><h1>orders: sales and forecasts</h1>"));
}

TEST_F(ReportTest, TheSameRunGivesTheSameBytes) {
  EXPECT_EQ(made().html, made().html);
}

TEST_F(ReportTest, SeriesCanBeLeftOut) {
  const Report report = made(0);
  EXPECT_EQ(report.series, 0U);
  EXPECT_THAT(paths_of(block_of(report.html)), Not(testing::Contains("datasets/orders/history")));
}

/// An earlier run is told as it was, by questions that pages ask of the current one.
TEST_F(ReportTest, EarlierRunsCanBeReported) {
  const std::string before = made().html;
  ingest_into(scene.shop.shop(), {SmallShop::write_orders(scene.shop.beside("b.csv"), 29, 31)});
  const std::string later = scene.shop.run().run;
  const json block = block_of(made(50, scene.run).html);
  EXPECT_EQ(block["about"]["run"], scene.run);
  for (const json& one : block["answers"]) {
    if (one["answer"].is_object() && one["answer"].contains("run")) {
      EXPECT_EQ(one["answer"]["run"], scene.run) << one["question"];
    }
    EXPECT_THAT(one["question"].dump(), Not(HasSubstr(scene.run)));
  }
  EXPECT_EQ(block_of(made().html)["about"]["run"], later);
}

TEST_F(ReportTest, WithoutARunItSaysWhatToDo) {
  try {
    make_report(scene.repository, {.dataset = "orders", .run = "2001"});
    FAIL() << "there is no such run";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr(scene.run));
  }
}

TEST_F(ReportTest, WhoSeesTheDataSetMayFetchIt) {
  const Answer answer = scene.ask("GET", "/api/v1/datasets/orders/report?series=5", viewer);
  ASSERT_EQ(answer.status, 200) << answer.body.substr(0, 300);
  EXPECT_EQ(answer.type, "text/html; charset=utf-8");
  EXPECT_EQ(block_of(answer.body)["about"]["run"], scene.run);
  EXPECT_THAT(answer.headers,
              testing::Contains(testing::Pair("content-disposition", HasSubstr("attachment"))));
  EXPECT_THAT(answer.headers,
              testing::Contains(testing::Pair("content-security-policy", "sandbox")));
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets/orders/report", newcomer).status, 404);
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets/orders/report").status, 401);
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets/orders/report?series=1001", viewer).status, 400);
  EXPECT_EQ(scene.ask("GET", "/api/v1/datasets/orders/report?run=2001", viewer).status, 404);
}

/// An admin's report is that of a viewer too: files go on to others.
TEST_F(ReportTest, WhoAsksDoesNotMatter) {
  const std::string path = "/api/v1/datasets/orders/report";
  EXPECT_EQ(scene.ask("GET", path, viewer).body,
            scene.ask("GET", path, scene.token_of("root")).body);
}

TEST_F(ReportTest, IsKeptByRunAndAsTheLatest) {
  const Report first = made();
  EXPECT_THAT(
      publish_report(scene.repository, "orders", first),
      testing::ElementsAre("reports/orders/" + first.run + ".html", "reports/orders/latest.html"));
  Report later = first;
  later.run = "3" + first.run.substr(1);
  later.html = "later";
  publish_report(scene.repository, "orders", later);
  publish_report(scene.repository, "orders", first);  // again, when it is the latest no more
  EXPECT_EQ(scene.repository.store().read("reports/orders/latest.html"), "later");
}

}  // namespace
}  // namespace forecart

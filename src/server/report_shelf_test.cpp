#include "server/report_shelf.h"

#include "net/http.h"
#include "pipeline/overrides.h"
#include "server/test_api.h"

#include "http/listener.h"
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <future>
#include <memory>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A server with as many threads for reports as there are clients, so that only the shelf keeps
/// them from making the same one.
class ReportShelfTest : public testing::Test {
 protected:
  static constexpr unsigned kClients = 6;

  ReportShelfTest() {
    ListenOptions options;
    options.port = 0;
    options.work_folder = scene.repository.store().work_folder();
    options.lanes.of(Lane::reports) = {kClients, 64};
    listener = std::make_unique<Listener>(options, scene.table, scene.metrics, scene.log);
  }

  HttpResponse get(const NamedValues& query = {}, const std::string& known = "") {
    NamedValues headers{{"authorization", "Bearer " + viewer}};
    if (!known.empty()) headers.emplace_back("if-none-match", known);
    return http.send({.url = {.scheme = "http",
                              .host = fmt::format("127.0.0.1:{}", listener->port()),
                              .path = "/api/v1/datasets/orders/report",
                              .query = query},
                      .headers = headers});
  }
  double made() const {
    for (const MetricSample& sample : scene.metrics.samples()) {
      if (sample.metric == Metric::reports_made) return sample.value;
    }
    return 0;
  }
  Override changed(const std::string& comment) {
    return add_override(scene.repository, "orders",
                        {.panel = "daily",
                         .unique_id = "total",
                         .from = "2023-01-29",
                         .to = "2023-01-29",
                         .value = 42,
                         .comment = comment,
                         .author = "ann",
                         .at = "2026-04-12T08:30:15Z"});
  }

  ApiScene scene;
  std::string viewer = scene.token_of("viewer");
  HttpClient http;
  std::unique_ptr<Listener> listener;
};

TEST_F(ReportShelfTest, SeveralAtOnceAreMadeOnce) {
  std::vector<std::future<HttpResponse>> all;
  for (unsigned i = 0; i < kClients; ++i) {
    all.push_back(std::async(std::launch::async, [this] { return get(); }));
  }
  for (auto& one : all) {
    const HttpResponse answer = one.get();
    EXPECT_EQ(answer.status, 200) << answer.failure << answer.body.substr(0, 300);
    EXPECT_THAT(answer.body, HasSubstr(scene.run));
  }
  EXPECT_EQ(made(), 1);
  EXPECT_EQ(get({{"series", "3"}}).status, 200);
  EXPECT_EQ(made(), 2);
}

TEST_F(ReportShelfTest, WhoHasItIsToldSo) {
  const HttpResponse first = get();
  ASSERT_EQ(first.status, 200);
  ASSERT_NE(first.header("etag"), "");
  const HttpResponse again = get({}, first.header("etag"));
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(get({{"series", "3"}}, first.header("etag")).status, 200);
}

TEST_F(ReportShelfTest, ChangedOverridesAreSeen) {
  const HttpResponse before = get();
  const Override made = changed("a fair in town");
  const HttpResponse with = get({}, before.header("etag"));
  EXPECT_EQ(with.status, 200);
  EXPECT_THAT(before.body, Not(HasSubstr("a fair in town")));
  EXPECT_THAT(with.body, HasSubstr("a fair in town"));
  remove_override(scene.repository, "orders", made.id);
  EXPECT_EQ(get().body, before.body);
  EXPECT_EQ(this->made(), 2) << "what is as it was before is at hand";
}

/// Sales, settings and runs are in it, too.
TEST_F(ReportShelfTest, WhatElseItHoldsIsSeen) {
  std::vector<std::string> tags{get().header("etag")};
  const auto differs = [&](const std::string& what) {
    const HttpResponse answer = get();
    ASSERT_EQ(answer.status, 200) << what << answer.body.substr(0, 300);
    EXPECT_THAT(tags, Not(testing::Contains(answer.header("etag")))) << what;
    tags.push_back(answer.header("etag"));
  };
  ObjectStore& store = scene.repository.store();
  const std::string key = Repository::config_key("orders");
  store.put(key, "currency = \"EUR\"\n" + store.read(key).value());
  differs("settings");
  ingest_into(scene.shop.shop(), {SmallShop::write_orders(scene.shop.beside("b.csv"), 29, 31)});
  scene.sales.note_change("orders");
  differs("sales");
  scene.shop.run();
  scene.shelf.forget("orders");
  differs("run");
}

TEST_F(ReportShelfTest, TheLongestUnusedGoFirst) {
  ReportShelf shelf(scene.table, scene.services, {.most = 2});
  const auto ask = [&](std::size_t series) {
    shelf.find({.dataset = "orders", .series = series});
    return made();
  };
  EXPECT_EQ(ask(1), 1);
  EXPECT_EQ(ask(2), 2);
  EXPECT_EQ(ask(1), 2);
  EXPECT_EQ(ask(3), 3);
  EXPECT_EQ(ask(1), 3);
  EXPECT_EQ(ask(2), 4) << "it was used longest ago";
  ReportShelf small(scene.table, scene.services, {.most_bytes = 10});
  EXPECT_NE(small.find({.dataset = "orders"}).report->html, "");
  EXPECT_EQ(made(), 5);
  small.find({.dataset = "orders"});
  EXPECT_EQ(made(), 6);
}

/// A failure is that of each who asks, and nobody waits for one that is over.
TEST_F(ReportShelfTest, FailuresAreNotKept) {
  ReportShelf shelf(scene.table, scene.services);
  EXPECT_THROW(shelf.find({.dataset = "orders", .run = "2001"}), Error);
  scene.repository.store().remove("runs/orders/" + scene.run + "/forecasts.parquet");
  for (int i = 0; i < 2; ++i) EXPECT_THROW(shelf.find({.dataset = "orders"}), Error) << i;
}

}  // namespace
}  // namespace forecart

#include "net/http.h"
#include "server/openapi.h"
#include "server/routes.h"
#include "table/scratch_folder.h"

#include "http/listener.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <mutex>
#include <sstream>

namespace forecart {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class IntakeRoutesTest : public testing::Test {
 protected:
  IntakeRoutesTest() {
    const RouteServices services{repository, metrics,
                                 [this](const std::string& dataset) {
                                   const std::lock_guard lock(mutex);
                                   rung.push_back(dataset);
                                 },
                                 "s3://shop/data"};
    add_watching_routes(table, services);
    add_intake_routes(table, services);
    add_openapi_route(table, "1");
    ListenOptions options;
    options.port = 0;
    options.work_folder = repository.store().work_folder();
    listener = std::make_unique<Listener>(options, table, metrics, log);
  }

  HttpResponse send(const std::string& method, const std::string& path, std::string_view body = {},
                    const std::string& authorization = "Bearer 0123456789abcdef",
                    const std::string& type = "text/csv") {
    return http.send({.method = method,
                      .url = {.scheme = "http",
                              .host = fmt::format("127.0.0.1:{}", listener->port()),
                              .path = path},
                      .headers = {{"authorization", authorization}, {"content-type", type}},
                      .body = body});
  }
  std::vector<std::string> inbox() const { return repository.store().list("inbox/"); }

  ScratchFolder folder;
  Repository repository = Repository::open_or_create({(folder / "shop").string()});
  MetricSet metrics;
  std::ostringstream lines;
  Log log{{}, lines};
  Guard guard{{.service = AccessToken("0123456789abcdef")}};
  RouteTable table{guard};
  std::mutex mutex;
  std::vector<std::string> rung;
  HttpClient http;
  std::unique_ptr<Listener> listener;
};

TEST_F(IntakeRoutesTest, HealthAndReadiness) {
  EXPECT_EQ(send("GET", "/healthz").body, "{\"status\":\"ok\"}\n");
  EXPECT_EQ(send("GET", "/readyz").body, "{\"status\":\"ready\"}\n");
}

TEST_F(IntakeRoutesTest, IsNotReadyWithoutItsRepository) {
  std::filesystem::remove(folder / "shop" / "forecart.json");
  const HttpResponse response = send("GET", "/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("\"remedy\""));
}

TEST_F(IntakeRoutesTest, MetricSet) {
  metrics.set(Metric::queue_depth, 4);
  const HttpResponse response = send("GET", "/metrics");
  EXPECT_EQ(response.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("\nforecart_queue_depth 4"));
}

TEST_F(IntakeRoutesTest, WhatIsNoTableIsRefusedWhileTheSenderListens) {
  const HttpResponse photo =
      send("PUT", "/api/v1/datasets/orders/files/photo.csv", std::string("\xff\xd8\0\0", 4));
  EXPECT_EQ(photo.status, 422);
  EXPECT_THAT(photo.body, HasSubstr("photo.csv"));
}

TEST_F(IntakeRoutesTest, UploadsGoToTheInboxOnce) {
  const HttpResponse first = send("PUT", "/api/v1/datasets/orders/files/april 1.csv", "a,b\n");
  EXPECT_EQ(first.status, 201) << first.body;
  const json told = json::parse(first.body);
  EXPECT_EQ(told["bytes"], 4);
  EXPECT_EQ(told["known"], false);
  EXPECT_EQ(send("POST", "/api/v1/datasets/orders/files/april 1.csv", "a,b\n").status, 200);
  EXPECT_EQ(send("PUT", "/api/v1/datasets/orders/files/april 1.csv", "a,c\n").status, 201);
  const auto keys = inbox();
  ASSERT_EQ(keys.size(), 2U) << "other content of the same name replaces nothing";
  const std::string hash = told["sha256"];
  EXPECT_THAT(keys, testing::Contains("inbox/orders/" + hash.substr(0, 16) + "/april 1.csv"));
  EXPECT_EQ(repository.store().read(keys.front())->substr(0, 2), "a,");
  EXPECT_THAT(rung, ElementsAre("orders", "orders", "orders"));
}

TEST_F(IntakeRoutesTest, UploadsNeedATokenAndProperNames) {
  const std::string path = "/api/v1/datasets/orders/files/";
  EXPECT_EQ(send("PUT", path + "a.csv", "x", "").status, 401);
  EXPECT_EQ(send("PUT", path + "a.csv", "x", "Bearer 0123456789abcdeg").status, 401);
  for (const char* name : {".hidden", "a.part", "a~", "a%2Fb.csv"}) {
    const Answer answer = table.answer(
        {.method = "PUT",
         .target = path + name,
         .headers = {{"host", "localhost"}, {"authorization", "Bearer 0123456789abcdef"}}});
    EXPECT_EQ(answer.status, 400) << name;
  }
  EXPECT_EQ(send("PUT", "/api/v1/datasets/.x/files/a.csv", "x").status, 404);
  EXPECT_THAT(inbox(), testing::IsEmpty());
  EXPECT_THAT(rung, testing::IsEmpty());
}

TEST_F(IntakeRoutesTest, WhatIsNoFileIsRefusedWithTheRemedy) {
  const std::string path = "/api/v1/datasets/orders/files/a.csv";
  const std::string token = "Bearer 0123456789abcdef";
  const auto check = [](const HttpResponse& response, int status) {
    EXPECT_EQ(response.status, status) << response.body;
    const json error = json::parse(response.body)["error"];
    EXPECT_EQ(error["code"], "invalid_value");
    EXPECT_THAT(error["remedy"].get<std::string>(), HasSubstr("--data-binary @FILE"));
  };
  constexpr const char* kForm = "--x\r\nContent-Disposition: form-data\r\n\r\na,b\r\n--x--\r\n";
  for (const char* type : {"multipart/form-data; boundary=x", "Multipart/Mixed; boundary=x"}) {
    check(send("POST", path, kForm, token, type), 415);
  }
  check(send("PUT", path, ""), 400);
  check(send("POST", path, ""), 400);
  EXPECT_THAT(inbox(), testing::IsEmpty());
  EXPECT_THAT(rung, testing::IsEmpty());
  // what curl --data-binary calls its body
  EXPECT_EQ(send("POST", path, "a,b\n", token, "application/x-www-form-urlencoded").status, 201);
}

TEST_F(IntakeRoutesTest, EventsRingForTheirDataSets) {
  constexpr const char* kEvent = R"({"Records":[
    {"eventName":"ObjectCreated:Put","eventSource":"aws:s3","s3":{"bucket":{"name":"shop"},
     "object":{"key":"data/inbox/orders/april.csv","eTag":"x"}}},
    {"eventName":"ObjectCreated:Put","eventSource":"aws:s3","s3":{"bucket":{"name":"shop"},
     "object":{"key":"data/raw/x","eTag":"x"}}}]})";
  const std::string ceph = "Basic Y2VwaDowMTIzNDU2Nzg5YWJjZGVm";
  const HttpResponse response = send("POST", "/api/v1/events", kEvent, ceph);
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body, "{\"datasets\":[\"orders\"]}\n");
  EXPECT_THAT(rung, ElementsAre("orders"));
  EXPECT_EQ(send("POST", "/api/v1/events", kEvent, "").status, 401);
  EXPECT_EQ(send("POST", "/api/v1/events", "no event", ceph).status, 422);
  EXPECT_THAT(rung, ElementsAre("orders"));
}

TEST_F(IntakeRoutesTest, LogsNoSecretAndNoQuery) {
  send("PUT", "/api/v1/datasets/orders/files/a.csv", "name,address\nMiller,1 Main St\n");
  listener.reset();
  EXPECT_THAT(lines.str(), HasSubstr("route=/api/v1/datasets/{dataset}/files/{name} status=201"));
  EXPECT_THAT(lines.str(), testing::Not(HasSubstr("0123456789abcdef")));
  EXPECT_THAT(lines.str(), testing::Not(HasSubstr("Miller")));
}

/// Whoever reads the log sees what was refused; what is no route has no name there.
TEST_F(IntakeRoutesTest, LogsTheRouteOfWhatIsRefused) {
  const std::string file = "/api/v1/datasets/orders/files/a.csv";
  EXPECT_EQ(send("PUT", file, "a,b\n", "Bearer of-somebody-else").status, 401);
  EXPECT_EQ(send("PUT", file, "a,b\n", "").status, 401);
  EXPECT_EQ(send("POST", "/api/v1/nothing/files/a.csv", "a,b\n").status, 404);
  listener.reset();
  const std::string told = lines.str();
  const std::string known = "route=/api/v1/datasets/{dataset}/files/{name} status=401";
  EXPECT_NE(told.find(known), told.rfind(known)) << told;
  EXPECT_THAT(told, HasSubstr("route=other status=404"));
}

}  // namespace
}  // namespace forecart

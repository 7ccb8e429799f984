#include "base/hash.h"
#include "base/work_file.h"
#include "pipeline/inbox.h"
#include "server/test_api.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <map>

namespace forecart {
namespace {

using nlohmann::json;
using namespace std::string_literals;
using testing::HasSubstr;

TEST_F(ApiTest, TellsOfDataSets) {
  const json list = scene.told("/api/v1/datasets", viewer)["datasets"];
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["dataset"], "orders");
  EXPECT_EQ(list[0]["current_run"], scene.run);
  const json one = scene.told(at(""), viewer);
  EXPECT_EQ(one["uploads"], 1);
  EXPECT_EQ(one["next"], "nothing");
  EXPECT_THAT(scene.ask("GET", at("/settings"), analyst).body, HasSubstr("name = \"daily\""));
  EXPECT_EQ(scene.told(at("/alerts"), viewer)["alerts"], json::array());
}

TEST_F(ApiTest, PagesThroughUploadsNewestFirst) {
  ingest_into(scene.shop.shop(), {SmallShop::write_orders(scene.shop.beside("b.csv"), 29, 30)});
  const json first = scene.told(at("/uploads?limit=1"), viewer);
  ASSERT_EQ(first["uploads"].size(), 1U);
  ASSERT_TRUE(first["next"].is_string());
  const json second =
      scene.told(at("/uploads?limit=1&before=") + first["next"].get<std::string>(), viewer);
  ASSERT_EQ(second["uploads"].size(), 1U);
  EXPECT_LT(second["uploads"][0]["upload"], first["uploads"][0]["upload"]);
  EXPECT_EQ(second["next"], nullptr);
}

TEST_F(ApiTest, ShowsRejectedRowsWithTheirText) {
  const auto file = scene.shop.beside("bad.csv");
  std::ofstream(file) << "id,when,quantity,price\n1,2023-01-30 08:10,1,2.50\n2,no time,1,2.50\n";
  ingest_into(scene.shop.shop(), {file});
  const json files = scene.told(at("/rejects"), viewer)["files"];
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0]["rows_rejected"], 1);
  const std::string path = at("/rejects/") + files[0]["sha256"].get<std::string>();
  const Answer rows = scene.ask("GET", path, analyst);
  ASSERT_TRUE(rows.file);
  std::ifstream in(rows.file->path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, HasSubstr("no time"));
  EXPECT_THAT(header(rows, "content-disposition"), HasSubstr("attachment"));
  EXPECT_EQ(scene.ask("GET", path, viewer).status, 403) << "they hold what customers wrote";
  EXPECT_EQ(scene.ask("GET", path + "?format=json", viewer).status, 403);
  EXPECT_EQ(scene.ask("GET", at("/rejects/..%2F..%2Fforecart.json"), analyst).status, 404);
}

TEST_F(ApiTest, ShowsWhatWaitsAndPutsBackWhatWasGivenUp) {
  scene.repository.store().put("inbox/orders/april.csv", "\0\0"s);
  json arrivals = scene.told(at("/arrivals"), viewer);
  EXPECT_EQ(arrivals["waiting"][0]["key"], "inbox/orders/april.csv");
  EXPECT_EQ(scene.told(at(""), viewer)["next"], "ingest");
  take_in_inbox(scene.repository, scene.shop.shop().string(), {.dataset = "orders"});
  arrivals = scene.told(at("/arrivals"), viewer);
  EXPECT_EQ(arrivals["waiting"], json::array());
  ASSERT_EQ(arrivals["dead"].size(), 1U);
  EXPECT_THAT(arrivals["dead"][0]["message"].get<std::string>(), HasSubstr("april.csv"));
  EXPECT_EQ(scene.ask("POST", at("/arrivals/retry"), viewer).status, 403);
  const Answer back = scene.ask("POST", at("/arrivals/retry"), analyst);
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(parsed(back)["retried"].size(), 1U);
  EXPECT_EQ(scene.told(at("/arrivals"), viewer)["waiting"].size(), 1U);
}

/// A file as the body of a request.
void give_file(Request& request, const std::filesystem::path& folder, const std::string& bytes) {
  const auto file = std::make_shared<WorkFile>(folder, ".part");
  std::ofstream(file->path(), std::ios::binary) << bytes;
  request.file = file;
  request.file_bytes = static_cast<std::int64_t>(bytes.size());
}

TEST_F(ApiTest, TakesFilesInPieces) {
  const std::string name = "filetype x,filename YXByaWwuY3N2";  // april.csv
  const auto begin = [&](const std::string& bytes, const std::string& metadata) {
    return scene.table.answer(ApiScene::request("POST", at("/transfers"),
                                                {{"authorization", "Bearer " + analyst},
                                                 {"upload-length", bytes},
                                                 {"upload-metadata", metadata}}));
  };
  const Answer begun = begin("10", name);
  ASSERT_EQ(begun.status, 201) << begun.body;
  const std::string place = header(begun, "location");
  const auto piece = [&](const std::string& offset, const std::string& bytes) {
    Request request = ApiScene::request("PATCH", place,
                                        {{"authorization", "Bearer " + analyst},
                                         {"content-type", "application/offset+octet-stream"},
                                         {"upload-offset", offset}});
    give_file(request, scene.shop.beside(""), bytes);
    return scene.table.answer(request);
  };
  EXPECT_EQ(header(piece("0", "a,b\n1,"), "upload-offset"), "6");
  EXPECT_EQ(piece("0", "a,b\n1,").status, 409) << "it is here already";
  EXPECT_EQ(piece("7", "2").status, 409);
  EXPECT_EQ(piece("6", "2\n3,4").status, 400) << "more than was announced";
  EXPECT_EQ(piece("x", "2").status, 400);
  EXPECT_EQ(scene.told(place, analyst)["offset"], 6);
  EXPECT_EQ(scene.told(place, analyst)["sha256"], nullptr);
  EXPECT_EQ(scene.ask("GET", place, root).status, 404) << "another's";
  EXPECT_THAT(scene.repository.store().list("inbox/"), testing::IsEmpty());
  const Answer last = piece("6", "2\n3,");
  EXPECT_EQ(last.status, 204) << last.body;
  const auto keys = scene.repository.store().list("inbox/orders/");
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_THAT(keys[0], testing::EndsWith("/april.csv"));
  EXPECT_EQ(scene.repository.store().read(keys[0]), "a,b\n1,2\n3,");
  EXPECT_EQ(piece("10", "").status, 204) << "it is done, for who did not hear of it";
  EXPECT_EQ(scene.told(place, analyst)["sha256"], sha256("a,b\n1,2\n3,"));
  EXPECT_EQ(scene.told(place, analyst)["known"], false);

  const std::string given_up = header(begin("10", name), "location");
  EXPECT_EQ(scene.ask("DELETE", given_up, analyst).status, 204);
  EXPECT_EQ(scene.ask("GET", given_up, analyst).status, 404);
  EXPECT_EQ(begin("-1", name).status, 400);
  EXPECT_EQ(begin("99999999999999", name).status, 413);
  EXPECT_EQ(begin("10", "filename Li4vYQ==").status, 400) << "../a";
  EXPECT_EQ(begin("10", "").status, 400);
}

TEST_F(ApiTest, SumsUpSales) {
  const json days = scene.told(at("/sales?grain=day&measure=lines,revenue"), viewer);
  EXPECT_EQ(days["rows"].size(), 28U);
  EXPECT_EQ(days["rows"][0]["lines"], 2);
  EXPECT_EQ(days["rows"][0]["revenue"], 5.0);
  scene.sales.prepare("orders");
  EXPECT_EQ(scene.told(at("/sales?grain=day&measure=lines,revenue"), viewer), days);
  const auto query = [&](const std::string& body) {
    return scene.ask("POST", at("/sales/query"), viewer, body);
  };
  EXPECT_EQ(parsed(query(R"({"grain":"day","measure":["lines","revenue"]})")), days);
  EXPECT_EQ(query(R"({"by":["customer"]})").status, 403) << "a person";
  EXPECT_EQ(query(R"({"filters":{"nope":["x"]}})").status, 400);
  EXPECT_EQ(query(R"({"filters":{"product":"x"}})").status, 400) << "no list";
  EXPECT_EQ(
      parsed(query(R"({"grain":"day","filters":{"product":["nothing of that name"]}})"))["rows"],
      json::array());
  const Answer csv = scene.ask("GET", at("/sales?grain=month&format=csv"), viewer);
  EXPECT_THAT(csv.body, testing::StartsWith("ds,lines,units,revenue\n"));
  EXPECT_EQ(header(csv, "x-total"), "1");
  Request again = ApiScene::request(
      "GET", at("/sales?grain=month&format=csv"),
      {{"authorization", "Bearer " + viewer}, {"if-none-match", "\"" + csv.etag + "\""}});
  EXPECT_EQ(scene.table.answer(again).status, 304);
  for (const char* wrong : {"by=shop", "grain=moon", "measure=joy", "limit=0", "colour=red"}) {
    EXPECT_EQ(scene.ask("GET", at("/sales?") + wrong, viewer).status, 400) << wrong;
  }
}

TEST_F(ApiTest, DimensionsThatNamePersonsAreForAnalysts) {
  EXPECT_EQ(scene.ask("GET", at("/sales?by=customer"), viewer).status, 403);
  EXPECT_EQ(scene.ask("GET", at("/sales?place=x"), viewer).status, 403);
  EXPECT_EQ(scene.ask("GET", at("/dimensions/customer/values"), viewer).status, 403);
  EXPECT_EQ(scene.ask("GET", at("/sales?by=customer"), analyst).status, 200);
  EXPECT_EQ(scene.told(at("/dimensions"), viewer)["dimensions"].size(), 1U);
  EXPECT_EQ(scene.told(at("/dimensions"), analyst)["dimensions"].size(), 3U);
  EXPECT_EQ(scene.told(at("/dimensions/product/values"), viewer)["total"], 1);
  EXPECT_EQ(scene.ask("GET", at("/dimensions/shoe/values"), viewer).status, 404);
}

TEST_F(ApiTest, AnswersInTheTypeThatIsAskedFor) {
  const auto get = [&](const std::string& accept, const std::string& path) {
    return scene.table.answer(ApiScene::request(
        "GET", at(path), {{"authorization", "Bearer " + viewer}, {"accept", accept}}));
  };
  const std::string rows = "/runs/current/tables/ledger?limit=1";
  const Answer csv = get("application/json;q=0.1, text/csv", rows);
  EXPECT_EQ(csv.type, "text/csv; charset=utf-8");
  EXPECT_EQ(header(csv, "vary"), "accept");
  EXPECT_EQ(get("text/csv;q=0.1, application/json", rows).type, "application/json");
  EXPECT_EQ(header(get("", "/series"), "vary"), "") << "there is one type";
}

TEST_F(ApiTest, LimitsAreOneAtLeast) {
  for (const Route& route : scene.table.routes()) {
    const bool has_limit = std::any_of(route.query.begin(), route.query.end(),
                                       [](const Parameter& one) { return one.name == "limit"; });
    if (!has_limit) continue;
    std::string path = route.pattern;
    for (const auto& [name, value] :
         std::map<std::string, std::string>{{"{dataset}", "orders"},
                                            {"{run}", "current"},
                                            {"{table}", "ledger"},
                                            {"{other}", "current"},
                                            {"{dimension}", "product"}}) {
      if (path.find(name) != std::string::npos) path.replace(path.find(name), name.size(), value);
    }
    if (path.find("{file}") != std::string::npos) continue;  // the scene has no rejected rows
    std::string others;
    for (const Parameter& one : route.query)
      others += one.required ? "&" + one.name + "=total" : "";
    EXPECT_EQ(scene.ask("GET", path + "?limit=0" + others, root).status, 400) << path;
    EXPECT_EQ(scene.ask("GET", path + "?limit=1" + others, root).status, 200) << path;
  }
}

/// Lists of things without fields: nothing could be against such a schema.
void expect_fields(const json& schema, const std::string& where) {
  if (schema.contains("items")) {
    const json& items = schema["items"];
    const bool is_bare = items.is_object() && items.value("type", json()) == "object" &&
                         !items.contains("properties") && !items.contains("additionalProperties");
    EXPECT_FALSE(is_bare) << where;
  }
  if (!schema.is_structured()) return;
  for (const auto& [name, part] : schema.items()) expect_fields(part, where + "/" + name);
}

TEST_F(ApiTest, TheDocumentTellsTheTruthAboutFilesInPieces) {
  const json document = scene.told("/api/v1/openapi.json", viewer);
  const json& room = document["paths"]["/api/v1/datasets/{dataset}/transfers"];
  std::vector<std::string> headers;
  for (const json& one : room["post"]["parameters"]) headers.push_back(one["name"]);
  EXPECT_THAT(headers, testing::IsSupersetOf({"Upload-Length", "Upload-Metadata", "X-CSRF-Token"}));
  const json& one = document["paths"]["/api/v1/datasets/{dataset}/transfers/{transfer}"];
  EXPECT_TRUE(one["patch"]["requestBody"]["content"].contains("application/offset+octet-stream"));
  EXPECT_TRUE(one["patch"]["responses"]["204"]["headers"].contains("Upload-Offset"));
  const json& sales = document["paths"]["/api/v1/datasets/{dataset}/sales"]["get"];
  EXPECT_TRUE(sales["responses"]["200"]["headers"].contains("X-Total"));
  EXPECT_TRUE(sales["responses"].contains("304"));
  for (const char* name : {"WorkEvent", "PublishedEvent", "AlertEvent"}) {
    EXPECT_TRUE(document["components"]["schemas"].contains(name)) << name;
  }
  for (const auto& [name, schema] : document["components"]["schemas"].items()) {
    if (name != "Invocation") expect_fields(schema, name);
  }
}

/// What a store tells of others' inboxes is neither passed on nor told back.
TEST_F(ApiTest, EventsRingForWhatOneSees) {
  RouteTable table{scene.guard};
  add_intake_routes(table, {.repository = scene.repository,
                            .metrics = scene.metrics,
                            .ring = [&](const std::string& name) { scene.rung.push_back(name); },
                            .location = "s3://shop/data"});
  std::string records;
  for (const char* dataset : {"orders", "returns"}) {
    records += fmt::format(R"({}{{"eventName":"ObjectCreated:Put","eventSource":"aws:s3",
      "s3":{{"bucket":{{"name":"shop"}},"object":{{"key":"data/inbox/{}/a.csv","eTag":"x"}}}}}})",
                           records.empty() ? "" : ",", dataset);
  }
  const auto heard = [&](const std::string& token) {
    scene.rung.clear();
    const Answer answer = table.answer(
        ApiScene::request("POST", "/api/v1/events", {{"authorization", "Bearer " + token}},
                          fmt::format(R"({{"Records":[{}]}})", records)));
    EXPECT_EQ(answer.status, 202) << answer.body;
    EXPECT_EQ(parsed(answer)["datasets"], json(scene.rung));
    return scene.rung;
  };
  EXPECT_THAT(heard(analyst), testing::ElementsAre("orders"));
  EXPECT_THAT(heard(scene.token_of("newcomer")), testing::IsEmpty());
  EXPECT_THAT(heard(root), testing::ElementsAre("orders", "returns"));
  EXPECT_THAT(heard(ApiScene::kService), testing::ElementsAre("orders", "returns"));
}

TEST_F(ApiTest, ErrorsOfNamesSayWhatToDo) {
  scene.shop.run();
  for (const char* path : {"/runs/2", "/runs/x", "/rejects/..%2F", "/forecast?unique_id=x&run=2",
                           "/series?panel=x", "/runs/current/tables/x", "/dimensions/x/values"}) {
    EXPECT_EQ(scene.ask("GET", at(path), analyst).status, 404) << path;
  }
  EXPECT_EQ(parsed(scene.ask("GET", at("/series?colour=red"), viewer))["error"]["code"],
            "invalid_value");
  EXPECT_EQ(scene.ask("GET", "/api/v1/audit?before=x", root).status, 400);
  EXPECT_EQ(scene.ask("GET", "/api/v1/users/..%2F", root).status, 400);
  for (const char* body :
       {R"({"name":"a","role":"admin"})", R"({"name":"a","role":"king"})",
        R"({"name":"a","days":400})", R"({"name":"","days":1})", R"({"name":"a","days":0})",
        R"({"name":"a","datasets":["returns"]})", R"({"name":"a","datasets":["../x"]})"}) {
    EXPECT_EQ(scene.ask_signed_in("analyst", "POST", "/api/v1/tokens", body).status, 400) << body;
  }
  EXPECT_EQ(scene.ask_signed_in("analyst", "DELETE", "/api/v1/tokens/x").status, 404);
}

TEST_F(ApiTest, BodiesThatAreNoneAreRefused) {
  for (const char* body : {"", "x", "[]", "\"a\"", "{\"name\":1}", "{\"name\":\"a\"",
                           "{\"name\":\"a\",\"password\":null}", "{\"other\":1}"}) {
    const Answer answer = scene.ask("POST", "/api/v1/session", "", body);
    EXPECT_EQ(answer.status, 400) << body;
  }
}

}  // namespace
}  // namespace forecart

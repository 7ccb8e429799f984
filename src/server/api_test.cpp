#include "base/hash.h"
#include "base/work_file.h"
#include "pipeline/inbox.h"
#include "server/test_api.h"
#include "table/table_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace forecart {
namespace {

using nlohmann::json;
using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

class ApiTest : public testing::Test {
 protected:
  std::string at(const std::string& path) const { return "/api/v1/datasets/orders" + path; }
  static json parsed(const Answer& answer) { return json::parse(answer.body); }
  static std::string header(const Answer& answer, const std::string& name) {
    for (const auto& [known, value] : answer.headers) {
      if (known == name) return value;
    }
    return {};
  }

  ApiScene scene;
  std::string viewer = scene.token_of("viewer");
  std::string analyst = scene.token_of("analyst");
  std::string root = scene.token_of("root");
};

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

TEST_F(ApiTest, SignsInAndOut) {
  const Answer wrong =
      scene.ask("POST", "/api/v1/session", "", R"({"name":"viewer","password":"x"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(header(wrong, "set-cookie"), "");
  const std::string body = fmt::format(R"({{"name":"Viewer","password":"{}"}})", kGoodPassword);
  const Answer right = scene.ask("POST", "/api/v1/session", "", body);
  ASSERT_EQ(right.status, 200) << right.body;
  EXPECT_TRUE(right.secret);
  const std::string set = header(right, "set-cookie");
  const std::string cookie = set.substr(0, set.find(';'));
  const auto by_session = [&](const std::string& method, const std::string& path,
                              const std::string& csrf) {
    return scene.table.answer(
        ApiScene::request(method, path, {{"cookie", cookie}, {"x-csrf-token", csrf}}));
  };
  const json me = parsed(by_session("GET", "/api/v1/session", ""));
  EXPECT_EQ(me["user"], "viewer");
  EXPECT_EQ(me["csrf_token"], parsed(right)["csrf_token"]);
  EXPECT_EQ(by_session("DELETE", "/api/v1/session", "wrong").status, 403);
  const Answer out = by_session("DELETE", "/api/v1/session", me["csrf_token"]);
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(header(out, "set-cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(by_session("GET", "/api/v1/session", "").status, 401);
}

TEST_F(ApiTest, ManyWrongPasswordsLock) {
  const auto attempt = [&](const std::string& password) {
    return scene.ask("POST", "/api/v1/session", "",
                     json{{"name", "viewer"}, {"password", password}}.dump());
  };
  Answer last;
  for (int i = 0; i < 12; ++i) last = attempt("wrong");
  EXPECT_EQ(last.status, 429);
  EXPECT_GT(std::stoi(header(last, "retry-after")), 0);
  EXPECT_EQ(attempt(kGoodPassword).status, 429) << "the right one too, for a while";
}

TEST_F(ApiTest, ChangesPasswords) {
  const auto sign_in = [&](const std::string& password) {
    return scene.ask("POST", "/api/v1/session", "",
                     json{{"name", "viewer"}, {"password", password}}.dump());
  };
  const Answer session = sign_in(kGoodPassword);
  const std::string set = header(session, "set-cookie");
  const auto change = [&](const std::string& before, const std::string& after) {
    return scene.table.answer(ApiScene::request(
        "POST", "/api/v1/session/password",
        {{"cookie", set.substr(0, set.find(';'))}, {"x-csrf-token", parsed(session)["csrf_token"]}},
        json{{"old_password", before}, {"new_password", after}}.dump()));
  };
  EXPECT_EQ(change(kGoodPassword, "short").status, 400);
  EXPECT_EQ(change("wrong", kOtherPassword).status, 401);
  EXPECT_EQ(change(kGoodPassword, kOtherPassword).status, 200);
  EXPECT_EQ(sign_in(kGoodPassword).status, 401);
  EXPECT_EQ(sign_in(kOtherPassword).status, 200);
  EXPECT_EQ(scene
                .ask("POST", "/api/v1/session/password", viewer,
                     json{{"old_password", "a"}, {"new_password", "b"}}.dump())
                .status,
            403)
      << "not by a token";
}

TEST_F(ApiTest, AdminsKeepUsers) {
  const auto ask = [&](const std::string& method, const std::string& target,
                       const json& body = json::object()) {
    return scene.ask_signed_in("root", method, target, body.dump());
  };
  const json bob{{"name", "Bob"}, {"role", "viewer"}, {"password", kOtherPassword}};
  const Answer added = ask("POST", "/api/v1/users", bob);
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_THAT(added.body, Not(HasSubstr("argon2")));
  EXPECT_EQ(ask("POST", "/api/v1/users", bob).status, 409);
  EXPECT_EQ(scene.told("/api/v1/users", root)["users"].size(), 5U);
  const auto change = [&](const json& what) { return ask("PATCH", "/api/v1/users/bob", what); };
  EXPECT_EQ(parsed(change({{"datasets", {"orders", "returns"}}}))["datasets"],
            json::array({"orders", "returns"}));
  EXPECT_EQ(parsed(change({{"datasets", {"returns"}}, {"role", "analyst"}}))["role"], "analyst");
  EXPECT_EQ(scene.told("/api/v1/users/bob", root)["datasets"], json::array({"returns"}));
  EXPECT_EQ(change({{"role", "king"}}).status, 400);
  EXPECT_EQ(change({{"shoes", 1}}).status, 400);
  EXPECT_EQ(ask("PATCH", "/api/v1/users/root", {{"role", "viewer"}}).status, 409)
      << "the last admin stays one";
  EXPECT_EQ(ask("DELETE", "/api/v1/users/bob").status, 204);
  EXPECT_EQ(ask("DELETE", "/api/v1/users/bob").status, 404);
}

TEST_F(ApiTest, RefusedChangesOfUsersChangeNothing) {
  const auto change = [&](const std::string& user, const json& what) {
    return scene.ask_signed_in("root", "PATCH", "/api/v1/users/" + user, what.dump()).status;
  };
  const auto users = [&] { return scene.told("/api/v1/users", root); };
  const json before = users();
  const SignIn session = scene.access.sign_in("viewer", kGoodPassword, kHere);
  EXPECT_EQ(change("viewer", {{"role", "admin"}, {"password", "short"}}), 400);
  EXPECT_EQ(change("viewer", {{"role", "admin"}, {"datasets", {"../x"}}}), 400);
  EXPECT_EQ(change("viewer", {{"disabled", true}, {"role", "king"}}), 400);
  EXPECT_EQ(change("viewer", {{"role", "analyst"}, {"disabled", 1}}), 400);
  EXPECT_EQ(change("root", {{"datasets", {"orders"}}, {"disabled", true}}), 409);
  EXPECT_EQ(users(), before);
  EXPECT_TRUE(scene.access.of_session(session.session->secret, "192.0.2.7"));
  EXPECT_EQ(change("viewer", {{"datasets", {"orders"}}, {"disabled", false}}), 200);
  EXPECT_TRUE(scene.access.of_session(session.session->secret, "192.0.2.7")) << "as it was";
  EXPECT_EQ(change("viewer", {{"role", "analyst"}, {"password", kOtherPassword}}), 200);
  EXPECT_FALSE(scene.access.of_session(session.session->secret, "192.0.2.7"));
  EXPECT_TRUE(scene.access.sign_in("viewer", kOtherPassword, kHere).session);
}

TEST_F(ApiTest, TokensGiveNobodyAWayIn) {
  const std::string users = "/api/v1/users";
  const json eve{{"name", "eve"}, {"role", "viewer"}};
  const auto with = [&](const std::string& field, const json& value) {
    json user = eve;
    user[field] = value;
    if (field == "subject") user["issuer"] = "https://id.example";
    return user.dump();
  };
  for (const std::string& body :
       {with("password", kGoodPassword), with("role", "admin"), with("subject", "eve")}) {
    const Answer answer = scene.ask("POST", users, root, body);
    EXPECT_EQ(answer.status, 403) << body;
    EXPECT_THAT(parsed(answer)["error"]["remedy"].get<std::string>(), HasSubstr("sign in"));
  }
  for (const json& change : {json{{"password", kOtherPassword}}, json{{"role", "admin"}},
                             json{{"role", "viewer"}}, json{{"disabled", false}}}) {
    EXPECT_EQ(scene.ask("PATCH", users + "/viewer", root, change.dump()).status, 403) << change;
  }
  EXPECT_EQ(scene.told(users, root)["users"].size(), 4U);
  EXPECT_TRUE(scene.access.sign_in("viewer", kGoodPassword, kHere).session);
  EXPECT_EQ(scene.ask("POST", users, root, eve.dump()).status, 201) << "who cannot sign in yet";
  EXPECT_EQ(scene.ask("PATCH", users + "/eve", root, R"({"datasets":["orders"]})").status, 200);
  EXPECT_EQ(scene.ask("PATCH", users + "/eve", root, R"({"disabled":true})").status, 200);
}

TEST_F(ApiTest, TokensAreShownOnceAndMadeByPeople) {
  const SignIn signed_in = scene.access.sign_in("analyst", kGoodPassword, kHere);
  const auto by_session = [&](const std::string& method, const std::string& path,
                              const std::string& body = "") {
    return scene.table.answer(
        ApiScene::request(method, path,
                          {{"cookie", "forecart-session=" + signed_in.session->secret},
                           {"x-csrf-token", signed_in.session->csrf}},
                          body));
  };
  const Answer made = by_session("POST", "/api/v1/tokens", R"({"name":"report","days":7})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string secret = parsed(made)["secret"];
  EXPECT_EQ(parsed(made)["role"], "viewer") << "the least, unless asked for";
  EXPECT_EQ(scene.ask("GET", at(""), secret).status, 200);
  EXPECT_THAT(by_session("GET", "/api/v1/tokens").body, Not(HasSubstr(secret)));
  EXPECT_EQ(by_session("POST", "/api/v1/tokens", R"({"name":"x","role":"admin"})").status, 400);
  EXPECT_EQ(scene.ask("POST", "/api/v1/tokens", secret, R"({"name":"child"})").status, 403);
  const std::string id = parsed(made)["id"];
  EXPECT_EQ(by_session("DELETE", "/api/v1/tokens/" + id).status, 204);
  EXPECT_EQ(scene.ask("GET", at(""), secret).status, 401);
}

TEST_F(ApiTest, UsersSeeAndEndTheirSessions) {
  const auto begin = [&](const std::string& from) {
    return *scene.access.sign_in("viewer", kGoodPassword, {from}).session;
  };
  const NewSession here = begin("192.0.2.7");
  const NewSession there = begin("198.51.100.1");
  const NewSession third = begin("203.0.113.9");
  const std::string room = "/api/v1/sessions";
  const json list = parsed(scene.ask_by(here, "GET", room))["sessions"];
  ASSERT_EQ(list.size(), 3U);
  std::string other;
  for (const json& one : list) {
    EXPECT_EQ(one["this"], one["from"] == "192.0.2.7") << one;
    if (one["from"] == "198.51.100.1") other = one["id"];
  }
  EXPECT_THAT(list.dump(), Not(HasSubstr(here.secret)));
  EXPECT_EQ(scene.ask_signed_in("analyst", "DELETE", room + "/" + other).status, 404)
      << "of others";
  EXPECT_EQ(scene.ask_by(here, "DELETE", room + "/" + other).status, 204);
  EXPECT_EQ(scene.ask_by(there, "GET", room).status, 401);
  EXPECT_EQ(scene.ask_by(here, "DELETE", room + "/" + other).status, 404);
  EXPECT_EQ(parsed(scene.ask_by(here, "DELETE", room))["ended"], 1);
  EXPECT_EQ(scene.ask_by(third, "GET", room).status, 401);
  EXPECT_EQ(parsed(scene.ask_by(here, "GET", room))["sessions"].size(), 1U);
  for (const char* method : {"GET", "DELETE"}) {
    EXPECT_EQ(scene.ask(method, room, viewer).status, 403) << "a lost token";
  }
  EXPECT_EQ(scene.ask("DELETE", "/api/v1/users/viewer/sessions", analyst).status, 403);
  EXPECT_EQ(scene.ask("DELETE", "/api/v1/users/viewer/sessions", root).status, 204);
  EXPECT_EQ(scene.ask_by(here, "GET", room).status, 401);
}

TEST_F(ApiTest, AdminsLinkUsersToAProvider) {
  const Subject subject{"https://id.example", "42"};
  const auto change = [&](const json& what) {
    return scene.ask_signed_in("root", "PATCH", "/api/v1/users/viewer", what.dump());
  };
  json told = scene.told("/api/v1/users/viewer", root);
  EXPECT_EQ(told["has_password"], true);
  EXPECT_EQ(told["subject"], nullptr);
  told = parsed(change({{"issuer", subject.issuer}, {"subject", subject.id}}));
  EXPECT_EQ(told["issuer"], subject.issuer);
  EXPECT_EQ(told["subject"], "42");
  const SignIn signed_in = scene.access.sign_in(subject, kHere);
  EXPECT_EQ(signed_in.outcome, SignIn::Outcome::granted);
  EXPECT_EQ(change({{"issuer", subject.issuer}}).status, 400);
  EXPECT_EQ(change({{"issuer", subject.issuer}, {"subject", nullptr}}).status, 400);
  EXPECT_EQ(scene.ask("PATCH", "/api/v1/users/viewer", root, R"({"subject":null})").status, 403);
  EXPECT_EQ(parsed(change({{"subject", nullptr}}))["issuer"], nullptr);
  EXPECT_EQ(scene.access.sign_in(subject, kHere).outcome, SignIn::Outcome::refused);
  EXPECT_FALSE(scene.access.of_session(signed_in.session->secret, "192.0.2.7"));
}

TEST_F(ApiTest, PasswordsMayBeSwitchedOff) {
  RouteTable table{scene.guard};
  add_all_routes(table, {.repository = scene.repository,
                         .metrics = scene.metrics,
                         .ring = nullptr,
                         .location = scene.shop.shop().string(),
                         .access = &scene.access,
                         .guard = &scene.guard,
                         .shelf = &scene.shelf,
                         .hub = &scene.hub,
                         .sales = &scene.sales,
                         .oidc = &scene.oidc,
                         .password_sign_in = false});
  const SignIn before = scene.access.sign_in("viewer", kGoodPassword, kHere);
  const auto post = [&](const std::string& path, const json& body) {
    return ApiScene::checked(path, table.answer(ApiScene::request(
                                       "POST", "/api/v1" + path,
                                       {{"cookie", "forecart-session=" + before.session->secret},
                                        {"x-csrf-token", before.session->csrf}},
                                       body.dump())));
  };
  EXPECT_EQ(post("/session", {{"name", "viewer"}, {"password", kGoodPassword}}).status, 403);
  EXPECT_EQ(
      post("/first-admin", {{"secret", "x"}, {"name", "a"}, {"password", kGoodPassword}}).status,
      403);
  EXPECT_EQ(
      post("/session/password", {{"old_password", kGoodPassword}, {"new_password", kOtherPassword}})
          .status,
      403);
  const json ways = parsed(table.answer(ApiScene::request("GET", "/api/v1/session/ways")));
  EXPECT_EQ(ways, (json{{"password", false}, {"oidc", true}}));
  EXPECT_EQ(scene.told("/api/v1/session/ways", "")["password"], true);
}

TEST_F(ApiTest, AuditTellsWhoDidWhat) {
  scene.ask("POST", "/api/v1/session", "", R"({"name":"ghost","password":"x"})");
  const json audit = scene.told("/api/v1/audit?limit=3", root);
  ASSERT_EQ(audit["entries"].size(), 3U);
  EXPECT_TRUE(audit["next"].is_string());
  const json older =
      scene.told("/api/v1/audit?limit=1&before=" + audit["next"].get<std::string>(), root);
  EXPECT_EQ(older["entries"].size(), 1U);
  EXPECT_EQ(scene.told("/api/v1/audit?to=2020-01-01", root)["entries"], json::array());
  EXPECT_EQ(scene.ask("GET", "/api/v1/audit?from=yesterday", root).status, 400);
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

#include "base/work_file.h"
#include "server/test_api.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class WizardRoutesTest : public testing::Test {
 protected:
  static std::string at(const std::string& path) { return "/api/v1/datasets/orders" + path; }

  Answer preview(const std::string& target, const std::string& body,
                 const std::string& token) const {
    const auto file = std::make_shared<WorkFile>(scene.repository.store().work_folder(), ".part");
    std::ofstream(file->path(), std::ios::binary) << body;
    Request request = ApiScene::request("POST", target, {{"authorization", "Bearer " + token}});
    request.file = file;
    request.file_bytes = static_cast<std::int64_t>(body.size());
    return ApiScene::checked(target, scene.table.answer(request));
  }
  json previewed(const std::string& target, const std::string& body) const {
    const Answer answer = preview(target, body, analyst);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body);
  }
  Answer put(const std::string& target, const std::string& body, const std::string& token,
             NamedValues headers) const {
    headers.emplace_back("authorization", "Bearer " + token);
    return ApiScene::checked(
        target, scene.table.answer(ApiScene::request("PUT", target, std::move(headers), body)));
  }
  std::string settings() const { return scene.ask("GET", at("/settings"), analyst).body; }
  std::string tag() const { return '"' + scene.ask("GET", at("/settings"), analyst).etag + '"'; }
  static json column(const json& told, const std::string& part) {
    for (const json& one : told["mapping"]) {
      if (one["part"] == part) return one;
    }
    return nullptr;
  }

  ApiScene scene;
  std::string viewer = scene.token_of("viewer");
  std::string analyst = scene.token_of("analyst");
  std::string root = scene.token_of("root");
};

const std::string kNewOrders =
    "Bestellnummer;Datum;Artikel;Menge;Einzelpreis\n"
    "1;24.12.2025 18:05;Kabel;2;9,50\n"
    "2;24.12.2025 19:05;\"Kabel; lang\";1;12,00\n"
    "3;nie;Kabel;1;9,50\n"
    "4;25.12.2025 08:00;Kabel;viel;9,50\n";

TEST_F(WizardRoutesTest, PreviewsWhatANewDataSetWouldBe) {
  const std::string target = "/api/v1/datasets/neu/preview";
  EXPECT_EQ(preview(target, kNewOrders, analyst).status, 404) << "no grant to see it";
  EXPECT_EQ(preview(target, kNewOrders, viewer).status, 403);
  const json told = json::parse(preview(target, kNewOrders, root).body);
  EXPECT_EQ(told["settings"], "guessed");
  EXPECT_EQ(told["dialect"],
            json({{"format", "csv"}, {"delimiter", ";"}, {"quote", "\""}, {"header", true}}));
  ASSERT_EQ(told["columns"].size(), 5U);
  EXPECT_EQ(told["columns"][1]["name"], "Datum");
  EXPECT_EQ(told["columns"][0]["type"], "integer");
  EXPECT_EQ(told["columns"][2]["examples"], json({"Kabel", "Kabel; lang"}));
  EXPECT_EQ(column(told, "time"),
            json({{"part", "time"}, {"column", "Datum"}, {"reason", "name"}}));
  EXPECT_EQ(column(told, "customer")["column"], nullptr);
  EXPECT_THAT(told["toml"].get<std::string>(), HasSubstr("time = \"Datum\""));
  EXPECT_EQ(told["counts"]["rows_read"], 4);
  EXPECT_EQ(told["counts"]["rows_accepted"], 2);
  EXPECT_EQ(told["counts"]["rejected_by_reason"], json({{"bad_quantity", 1}, {"bad_time", 1}}));
  EXPECT_EQ(told["whole"], true);
  EXPECT_EQ(told["problem"], nullptr);
  ASSERT_EQ(told["rows"].size(), 2U);
  EXPECT_EQ(told["rows"][0]["time"], "2025-12-24T18:05:00");
  EXPECT_EQ(told["rows"][0]["revenue"], 19.0);
  EXPECT_EQ(told["rows"][1]["product"], "Kabel; lang");
  EXPECT_EQ(told["rejects"][0], json({{"line", 4},
                                      {"column", "Datum"},
                                      {"reason", "bad_time"},
                                      {"text", "3;nie;Kabel;1;9,50"}}));
  EXPECT_FALSE(scene.repository.has_dataset("neu"));
  EXPECT_EQ(scene.repository.store().list("inbox/"), std::vector<std::string>{});
  EXPECT_EQ(scene.repository.store().list("raw/").size(), 2U) << "orders and settings of the scene";
}

TEST_F(WizardRoutesTest, PreviewsByTheSettingsThereAre) {
  const std::string body = "id,when,quantity,price\n1,2023-01-30 08:10,1,2.50\n2,no,1,2.50\n";
  json told = previewed(at("/preview"), body);
  EXPECT_EQ(told["settings"], "stored");
  EXPECT_EQ(column(told, "time")["reason"], "settings");
  EXPECT_EQ(told["toml"], settings());
  EXPECT_EQ(told["counts"]["rows_rejected"], 1);
  const std::string other = "key,moment\n1,2023-01-30 08:10\n2,2023-01-30 08:11\n";
  told = previewed(at("/preview"), other);
  EXPECT_EQ(told["problem"]["code"], "unknown_name") << "the column of the settings is not there";
  EXPECT_EQ(told["columns"].size(), 2U);
  EXPECT_EQ(told["rows"], json::array());
  told = previewed(at("/preview?settings=guessed"), other);
  EXPECT_EQ(column(told, "time")["reason"], "content");
  EXPECT_EQ(told["counts"]["rows_accepted"], 2);
  EXPECT_EQ(preview(at("/preview?settings=x"), other, analyst).status, 400);
}

TEST_F(WizardRoutesTest, PreviewTriesOtherSettings) {
  const std::string before = settings();
  const std::string body = "id,when,quantity,price,Ort\n1,2023-01-30 08:10,3,2.50,Ulm\n";
  json told = previewed(at("/preview?quantity=&place=Ort&returns=drop"), body);
  EXPECT_EQ(told["problem"], nullptr) << told["problem"];
  EXPECT_EQ(column(told, "quantity")["column"], nullptr);
  EXPECT_EQ(column(told, "place")["column"], "Ort");
  EXPECT_EQ(told["rows"][0]["revenue"], 2.5) << "a line is one unit";
  EXPECT_EQ(told["head"], json({{"1", "2023-01-30 08:10", "3", "2.50", "Ulm"}}));
  EXPECT_THAT(told["toml"].get<std::string>(), HasSubstr("place = \"Ort\""));
  EXPECT_THAT(told["toml"].get<std::string>(), HasSubstr("policy = \"drop\""));
  EXPECT_EQ(settings(), before);
  told = previewed(at("/preview?dimensions=%5B%22Ort%22,%22price%22%5D"), body);
  EXPECT_EQ(told["problem"], nullptr) << told["problem"];
  EXPECT_EQ(told["rows"][0]["ort"], "Ulm");
  EXPECT_EQ(told["rows"][0]["price"], "2.50");
  EXPECT_EQ(preview(at("/preview?dimensions=Ort"), body, analyst).status, 400);
  EXPECT_THAT(told["toml"].get<std::string>(), HasSubstr("ort = \"\\\"Ort\\\"\""));

  const std::string german = "Wann;Was;Wieviel\n02.03.2024;Kabel;2\n05.03.2024;Kabel;1\n";
  told = previewed(at("/preview?settings=guessed&product=Was&quantity=Wieviel"), german);
  EXPECT_EQ(told["counts"]["rows_accepted"], 2);
  EXPECT_EQ(column(told, "product")["reason"], "settings");
  EXPECT_EQ(column(told, "time")["reason"], "content");
  EXPECT_EQ(told["rows"][0]["quantity"], 2.0);
  told = previewed(at("/preview?settings=guessed&delimiter=,"), german);
  EXPECT_EQ(told["columns"].size(), 1U) << "as it is cut now, so that people see why";
  EXPECT_NE(told["problem"], nullptr);

  const std::string unclear = "when,what\n02/03/2024 10:00,x\n05/03/2024 11:00,x\n";
  told = previewed(at("/preview?settings=guessed"), unclear);
  EXPECT_NE(told["problem"], nullptr);
  told = previewed(at("/preview?settings=guessed&date_order=dmy"), unclear);
  EXPECT_EQ(told["rows"][0]["time"], "2024-03-02T10:00:00");
  told = previewed(at("/preview?time="), body);
  EXPECT_EQ(told["problem"]["code"], "bad_data") << "no column for the time";
  EXPECT_THAT(told["problem"]["message"].get<std::string>(), HasSubstr("columns are: id, when"));
  told = previewed(at("/preview?time=nowhere&name=mai.csv"), body);
  EXPECT_THAT(told["problem"]["message"].get<std::string>(), HasSubstr("'mai.csv'"));
  EXPECT_EQ(preview(at("/preview?name=a/b"), body, analyst).status, 400);
  EXPECT_EQ(told["problem"]["code"], "unknown_name");
  EXPECT_EQ(told["columns"].size(), 5U);
}

TEST_F(WizardRoutesTest, PreviewsFilesThatAreThere) {
  const json upload = scene.told(at("/uploads"), analyst)["uploads"][0];
  const std::string taken = upload["files"][0]["hash"];
  const json told = previewed(at("/preview?of=" + taken), "");
  EXPECT_EQ(told["problem"], nullptr);
  EXPECT_GT(told["counts"]["rows_accepted"], 0);
  scene.repository.store().put("inbox/orders/0123/new.csv", "when,x\n2023-01-30 08:10,1\n");
  const std::string waits = "inbox/orders/0123/new.csv";
  EXPECT_EQ(previewed(at("/preview?settings=guessed&of=" + waits), "")["counts"]["rows_read"], 1);
  EXPECT_EQ(preview(at("/preview?of=" + waits), "a,b\n", analyst).status, 400) << "which of them?";
  EXPECT_EQ(preview(at("/preview?of=" + waits), "", viewer).status, 403);
  for (const std::string& none :
       {std::string(64, '0'), std::string("inbox/orders/../x"), std::string("forecart.json"),
        std::string("access/users.json"), Repository::config_key("orders")}) {
    EXPECT_EQ(preview(at("/preview?of=" + none), "", analyst).status, 404) << none;
  }
  scene.repository.store().put(Repository::raw_key(std::string(64, 'a')), "when\n2023-01-30\n");
  EXPECT_EQ(preview(at("/preview?of=" + std::string(64, 'a')), "", analyst).status, 404)
      << "of another data set";
}

TEST_F(WizardRoutesTest, PreviewReadsAThousandRowsOfMany) {
  std::string body = "id,when,quantity,price\n";
  for (int i = 0; i < 1500; ++i) body += fmt::format("{},2023-01-{:02} 08:10,1,2\n", i, 1 + i % 28);
  const json told = previewed(at("/preview"), body);
  EXPECT_EQ(told["counts"]["rows_read"], 1000);
  EXPECT_EQ(told["whole"], false);
  EXPECT_EQ(told["rows"].size(), 20U);
}

TEST_F(WizardRoutesTest, PreviewOfWhatIsNoTableSaysSo) {
  EXPECT_EQ(preview(at("/preview"), "", analyst).status, 400);
  const Answer zip = preview(at("/preview"), std::string("PK\3\4\0\0", 6), analyst);
  EXPECT_EQ(zip.status, 422);
  EXPECT_THAT(zip.body, Not(HasSubstr(".part"))) << "no path of the server";
  const json told = previewed(at("/preview?settings=guessed"), "a,b\nx,y\n");
  EXPECT_EQ(told["problem"]["code"], "bad_data") << "no time column";
  EXPECT_EQ(told["toml"], nullptr);
  EXPECT_THAT(told["problem"]["message"].get<std::string>(), Not(HasSubstr(".part")));
}

TEST_F(WizardRoutesTest, TheCurrencyIsToldToViewersAndCleansNothing) {
  const auto currency = [&] { return scene.told("/api/v1/datasets/orders", viewer)["currency"]; };
  EXPECT_EQ(currency(), nullptr);
  const std::string euros = "currency = \"EUR\"\n" + settings();
  const Answer done = put(at("/settings"), euros, analyst, {{"if-match", tag()}});
  EXPECT_EQ(json::parse(done.body)["files_to_clean"], 0) << done.body;
  EXPECT_EQ(currency(), "EUR");
}

TEST_F(WizardRoutesTest, SettingsAreReplacedByCompareAndSwap) {
  const std::string before = tag();
  const std::string changed = settings() + "\n# a comment\n";
  EXPECT_EQ(put(at("/settings"), changed, viewer, {{"if-match", before}}).status, 403);
  EXPECT_EQ(put(at("/settings"), changed, analyst, {}).status, 428);
  EXPECT_EQ(put(at("/settings"), changed, analyst, {{"if-match", "\"other\""}}).status, 412);
  EXPECT_EQ(put(at("/settings"), changed, analyst, {{"if-none-match", "*"}}).status, 412);
  EXPECT_THAT(scene.rung, testing::IsEmpty());
  const std::string zipped = before.substr(0, before.size() - 1) + "-gzip\"";
  const Answer done = put(at("/settings"), changed, analyst, {{"if-match", zipped}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ('"' + done.etag + '"', tag());
  EXPECT_EQ(settings(), changed);
  EXPECT_EQ(json::parse(done.body)["files_to_clean"], 0) << "nothing of it is about cleaning";
  EXPECT_THAT(scene.rung, testing::ElementsAre("orders"));
  EXPECT_EQ(put(at("/settings"), changed, analyst, {{"if-match", before}}).status, 412);
  std::string zone = changed;
  zone.replace(zone.find("time_zone = \"none\""), 18, "time_zone = \"UTC\"");
  const Answer cleans = put(at("/settings"), zone, analyst, {{"if-match", tag()}});
  EXPECT_EQ(json::parse(cleans.body)["files_to_clean"], 1) << cleans.body;
  const auto entries = scene.access.audit().read({.from = {}, .to = Instant::max(), .most = 1});
  EXPECT_EQ(entries[0].what, "settings.change");
  EXPECT_EQ(entries[0].outcome, "done");
}

TEST_F(WizardRoutesTest, SettingsThatCannotBeUsedChangeNothing) {
  const std::string before = settings();
  for (const std::string& wrong :
       {std::string("version = \n"), before + "\n[unknown]\n", std::string("version = 999\n"),
        before + "\n[dimensions]\n", std::string("\xff\xfe")}) {
    const Answer answer = put(at("/settings"), wrong, analyst, {{"if-match", tag()}});
    EXPECT_EQ(answer.status, 422) << answer.body;
    const json checked = json::parse(scene.ask("POST", at("/settings/check"), analyst, wrong).body);
    EXPECT_EQ(checked["valid"], false);
    EXPECT_NE(checked["problem"]["message"], "");
  }
  const json line = json::parse(
      scene.ask("POST", at("/settings/check"), analyst, "version = 1\nbogus = 2\n").body);
  EXPECT_EQ(line["problem"]["line"], 2) << line;
  const json fine = json::parse(scene.ask("POST", at("/settings/check"), analyst, before).body);
  EXPECT_EQ(fine, json({{"valid", true}, {"problem", nullptr}}));
  EXPECT_EQ(settings(), before);
}

TEST_F(WizardRoutesTest, ADataSetBeginsWithItsSettings) {
  const std::string target = "/api/v1/datasets/neu/settings";
  const json told = json::parse(preview("/api/v1/datasets/neu/preview", kNewOrders, root).body);
  const std::string toml = told["toml"];
  EXPECT_EQ(put(target, toml, analyst, {{"if-none-match", "*"}}).status, 404) << "no grant";
  EXPECT_EQ(put(target, toml, root, {{"if-match", "\"x\""}}).status, 412);
  const Answer begun = put(target, toml, root, {{"if-none-match", "*"}});
  EXPECT_EQ(begun.status, 201) << begun.body;
  EXPECT_EQ(put(target, toml, root, {{"if-none-match", "*"}}).status, 412);
  EXPECT_EQ(scene.told("/api/v1/datasets/neu", root)["uploads"], 0);
}

/// Secrets of the server's environment would go to whom the settings name.
TEST_F(WizardRoutesTest, WhomAlertsTellIsForAdmins) {
  const std::string telling =
      settings() +
      "\n[alerts]\nmail_to = [\"a@example.com\"]\nmail_from = \"b@example.com\"\n"
      "smtp = \"smtps://example.com\"\nsmtp_password_env = \"FORECART_TOKEN\"\n";
  const Answer refused = put(at("/settings"), telling, analyst, {{"if-match", tag()}});
  EXPECT_EQ(refused.status, 403) << refused.body;
  const Answer done = put(at("/settings"), telling, root, {{"if-match", tag()}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(put(at("/settings"), telling + "# more\n", analyst, {{"if-match", tag()}}).status, 200)
      << "whom it tells stays as it is";
}

}  // namespace
}  // namespace forecart

#include "server/test_api.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// A shop whose run has a panel of the total and one of its two customers and their sum.
class PersonsTest : public testing::Test {
 protected:
  void SetUp() override {
    name_customers();
    declare_panel(scene.shop.shop(), R"(name = "daily"
by = []
measure = "lines"
frequency = "D"
horizon = 3

[[panel]]
name = "by customer"
by = ["customer"]
measure = "lines"
frequency = "D"
horizon = 3
hierarchy = "bottom-up"
)");
    const std::filesystem::path orders = scene.shop.beside("b.csv");
    std::ofstream out(orders);
    out << "id,when,quantity,price\n";
    for (int day = 1; day <= 28; ++day) {
      out << fmt::format("b{0},2023-01-{0:02} 09:10,1,3.50\n", day);
    }
    out.close();
    ingest_into(scene.shop.shop(), {orders});
    scene.shop.run();
    scene.shelf.forget("orders");
  }

  /// Who ordered is told by what they pay.
  void name_customers() const {
    const auto settings = scene.shop.shop() / Repository::config_key("orders");
    std::string text = file_bytes(settings);
    const std::string key = "customer = \"\"";
    text.replace(text.find(key), key.size(), "customer = \"price\"");
    std::ofstream(settings) << text;
  }

  static std::string at(const std::string& path) { return "/api/v1/datasets/orders" + path; }
  /// What is told, of a file too.
  std::string text_of(const std::string& target, const std::string& token) const {
    const Answer answer = scene.ask("GET", target, token);
    if (!answer.file) return answer.body;
    std::ifstream in(answer.file->path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ApiScene scene;
  std::string viewer = scene.token_of("viewer");
  std::string analyst = scene.token_of("analyst");
};

TEST_F(PersonsTest, PanelsOfThemAreForAnalysts) {
  for (const char* path :
       {"/series?panel=by%20customer", "/forecast?panel=by%20customer&unique_id=customer%3D2.50",
        "/forecast?panel=by%20customer&unique_id=customer%3DNobody",
        "/explanation?panel=by%20customer&unique_id=customer%3D2.50"}) {
    const Answer refused = scene.ask("GET", at(path), viewer);
    EXPECT_EQ(refused.status, 403) << path << refused.body;
    EXPECT_THAT(refused.body, Not(HasSubstr("2.50"))) << path;
    const int status = std::string(path).find("Nobody") == std::string::npos ? 200 : 404;
    EXPECT_EQ(scene.ask("GET", at(path), analyst).status, status) << path;
  }
  EXPECT_EQ(scene.told(at("/series"), viewer)["series"], json::array({"total"}));
  EXPECT_EQ(scene.told(at("/series?panel=by%20customer"), analyst)["series"].size(), 3U);
}

TEST_F(PersonsTest, RowsOfThemAreLeftOutOfTables) {
  for (const char* table : {"forecasts", "backtest", "ledger", "retraining"}) {
    const std::string path = at("/runs/current/tables/") + table;
    for (const char* query : {"", "?format=csv&limit=1000", "?panel=by%20customer"}) {
      EXPECT_EQ(scene.ask("GET", path + query, viewer).status, 200) << path << query;
      EXPECT_THAT(text_of(path + query, viewer), Not(HasSubstr("customer=2.50"))) << path << query;
      EXPECT_THAT(text_of(path + query, analyst), HasSubstr("customer=2.50")) << path << query;
    }
    EXPECT_THAT(text_of(path + "?limit=1000", viewer), HasSubstr("total")) << path;
    for (const char* whole : {"?format=csv", "?format=parquet"}) {
      EXPECT_EQ(scene.ask("GET", path + whole, viewer).status, 403) << path << whole;
      EXPECT_EQ(scene.ask("GET", path + whole, analyst).status, 200) << path << whole;
    }
  }
  EXPECT_EQ(scene.ask("GET", at("/runs/current/tables/leaderboard?format=csv"), viewer).status, 200)
      << "it tells of panels, of no series";
}

TEST_F(PersonsTest, ManifestsTellOfNone) {
  for (const char* path : {"", "/runs", "/runs/current", "/uploads", "/alerts"}) {
    EXPECT_THAT(text_of(at(path), viewer), Not(HasSubstr("customer=2.50"))) << path;
  }
}

TEST_F(PersonsTest, ItemsOfThemAreLeftOutOfDiffs) {
  scene.shop.run();
  const auto first = json::parse(text_of(at("/runs/current"), analyst))["proven_by"];
  scene.shelf.forget("orders");
  const std::string diff = at("/runs/") + first.get<std::string>() + "/diff/current";
  SmallShop::write_orders(scene.shop.beside("c.csv"), 29, 31);
  ingest_into(scene.shop.shop(), {scene.shop.beside("c.csv")});
  scene.shop.run();
  EXPECT_THAT(text_of(diff, analyst), HasSubstr("customer=2.50"));
  EXPECT_THAT(text_of(diff, viewer), Not(HasSubstr("customer=")));
  EXPECT_THAT(text_of(diff, viewer), HasSubstr("\"panel\":\"daily\""));
}

TEST_F(PersonsTest, QualityOfTheirPanelsIsForAnalysts) {
  EXPECT_THAT(text_of(at("/quality"), analyst), HasSubstr("by customer"));
  EXPECT_THAT(text_of(at("/quality"), viewer), Not(HasSubstr("by customer")));
  EXPECT_EQ(scene.ask("GET", at("/quality?panel=by%20customer"), viewer).status, 403);
}

/// Files go on to others, whoever asked for them.
TEST_F(PersonsTest, ReportsNameNobody) {
  for (const std::string& token : {viewer, analyst}) {
    const std::string report = text_of(at("/report"), token);
    EXPECT_THAT(report, HasSubstr("datasets/orders/history"));
    EXPECT_THAT(report, Not(HasSubstr("customer=")));
    EXPECT_THAT(report, Not(HasSubstr("\"customer\"")));
  }
}

}  // namespace
}  // namespace forecart

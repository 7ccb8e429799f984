#include "server/report_packing.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

using Json = ReportPacking::Json;

Json packed(ReportPacking& packing, const std::string& path, const Json& answer) {
  return packing.answers({{{path}, answer}})[0]["answer"];
}

TEST(ReportPacking, EqualListsStandOnce) {
  ReportPacking packing;
  const Json days{"a", "b", "c", "d", "e"};
  EXPECT_EQ(packed(packing, "x", {{"ds", days}}), Json::parse(R"({"ds":{"$list":0}})"));
  EXPECT_EQ(packed(packing, "x", {{"ds", {"b", "c", "d", "e"}}}),
            Json::parse(R"({"ds":{"$list":0,"from":1}})"));
  EXPECT_EQ(packed(packing, "x", {{"ds", {"a", "b", "c", "d"}}}),
            Json::parse(R"({"ds":{"$list":0,"to":4}})"));
  EXPECT_EQ(packed(packing, "x", {{"ds", {"e", "d", "c", "b"}}}),
            Json::parse(R"({"ds":{"$list":1}})"));
  EXPECT_EQ(packing.lists(), (Json{days, {"e", "d", "c", "b"}}));
}

TEST(ReportPacking, RowsOfTheSameColumnsBecomeColumns) {
  ReportPacking packing;
  const Json rows = Json::parse(R"([{"b":1,"a":null},{"b":2,"a":"x"}])");
  EXPECT_EQ(packed(packing, "x", rows).dump(), R"({"$rows":{"b":[1,2],"a":[null,"x"]}})");
  const Json mixed = Json::parse(R"([{"a":1},{"b":2}])");
  EXPECT_EQ(packed(packing, "x", mixed), mixed);
}

TEST(ReportPacking, NumbersKeepWhatPeopleRead) {
  ReportPacking packing;
  const Json value{{"mean", {1234567.891, 11.0, -0.1234567891, 34492035.97}}};
  EXPECT_EQ(packed(packing, "datasets/d/outlook", value).dump(),
            R"({"mean":[1234568,11,-0.1234568,34492040]})");
  EXPECT_EQ(packed(packing, "datasets/d/sales/query", value).dump(),
            R"({"mean":[1234567.891,11,-0.1234567891,34492035.97]})");
}

TEST(ReportPacking, QuestionsAreToldAsPagesAsk) {
  ReportPacking packing;
  const Json told = packing.answers({{{"datasets/d/runs", {{"limit", "5"}}}, 1},
                                     {{"datasets/d/sales/query", {}, {{"limit", 3}}}, 2}});
  EXPECT_EQ(
      told.dump(),
      R"([{"question":{"method":"GET","path":"datasets/d/runs","query":{"limit":"5"}},"answer":1},)"
      R"({"question":{"method":"POST","path":"datasets/d/sales/query","query":{},"body":{"limit":3}},"answer":2}])");
}

}  // namespace
}  // namespace forecart

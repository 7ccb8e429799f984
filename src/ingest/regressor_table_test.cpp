#include "ingest/regressor_table.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"
#include "table/table.h"
#include "table/table_file.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

/// Series a and b of three days from 2024-01-01 on.
Panel days() {
  const Calendar calendar(Frequency::parse("D"), TimeZone());
  const Bucket first = calendar.bucket(*parse_instant("2024-01-01", TimeZone()));
  Panel panel(calendar);
  for (const char* id : {"a", "b"}) panel.add(id, first, std::vector<double>{1, 2, 3});
  return panel;
}

Covariates read(std::string_view csv, const Panel& panel = days()) {
  const ScratchFolder folder;
  return read_regressors(folder.write("regressors.csv", csv), panel);
}

void expect_refused(ErrorCode code, const std::string& word, std::string_view csv) {
  expect_error(code, word, [&] { read(csv); });
}

TEST(RegressorTable, ReadsColumnsForAllSeries) {
  const Covariates c =
      read("ds,price,promo\n2024-01-02,2.5,1\n2024-01-01,,0\n2024-01-03,-1e3,NA\n");
  EXPECT_EQ(c.names, (std::vector<std::string>{"price", "promo"}));
  EXPECT_TRUE(c.own_names.empty());
  EXPECT_EQ(c.first, days()[0].first);
  ASSERT_EQ(c.values.rows(), 3);
  EXPECT_TRUE(std::isnan(c.values(0, 0)));
  EXPECT_EQ(c.values(1, 0), 2.5);
  EXPECT_EQ(c.values(2, 0), -1000);
  EXPECT_TRUE(std::isnan(c.values(2, 1)));
}

TEST(RegressorTable, ReadsColumnsOfEachSeries) {
  const Covariates c = read(
      "unique_id,ds,price\nb,2024-01-02,7\na,2024-01-01,1\nb,2024-01-03,8\na,2024-01-02 09:30,2\n");
  EXPECT_TRUE(c.names.empty());
  EXPECT_EQ(c.own_names, (std::vector<std::string>{"price"}));
  EXPECT_EQ(c.own.at("b").first, days()[1].first + 1);
  EXPECT_EQ(c.own.at("b").values(1, 0), 8);
  EXPECT_EQ(c.own.at("a").values(1, 0), 2) << "any time of a day means the day";
}

TEST(RegressorTable, ARowHoldsUntilTheNextOne) {
  const ScratchFolder folder;
  const Panel panel = days();
  const Bucket first = panel[0].first;
  const auto file = folder.write(
      "prices.csv", "unique_id,ds,price\na,2023-12-01,5\na,2024-01-02,6\nc,2024-01-01,1\n");
  RegressorRules rules;
  rules.columns = {"price"};
  rules.gaps = RowGaps::held;
  rules.from = first;
  rules.to = first + 5;
  expect_error(ErrorCode::unknown_name, "no series 'c'",
               [&] { read_regressors(file, panel, rules); });
  rules.skip_strangers = true;
  const Covariates c = read_regressors(file, panel, rules);
  EXPECT_EQ(c.own.at("a").first, first);
  EXPECT_EQ(c.own.at("a").values(0, 0), 5);
  EXPECT_EQ(c.own.at("a").values(1, 0), 6);
  EXPECT_EQ(c.own.at("a").values(4, 0), 6);
  EXPECT_FALSE(c.own.contains("b")) << "no price is known, and that is allowed";
  rules.gaps = RowGaps::unknown;
  const Covariates apart = read_regressors(file, panel, rules);
  EXPECT_TRUE(std::isnan(apart.own.at("a").values(0, 0)));
  EXPECT_EQ(apart.own.at("a").values(1, 0), 6);
  EXPECT_TRUE(std::isnan(apart.own.at("a").values(2, 0)));
  rules.columns = {"cost"};
  expect_error(ErrorCode::unknown_name, "has no column 'cost'",
               [&] { read_regressors(file, panel, rules); });
  rules.columns = {"price", "ds"};
  expect_error(ErrorCode::unknown_name, "has no column 'ds'",
               [&] { read_regressors(file, panel, rules); });
}

TEST(RegressorTable, RefusesAColumnWithoutAPart) {
  const ScratchFolder folder;
  const auto file = folder.write("x.csv", "ds,price,cost\n2024-01-01,5,4\n");
  RegressorRules rules;
  rules.columns = {"price"};
  expect_error(ErrorCode::unknown_name, "column 'cost', which is not declared",
               [&] { read_regressors(file, days(), rules); });
}

TEST(Attributes, AreNumbersOrWords) {
  const ScratchFolder folder;
  const auto file =
      folder.write("items.csv", "colour,unique_id,weight\nred,b,2.5\n,a,\nblue,stranger,7\n");
  const Statics statics = read_attributes(file, days(), {"weight", "colour"});
  ASSERT_EQ(statics.columns.size(), 2U);
  EXPECT_TRUE(statics.columns[0].categories.empty());
  EXPECT_EQ(statics.columns[1].categories, std::vector<std::string>{"red"});
  EXPECT_EQ(statics.of("b")[0], 2.5);
  EXPECT_EQ(statics.of("b")[1], 0);
  EXPECT_TRUE(std::isnan(statics.of("a")[0]));
  EXPECT_EQ(statics.cells.count("stranger"), 0U);
  const auto twice = folder.write("twice.csv", "unique_id,weight\na,1\na,2\n");
  expect_error(ErrorCode::bad_data, "lines 2 and 3",
               [&] { read_attributes(twice, days(), {"weight"}); });
  expect_error(ErrorCode::unknown_name, "'size'",
               [&] { read_attributes(twice, days(), {"size"}); });
}

TEST(RegressorTable, RefusesTwoColumnsOfOneName) {
  expect_refused(ErrorCode::bad_data, "more than one column 'price' (column 3 is the second)",
                 "ds,price,price\n2024-01-01,1,2\n");
  expect_refused(ErrorCode::bad_data, "more than one column 'PRICE'",
                 "ds,price,PRICE\n2024-01-01,1,2\n");
}

TEST(RegressorTable, ReadsParquetAndGzip) {
  const ScratchFolder folder;
  Table table;
  table.add("ds", std::vector<std::string>{"2024-01-01", "2024-01-02"});
  table.add("price", std::vector<double>{3, 4});
  write_table(table, folder / "r.parquet");
  const Covariates c = read_regressors(folder / "r.parquet", days());
  EXPECT_EQ(c.values(1, 0), 4);
}

TEST(RegressorTable, ReadsCounters) {
  Panel panel(Calendar(Frequency::parse("1"), TimeZone()));
  panel.add("total", 5, std::vector<double>{1, 2});
  EXPECT_EQ(read("ds,price\n6,1\n5,0\n7,2\n", panel).first, 5);
}

TEST(RegressorTable, NamesTheLineOfWhatItCannotUse) {
  const auto bad = ErrorCode::bad_data;
  expect_refused(bad, "no column ds", "day,price\n2024-01-01,1\n");
  expect_refused(bad, "no column of numbers", "unique_id,ds\na,2024-01-01\n");
  expect_refused(bad, "what is forecast", "ds,y\n2024-01-01,1\n");
  expect_refused(bad, "no rows", "ds,price\n");
  expect_refused(bad, "line 3", "ds,price\n2024-01-01,1\n2024-01-02,cheap\n");
  expect_refused(bad, "price 'cheap'", "ds,price\n2024-01-01,1\n2024-01-02,cheap\n");
  expect_refused(bad, "line 2", "ds,price\nsoon,1\n2024-01-02,1\n2024-01-03,1\n");
  expect_refused(bad, "lines 2 and 3", "ds,price\n2024-01-01,1\n2024-01-01,2\n");
  expect_refused(bad, "2024-01-02 between lines 2 and 3", "ds,price\n2024-01-01,1\n2024-01-03,2\n");
  expect_refused(bad, "3 cells where the header has 2", "ds,price\n2024-01-01,1,5\n");
  expect_refused(bad, "no rows for series 'b'", "unique_id,ds,price\na,2024-01-01,1\n");
  expect_refused(ErrorCode::unknown_name, "line 2", "unique_id,ds,price\nc,2024-01-01,1\n");
  expect_refused(ErrorCode::unknown_name, "'c'", "unique_id,ds,price\nc,2024-01-01,1\n");
}

TEST(RegressorTable, RefusesTimesOffTheGrid) {
  Panel panel(Calendar(Frequency::parse("h"), TimeZone()));
  panel.add("total", 0, std::vector<double>{1, 2});
  expect_error(ErrorCode::bad_data, "grid", [&] { read("ds,price\n1970-01-01 00:30,1\n", panel); });
}

}  // namespace
}  // namespace forecart

#include "aws/quicksight_tables.h"

#include "aws/cloud_template.h"
#include "base/error.h"
#include "pipeline/overrides.h"
#include "pipeline/small_shop.h"
#include "table/database.h"
#include "table/table_file.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <map>

namespace forecart {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class QuickSightTables : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& table, const std::string& format) const {
    return shop_.shop() / quicksight_key("orders", table, format);
  }

  SmallShop shop_;
};

/// Types of DuckDB by those of Athena.
const std::map<std::string, std::string> kTypes{{"string", "VARCHAR"},
                                                {"double", "DOUBLE"},
                                                {"bigint", "BIGINT"},
                                                {"date", "DATE"},
                                                {"timestamp", "TIMESTAMP"}};

TEST_F(QuickSightTables, HaveTheColumnsAndTypesThatAthenaIsTold) {
  const std::string run = shop_.run().run;
  const QuickSightFiles files = publish_quicksight_tables(shop_.shop(), "orders");
  EXPECT_EQ(files.run, run);
  EXPECT_THAT(files.tables, ElementsAre("forecasts", "sales_by_month", "sales_by_hour"));
  for (const std::string& table : files.tables) {
    const Table told = shared_database().query(
        "SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet(" +
        sql_literal(file(table, "parquet").string()) + "))");
    const auto& wanted = cloud_template("athena-tables").at("Tables").at(table).at("Columns");
    ASSERT_EQ(told.row_count(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_EQ(told.texts("column_name")[i], wanted[i].at("Name"));
      EXPECT_EQ(told.texts("column_type")[i], kTypes.at(wanted[i].at("Type")));
    }
    EXPECT_EQ(read_table(file(table, "csv")).row_count(),
              read_table(file(table, "parquet")).row_count());
  }
}

TEST_F(QuickSightTables, TellSalesAndThenTheForecastWithWhatPeoplePutInItsPlace) {
  shop_.run();
  Repository repository = Repository::open(shop_.shop());
  add_override(repository, "orders",
               {.panel = "daily",
                .unique_id = "total",
                .from = "2023-01-30",
                .to = "2023-01-30",
                .value = 77,
                .comment = "a fair",
                .author = "ann",
                .at = ""});
  publish_quicksight_tables(shop_.shop(), "orders");
  const Table rows = read_table(file("forecasts", "csv"));
  ASSERT_EQ(rows.row_count(), 24U + 3U);  // eight horizons of three days, and one ahead
  const auto days = rows.texts("ds");
  EXPECT_EQ(days.front(), "2023-01-05 00:00:00");
  EXPECT_EQ(days.back(), "2023-01-31 00:00:00");
  EXPECT_EQ(rows.numbers("actual")[23], 1.0);  // the 28th
  EXPECT_EQ(rows.numbers("forecast")[25], 77.0);
  EXPECT_EQ(rows.texts("forecast")[23], "");
  const Table hours = read_table(file("sales_by_hour", "csv"));
  EXPECT_EQ(hours.numbers("hour").front(), 8.0);
  EXPECT_EQ(hours.numbers("lines").front(), 28.0);  // every day begins at eight
}

TEST_F(QuickSightTables, NeedARun) {
  EXPECT_THROW(publish_quicksight_tables(shop_.shop(), "orders"), Error);
}

TEST(AthenaStatements, DefineTablesOverTheFolders) {
  const auto statements =
      athena_statements("s3://bucket/it's/here", "Big-shop", {"sales_by_month", "forecasts"});
  ASSERT_EQ(statements.size(), 5U);
  EXPECT_EQ(statements[0], "CREATE DATABASE IF NOT EXISTS `forecart_big_shop_22a892aa`");
  EXPECT_EQ(statements[1], "DROP TABLE IF EXISTS `forecart_big_shop_22a892aa`.`sales_by_month`");
  EXPECT_THAT(
      statements[2],
      AllOf(HasSubstr("CREATE EXTERNAL TABLE `forecart_big_shop_22a892aa`.`sales_by_month` (\n"
                      "  `month` date COMMENT 'first day of it',\n"),
            HasSubstr("STORED AS PARQUET"),
            EndsWith("LOCATION 's3://bucket/it\\'s/here/quicksight/Big-shop/parquet/"
                     "sales_by_month/'")));
  EXPECT_THAT(statements[4], AllOf(HasSubstr("`ds` timestamp"), Not(HasSubstr(";"))));
}

TEST(QuickSightTableNames, LeaveOutCitiesOfShopsThatTellNone) {
  DatasetConfig config;
  config.columns.product = "Item";
  EXPECT_THAT(quicksight_tables(config),
              ElementsAre("forecasts", "sales_by_month", "sales_by_hour", "sales_by_product"));
  config.dimensions = {{"city", "\"Ort\""}};
  EXPECT_THAT(quicksight_tables(config), testing::Contains("sales_by_city"));
}

}  // namespace
}  // namespace forecart

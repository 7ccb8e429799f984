#include "pipeline/table_comparison.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart {
namespace {

Table made(std::vector<double> values, std::vector<double> seconds = {1, 2}) {
  Table table;
  table.add("unique_id", std::vector<std::string>{"lamp", "cable"});
  table.add("ds", std::vector<std::string>{"2024-01-01", "2024-01-02"});
  table.add("ARIMA", std::move(values));
  table.add("fit_seconds", std::move(seconds));
  return table;
}

TEST(TableComparison, TimesDoNotCount) {
  const auto result = compare_tables("forecasts", made({1, 2}), made({1, 2}, {3, 4}));
  EXPECT_EQ(result.likeness, Likeness::same);
  EXPECT_EQ(describe(result), "forecasts: the same");
}

TEST(TableComparison, RoundingIsClose) {
  const auto result = compare_tables("forecasts", made({1, 2}), made({1, 2 + 1e-6}));
  EXPECT_EQ(result.likeness, Likeness::close);
  EXPECT_NEAR(result.largest, 5e-7, 1e-9);
  EXPECT_FALSE(result.first);
}

TEST(TableComparison, TheFirstDifferenceIsNamed) {
  const auto result = compare_tables("forecasts", made({1, 2}), made({1.5, 2.00001}));
  EXPECT_EQ(result.likeness, Likeness::different);
  EXPECT_EQ(result.cells, 2U);
  EXPECT_EQ(describe(result),
            "forecasts: different, numbers up to 3.3e-01 apart; first ARIMA of unique_id lamp ds "
            "2024-01-01: 1.5, was 1 (and 1 more cells)");
  EXPECT_EQ(to_json(result)["first"]["row"]["unique_id"], "lamp");
}

TEST(TableComparison, AMissingNumberIsDifferent) {
  const auto result = compare_tables("t", made({1, 2}), made({1, std::nan("")}));
  EXPECT_EQ(result.likeness, Likeness::different);
  EXPECT_EQ(result.first->after, "");
}

TEST(TableComparison, OtherRowsOrColumnsAreSaid) {
  Table longer = made({1, 2});
  longer.add("ARIMA-lo-80", std::vector<double>{0, 0});
  EXPECT_EQ(compare_tables("t", made({1, 2}), longer).shape, "a new column 'ARIMA-lo-80'");
  EXPECT_EQ(compare_tables("t", longer, made({1, 2})).shape, "no column 'ARIMA-lo-80' any more");
  EXPECT_EQ(compare_tables("t", longer, Table()).shape, "0 rows, were 2");
}

}  // namespace
}  // namespace forecart

#include "pipeline/disturbances.h"

#include "base/random.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

/// Counts around 50 a day; "a" has a day of 300, "b" twice as many from day 150 of 300 on.
Panel demand() {
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  for (const char* id : {"a", "b", "c"}) {
    Generator generator(id[0]);
    std::vector<double> values;
    for (int t = 0; t < 300; ++t) {
      const double mean = id[0] == 'b' && t >= 150 ? 100 : 50;
      values.push_back(id[0] == 'a' && t == 200 ? 300
                                                : static_cast<double>(generator.poisson(mean)));
    }
    panel.add(id, 0, values);
  }
  return panel;
}

TEST(Disturbances, AreToldInATable) {
  const auto found = find_disturbances(demand(), 1);
  EXPECT_EQ(describe(found), "1 outlier and 1 level shift in 2 of 3 series");
  const Table table = disturbance_table(demand(), found, true);
  EXPECT_EQ(table.row_count(), 2U);
  const auto text = [&](const char* column, std::size_t row) {
    return std::get<std::vector<std::string>>(table.column(column).values)[row];
  };
  const auto number = [&](const char* column, std::size_t row) {
    return std::get<std::vector<double>>(table.column(column).values)[row];
  };
  EXPECT_EQ(text("unique_id", 0), "a");
  EXPECT_EQ(text("ds", 0), "1970-07-20");
  EXPECT_EQ(text("kind", 0), "outlier");
  EXPECT_EQ(text("treatment", 0), "missing");
  EXPECT_EQ(number("value", 0), 300);
  EXPECT_NEAR(number("expected", 0), 50, 10);
  EXPECT_EQ(text("unique_id", 1), "b");
  EXPECT_EQ(text("kind", 1), "level_shift");
  EXPECT_EQ(text("treatment", 1), "none");
  EXPECT_NEAR(number("value", 1), 100, 10);
  EXPECT_NEAR(number("expected", 1), 50, 10);
  const Table shown = disturbance_table(demand(), found, false);
  EXPECT_EQ(std::get<std::vector<std::string>>(shown.column("treatment").values)[0], "none");
}

TEST(Disturbances, NothingFoundIsAnEmptyTable) {
  const Panel calm = demand().only({2});
  const auto found = find_disturbances(calm, 2);
  EXPECT_EQ(describe(found), "");
  EXPECT_EQ(disturbance_table(calm, found, true).row_count(), 0U);
  EXPECT_EQ(disturbance_table(calm, found, true).columns().size(), 6U);
}

/// Seasons of any frequency lead to some search, and short series to none.
TEST(Disturbances, AnyFrequencyWillDo) {
  for (const char* name : {"15min", "h", "D", "W-MON", "MS", "QS", "YS"}) {
    Panel panel{Calendar(Frequency::parse(name), TimeZone())};
    panel.add("a", 0, std::vector<double>(2000, 5));
    panel.add("b", 0, std::vector<double>{1, 2, 3});
    panel.add("c", 0, {});
    EXPECT_EQ(describe(find_disturbances(panel, 1)), "") << name;
  }
}

}  // namespace
}  // namespace forecart

#include "series/panel.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <limits>

namespace forecart {
namespace {

Panel two_series() {
  Panel panel{Calendar()};
  panel.add("a", 10, std::vector<double>{1, 2, 3, 4});
  panel.add("b", 12, std::vector<double>{5, 6});
  return panel;
}

TEST(Panel, GivesViewsOfItsSeries) {
  const Panel panel = two_series();
  EXPECT_EQ(panel.size(), 2);
  EXPECT_EQ(panel[1].id, "b");
  EXPECT_EQ(panel[1].first, 12);
  EXPECT_EQ(panel[1].values[1], 6);
  EXPECT_EQ(panel.end(), 14);
  EXPECT_EQ(panel.find("b"), 1);
  EXPECT_EQ(panel.find("c"), -1);
}

TEST(SeriesView, IsTrimmedOfMissingEnds) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> values{missing, missing, 3, missing, 5, missing};
  const SeriesView inside = trimmed({"a", 10, values});
  EXPECT_EQ(inside.first, 12);
  EXPECT_EQ(inside.end(), 15);
  EXPECT_EQ(inside.values.front(), 3);
  EXPECT_TRUE(trimmed({"a", 10, std::span(values).first(2)}).values.empty());
}

TEST(Panel, RefusesAnIdTwice) {
  Panel panel = two_series();
  EXPECT_THROW(panel.add("a", 0, {}), Error);
}

TEST(Panel, CutsTimeAndKeepsEverySeries) {
  const Panel panel = two_series();
  const Panel head = panel.between(0, 12);
  EXPECT_EQ(head[0].values.size(), 2U);
  EXPECT_TRUE(head[1].values.empty());
  const Panel middle = panel.between(11, 13);
  EXPECT_EQ(middle[0].first, 11);
  EXPECT_EQ(middle[0].values[0], 2);
  EXPECT_EQ(middle[1].values.size(), 1U);
  const Panel after = panel.between(20, 30);
  EXPECT_EQ(after.size(), 2);
  EXPECT_EQ(after.end(), 0);
}

TEST(Panel, CutsEverySeriesFromItsOwnEnd) {
  Panel panel = two_series();
  panel.add("c", 0, std::vector<double>{7, 8, 9});
  const Panel training = panel.before_end(Panel::kAll, 2);
  EXPECT_EQ(training[0].end(), 12);
  EXPECT_TRUE(training[1].values.empty());
  EXPECT_EQ(training[2].end(), 1);
  const Panel next = panel.before_end(2, 1);
  EXPECT_EQ(next[0].first, 12);
  EXPECT_EQ(next[0].values.size(), 1U);
  EXPECT_EQ(next[2].values[0], 8);
}

}  // namespace
}  // namespace forecart

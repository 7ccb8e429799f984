#include "table/column_guess.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

TEST(ColumnGuess, FindsTheNarrowestTypeThatLosesNothing) {
  EXPECT_EQ(guess_values({"1", "-2"}), ColumnValues(std::vector<std::int64_t>{1, -2}));
  EXPECT_EQ(guess_values({"1", "2.5"}), ColumnValues(std::vector<double>{1, 2.5}));
  EXPECT_EQ(guess_values({"true", "false"}), ColumnValues(std::vector<bool>{true, false}));
  EXPECT_EQ(guess_values({"007", "1"}), ColumnValues(std::vector<std::string>{"007", "1"}));
  EXPECT_EQ(guess_values({"1", "x"}), ColumnValues(std::vector<std::string>{"1", "x"}));
}

TEST(ColumnGuess, EmptyCellsAreMissingNumbers) {
  const ColumnValues values = guess_values({"1", "", "NA"});
  const auto& numbers = std::get<std::vector<double>>(values);
  EXPECT_EQ(numbers[0], 1);
  EXPECT_TRUE(std::isnan(numbers[1]) && std::isnan(numbers[2]));
}

}  // namespace
}  // namespace forecart

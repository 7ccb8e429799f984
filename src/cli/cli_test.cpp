#include "base/error.h"
#include "cli/chart.h"
#include "cli/number_checks.h"
#include "cli/terminal_progress.h"
#include "cli/text_table.h"

#include <gtest/gtest.h>

#include <limits>

namespace forecart {
namespace {

TEST(NumberChecks, LetNothingWrapOrOverflow) {
  const CLI::Validator seeds = whole_number(0, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(seeds("18446744073709551615"), "");
  for (const char* text :
       {"-1", "18446744073709551616", "1.5", "1e3", "", "x", "+1", " 1", "010", "0x10"}) {
    EXPECT_NE(seeds(text), "") << text;
  }
  EXPECT_EQ(whole_number(0, kMostThreads)("100000"), "'100000' is no whole number from 0 to 1024");
}

TEST(NumberChecks, ReadDecimalDigitsAlone) {
  for (const char* text : {"0", "-3", "12"}) EXPECT_EQ(decimal_number()(text), "") << text;
  for (const char* text : {"010", "-010", "0x10", "1.5", "", "-", "9223372036854775808"}) {
    EXPECT_NE(decimal_number()(text), "") << text;
  }
}

TEST(NumberChecks, KnowNoNanAndNoInfinity) {
  const CLI::Validator seconds = real_number(0, 1e9);
  EXPECT_EQ(seconds("0.5"), "");
  EXPECT_EQ(seconds("1e3"), "");
  for (const char* text : {"nan", "inf", "-inf", "-0.1", "1e400", "5s", ""}) {
    EXPECT_NE(seconds(text), "") << text;
  }
}

TEST(TextTable, AlignsTextLeftAndNumbersRight) {
  Table table;
  table.add("model", std::vector<std::string>{"Naive", "Zürich"});
  table.add("mae", std::vector<double>{1.234567, std::numeric_limits<double>::quiet_NaN()});
  EXPECT_EQ(text_table(table),
            "model      mae\n"
            "Naive   1.2346\n"
            "Zürich       -\n");
}

TEST(TextTable, ShowsIdsAsPeopleWriteThem) {
  Table table;
  table.add("unique_id", std::vector<std::string>{"city=Port%20Ansel"});
  table.add("city", std::vector<std::string>{"a%20b"});
  EXPECT_EQ(text_table(readable(table)),
            "unique_id        city\n"
            "city=Port Ansel  a%20b\n");
}

TEST(TextTable, ShortensByColumnsNotByBytes) {
  EXPECT_EQ(shortened("Zürich", 6), "Zürich");
  EXPECT_EQ(shortened("Zürich am See", 9), "Zürich...");
}

TEST(TextTable, GroupsThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(186850), "186,850");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
}

TEST(ProgressLine, ShowsShareNoteAndTimeLeft) {
  EXPECT_EQ(progress_line("LSTM", 0.5, "step 3 of 6, loss 0.1234", 12.4),
            "[############............]  50 %  LSTM  step 3 of 6, loss 0.1234  about 12 s left");
  EXPECT_EQ(progress_line("x", 0, "", std::nullopt), "[........................]   0 %  x");
  EXPECT_EQ(progress_line("x", 1, "", 400),
            "[########################] 100 %  x  about 7 min left");
  EXPECT_THROW(parse_progress_mode("sometimes"), Error);
}

TEST(SecondsLeft, AreThoseOfWhatWasSeen) {
  EXPECT_EQ(seconds_left(0, 0.05, 10), std::nullopt);
  EXPECT_EQ(seconds_left(0, 0.25, 10), 30);
  EXPECT_EQ(seconds_left(0.5, 0.52, 10), std::nullopt);
  EXPECT_EQ(seconds_left(0.5, 0.75, 10), 10);  // resumed half way
  EXPECT_EQ(seconds_left(0.5, 0.5, 10), std::nullopt);
}

TEST(Chart, DrawsHistoryForecastAndInterval) {
  const std::vector<double> history{0, 1, 2, 3, 4, 5, 6, 7};
  const std::string chart =
      draw_chart({history, {8, 8}, {6, 5}, {10, 10}, "first", "last"}, {20, 6});
  EXPECT_NE(chart.find("░"), std::string::npos);
  EXPECT_NE(chart.find("      10 ┤"), std::string::npos);
  EXPECT_NE(chart.find("       0 ┤"), std::string::npos);
  EXPECT_NE(chart.find("first"), std::string::npos);
  EXPECT_EQ(std::count(chart.begin(), chart.end(), '\n'), 7);
}

TEST(Chart, OfNothingIsEmpty) {
  EXPECT_EQ(draw_chart({}), "");
  const std::vector<double> missing(5, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(draw_chart({missing, {}, {}, {}, "", ""}), "");
  const std::vector<double> constant(5, 3.0);
  EXPECT_NE(draw_chart({constant, {}, {}, {}, "", ""}), "");
}

}  // namespace
}  // namespace forecart

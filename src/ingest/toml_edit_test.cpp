#include "ingest/toml_edit.h"

#include "ingest/dataset_config.h"
#include "table/expect_error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

TEST(TomlEdit, ChangesAValueAndNothingElse) {
  const std::string text =
      "# of the shop \"Käse\"\nversion = 1\n\n[columns]   # as they are called\n"
      "place = \"Käse\"  # Straße\ntime = 'When'# here\n";
  EXPECT_EQ(edited_toml(text, {}), text);
  EXPECT_EQ(edited_toml(text, {{"columns", "time", "\"Datum\""}, {"columns", "place", "\"\""}}),
            "# of the shop \"Käse\"\nversion = 1\n\n[columns]   # as they are called\n"
            "place = \"\"  # Straße\ntime = \"Datum\"# here\n");
  EXPECT_EQ(edited_toml("a = \"\"\"x\ny\"\"\"\nb = true", {{"", "a", "1"}, {"", "b", "false"}}),
            "a = 1\nb = false");
}

TEST(TomlEdit, AddsWhatIsNotThere) {
  EXPECT_EQ(edited_toml("", {{"columns", "time", "\"t\""}, {"", "time_zone", "\"UTC\""}}),
            "time_zone = \"UTC\"\n\n[columns]\ntime = \"t\"\n");
  EXPECT_EQ(edited_toml("[columns]", {{"columns", "time", "\"t\""}}), "[columns]\ntime = \"t\"\n");
  EXPECT_EQ(edited_toml("[columns] # those\r\nplace = 'p'\r\n[csv]\n", {{"columns", "a", "1"}}),
            "[columns] # those\r\na = 1\nplace = 'p'\r\n[csv]\n");
}

TEST(TomlEdit, ChangesValuesInLinesOfTheirTable) {
  EXPECT_EQ(edited_toml("csv = {header = true, quote = ''}\n", {{"csv", "header", "false"}}),
            "csv = {header = false, quote = ''}\n");
  EXPECT_EQ(edited_toml("csv.header = true\n", {{"csv", "header", "false"}}),
            "csv.header = false\n");
}

TEST(TomlEdit, RefusesWhatItCannotChange) {
  const TomlEdit edit{"csv", "quote", "\"\""};
  expect_error(ErrorCode::invalid_value, "a line of its own",
               [&] { edited_toml("csv = {header = true}\n", {edit}); });
  expect_error(ErrorCode::invalid_value, "a line of its own",
               [&] { edited_toml("csv = 1\n", {edit}); });
  expect_error(ErrorCode::bad_data, "line 2", [&] { edited_toml("a = 1\nb = \n", {edit}); });
}

TEST(TomlEdit, ChangesWhatForecartWrites) {
  DatasetConfig config;
  config.columns.time = "Größe ✓";
  config.columns.product = "Änderung";
  config.columns.place = "A";
  const std::string text = to_toml(config);
  const std::string other = edited_toml(text, {{"columns", "place", "\"Ort\""},
                                               {"", "date_order", "\"dmy\""},
                                               {"csv", "decimal", "\",\""}});
  config.columns.place = "Ort";
  config.date_order = DateOrder::dmy;
  config.decimal = DecimalMark::comma;
  EXPECT_EQ(parse_dataset_config(other, "t"), config);
}

}  // namespace
}  // namespace forecart

#include "table/table_file.h"

#include "table/database.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"
#include "table/table_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Table sample() {
  return Table({{"unique_id", std::vector<std::string>{"city=A", "it's, \"x\"", ""}},
                {"y", std::vector<double>{0.1, kMissing, -2.5e-9}},
                {"n", std::vector<std::int64_t>{1, 2, 3}},
                {"ok", std::vector<bool>{true, false, true}}});
}

void expect_same(const Table& a, const Table& b) {
  EXPECT_EQ(a.names(), b.names());
  EXPECT_EQ(to_csv(a), to_csv(b));
  for (std::size_t i = 0; i < a.columns().size(); ++i) {
    EXPECT_EQ(a.columns()[i].values.index(), b.columns()[i].values.index()) << a.names()[i];
  }
}

TEST(TableFile, ComesBackFromCsvAndParquet) {
  const ScratchFolder folder;
  for (const char* name : {"a.csv", "a.parquet"}) {
    write_table(sample(), folder / name);
    expect_same(read_table(folder / name), sample());
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / ""), {}), 2);
}

TEST(TableFile, CsvIsPlain) {
  EXPECT_EQ(
      to_csv(sample()),
      "unique_id,y,n,ok\ncity=A,0.1,1,true\n\"it's, \"\"x\"\"\",,2,false\n,-2.5e-09,3,true\n");
}

TEST(TableFile, OddNamesAreNamesNotWildcards) {
  const ScratchFolder folder;
  const Table table({{"a b", std::vector<double>{1.5}}});
  write_table(table, folder / "sales [1]*.parquet");
  expect_same(read_table(folder / "sales [1]*.parquet"), table);
}

TEST(TableFile, ParquetTypesWithoutCounterpartBecomeText) {
  const ScratchFolder folder;
  shared_database().execute(
      "COPY (SELECT [1, 2] AS list, TIMESTAMP '2019-12-31 23:00:00' AS time) TO " +
      sql_literal((folder / "a.parquet").string()) + " (FORMAT parquet)");
  EXPECT_EQ(to_csv(read_table(folder / "a.parquet")),
            "list,time\n\"[1, 2]\",2019-12-31 23:00:00\n");
  write_table(Table({{"n", std::vector<double>{}}}), folder / "none.parquet");
  EXPECT_EQ(read_table(folder / "none.parquet").row_count(), 0U);
}

TEST(TableFile, NamesTheLineOfARaggedRow) {
  const ScratchFolder folder;
  const auto path = folder.write("a.csv", "a,b\n1,2\n3\n");
  expect_error(ErrorCode::bad_data, "line 3", [&] { read_table(path); });
  expect_error(ErrorCode::not_found, "none", [&] { read_table(folder / "none.csv"); });
}

TEST(TableFile, NamesAFolderThatIsNotThere) {
  expect_error(ErrorCode::not_found, "none", [] { write_table(sample(), "/none/x.csv"); });
  expect_error(ErrorCode::not_found, "none", [] { write_table(sample(), "/none/x.parquet"); });
}

RC_GTEST_PROP(TableFile, NumbersKeepEveryBitInBothFormats, (const std::vector<double>& values)) {
  RC_PRE(!values.empty());
  const ScratchFolder folder;
  const Table table({{"y", values}});
  write_table(table, folder / "a.csv");
  RC_ASSERT(read_table(folder / "a.csv").numbers("y") == values);
}

}  // namespace
}  // namespace forecart

#include "table/csv_reader.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

struct Row {
  std::int64_t line;
  std::vector<std::string> fields;
  RecordFlaw flaw = RecordFlaw::none;
  friend bool operator==(const Row&, const Row&) = default;
};

std::vector<Row> read_rows(RecordSource& source) {
  std::vector<Row> result;
  Record record;
  while (source.next(record)) {
    result.push_back({record.line, {record.fields.begin(), record.fields.end()}, record.flaw});
  }
  return result;
}

TEST(CsvReader, GivesPhysicalLinesBelowQuotedLineEnds) {
  const ScratchFolder folder;
  CsvReader reader(folder.write("a.csv", "\xEF\xBB\xBFid,note\n1,\"a\nb\nc\"\n\n2,x\n"), {});
  EXPECT_EQ(reader.columns(), (std::vector<std::string>{"id", "note"}));
  EXPECT_EQ(read_rows(reader),
            (std::vector<Row>{{2, {"1", "a\nb\nc"}}, {5, {""}}, {6, {"2", "x"}}}));
}

TEST(CsvReader, BlankLinesAboveTheHeaderAreRows) {
  const ScratchFolder folder;
  CsvReader reader(folder.write("a.csv", "\n,\nid,n\n1,2\n"), {});
  EXPECT_EQ(read_rows(reader), (std::vector<Row>{{1, {}}, {2, {}}, {4, {"1", "2"}}}));
}

TEST(CsvReader, ReadsAcrossBlocksAndCarriageReturns) {
  const ScratchFolder folder;
  std::string bytes = "id,text\r";
  const int rows = 60000;
  for (int i = 0; i < rows; ++i) bytes += std::to_string(i) + ",\"a,\"\"b\"\"\"\r";
  CsvReader reader(folder.write("a.csv", bytes), {});
  const std::vector<Row> all = read_rows(reader);
  ASSERT_EQ(all.size(), static_cast<std::size_t>(rows));
  for (int i = 0; i < rows; ++i) {
    ASSERT_EQ(all[static_cast<std::size_t>(i)], (Row{i + 2, {std::to_string(i), "a,\"b\""}}));
  }
}

TEST(CsvReader, AQuoteThatNeverClosesCostsItsLineOnly) {
  const ScratchFolder folder;
  std::string bytes = "id,text\n1,\"open\n";
  for (int i = 2; i < 90000; ++i) bytes += std::to_string(i) + ",fine\n";
  CsvReader reader(folder.write("a.csv", bytes), {});
  const std::vector<Row> all = read_rows(reader);
  EXPECT_EQ(all.size(), 89999U);
  EXPECT_EQ(all[0].flaw, RecordFlaw::bad_quotes);
  EXPECT_EQ(all[1], (Row{3, {"2", "fine"}}));
  EXPECT_EQ(all.back().line, 90000);
}

TEST(CsvReader, MarksRowsThatAreNotUtf8) {
  const ScratchFolder folder;
  CsvReader reader(folder.write("a.csv",
                                "id,text\n1,St\xFC"
                                "ck\n2,Stück\n"),
                   {});
  const std::vector<Row> all = read_rows(reader);
  EXPECT_EQ(all[0].flaw, RecordFlaw::invalid_utf8);
  EXPECT_EQ(all[1].flaw, RecordFlaw::none);
}

TEST(CsvReader, NamesColumnsThatHaveNoNameOfTheirOwn) {
  const ScratchFolder folder;
  CsvReader doubled(folder.write("a.csv", " price ,Price,,\n1,2,3,4\n"), {});
  EXPECT_EQ(doubled.columns(),
            (std::vector<std::string>{"price", "Price_2", "column3", "column4"}));
  CsvReader bare(folder.write("b.csv", "1,2\n3,4\n"), {.header = false});
  EXPECT_EQ(bare.columns(), (std::vector<std::string>{"column1", "column2"}));
  EXPECT_EQ(read_rows(bare).size(), 2U);
}

TEST(CsvReader, RefusesEmptyFilesAndForeignHeaders) {
  const ScratchFolder folder;
  const auto read = [&](std::string_view bytes) { CsvReader(folder.write("a.csv", bytes), {}); };
  expect_error(ErrorCode::bad_data, "empty", [&] { read(""); });
  expect_error(ErrorCode::bad_data, "empty", [&] { read("\n\n"); });
  expect_error(ErrorCode::bad_data, "iconv", [&] {
    read(
        "St\xFC"
        "ck,b\n1,2\n");
  });
  expect_error(ErrorCode::bad_data, "parquet",
               [&] { open_records(folder.write("a.parquet", "id\n1\n")); });
  expect_error(ErrorCode::bad_data, "damaged",
               [&] { open_records(folder.write("a.parquet", "PAR1 and no more PAR1")); });
}

}  // namespace
}  // namespace forecart

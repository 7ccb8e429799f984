#include "table/csv_record.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace forecart {
namespace {

using Fields = std::vector<std::string>;

struct Split {
  Fields fields;
  RecordExtent extent;
  RecordFlaw flaw;
  std::string text;
};

Split split(std::string_view bytes, CsvDialect dialect = {}, bool last = true) {
  Record record;
  const RecordExtent extent = split_record(bytes, dialect, last, record);
  return {
      {record.fields.begin(), record.fields.end()}, extent, record.flaw, std::string(record.text)};
}

TEST(CsvRecord, SplitsByRfc4180) {
  EXPECT_EQ(split("a,b,\nnext").fields, (Fields{"a", "b", ""}));
  EXPECT_EQ(split("a,b,\nnext").extent.bytes, 5U);
  EXPECT_EQ(split("a,\"b,\"\"c\"\"\",d\r\n").fields, (Fields{"a", "b,\"c\"", "d"}));
  EXPECT_EQ(split("a,\"last\"\r\n").fields, (Fields{"a", "last"}));
  EXPECT_EQ(split("x\r\n").text, "x");
  EXPECT_EQ(split("").fields, (Fields{""}));
}

TEST(CsvRecord, CountsPhysicalLinesInsideQuotes) {
  const Split record = split("1,\"two\nlines\nmore\",3\nrest");
  EXPECT_EQ(record.fields, (Fields{"1", "two\nlines\nmore", "3"}));
  EXPECT_EQ(record.extent.lines, 3);
}

TEST(CsvRecord, AsksForMoreWhenTheRecordMayGoOn) {
  EXPECT_FALSE(split("a,b", {}, false).extent.complete);
  EXPECT_FALSE(split("a,\"b\n", {}, false).extent.complete);
  EXPECT_FALSE(split("a,\"b\"", {}, false).extent.complete);  // half of a doubled quote?
  EXPECT_TRUE(split("a,b").extent.complete);
}

TEST(CsvRecord, ABadQuoteCostsOnePhysicalLine) {
  for (const char* bytes : {"a,\"open,b\nnext,row\n", "a,\"closed\"early,b\nnext,row\n"}) {
    const Split record = split(bytes);
    EXPECT_EQ(record.flaw, RecordFlaw::bad_quotes);
    EXPECT_EQ(record.extent.lines, 1);
    EXPECT_EQ(record.text, std::string(bytes).substr(0, std::string(bytes).find('\n')));
  }
  EXPECT_EQ(split("inch 5\",b\n").flaw, RecordFlaw::none);  // not at the front of the cell
}

TEST(CsvRecord, KnowsOtherDelimitersQuotesAndLineEnds) {
  EXPECT_EQ(split("a;b,c;d\n", {';', '"', '\n'}).fields, (Fields{"a", "b,c", "d"}));
  EXPECT_EQ(split("a\rb\r", {',', '"', '\r'}).extent.bytes, 2U);
  EXPECT_EQ(split("\"a\",b\n", {',', '\0', '\n'}).fields, (Fields{"\"a\"", "b"}));
}

RC_GTEST_PROP(CsvRecord, WrittenCellsAreReadBack, (const std::vector<std::string>& cells)) {
  RC_PRE(!cells.empty());
  std::string row;
  for (const std::string& cell : cells) {
    if (!row.empty() || &cell != &cells.front()) row += ',';
    append_csv_cell(row, cell);
  }
  const Split record = split(row + "\n");
  RC_ASSERT(record.fields == cells);
  RC_ASSERT(record.extent.bytes == row.size() + 1);
}

RC_GTEST_PROP(CsvRecord, EveryByteBelongsToOneRecord, (const std::string& noise)) {
  std::string bytes;
  constexpr std::string_view kSigns = "a,\"\n\r";
  for (const char c : noise) bytes += kSigns[static_cast<unsigned char>(c) % kSigns.size()];
  std::size_t taken = 0;
  std::int64_t lines = 0;
  while (taken < bytes.size()) {
    const RecordExtent extent = split(std::string_view(bytes).substr(taken)).extent;
    RC_ASSERT(extent.complete && extent.bytes > 0);
    taken += extent.bytes;
    lines += extent.lines;
  }
  RC_ASSERT(taken == bytes.size());
  const auto ends = std::count(bytes.begin(), bytes.end(), '\n');
  RC_ASSERT(lines == ends + (bytes.empty() || bytes.back() == '\n' ? 0 : 1));
}

}  // namespace
}  // namespace forecart

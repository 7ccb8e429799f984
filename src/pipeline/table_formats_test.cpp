#include "pipeline/table_formats.h"

#include "base/hash.h"
#include "pipeline/panel_blocks.h"
#include "store/store.h"
#include "table/scratch_folder.h"
#include "table/table_text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace forecart {
namespace {

using nlohmann::json;

Table numbered(Slice rows, const char* name) {
  std::vector<std::int64_t> numbers;
  std::vector<double> seconds;
  for (std::size_t i = rows.first; i < rows.last; ++i) {
    numbers.push_back(static_cast<std::int64_t>(i));
    seconds.push_back(0.5);
  }
  return Table({{name, std::move(numbers)}, {"fit_seconds", std::move(seconds)}});
}

/// Two panels, of which the second has another column and is made by slices.
PanelBlocks two_panels(std::size_t rows) {
  PanelBlocks blocks;
  blocks.add("small",
             Table({{"n", std::vector<std::int64_t>{7}}, {"fit_seconds", std::vector<double>{1}}}));
  blocks.add("large", rows, [](Slice slice) { return numbered(slice, "m"); });
  return blocks;
}

class TableFormats : public testing::Test {
 protected:
  json write(PanelBlocks blocks) {
    return write_all_formats(*store_, "runs/a/b/t", [&blocks] { return blocks.next(); });
  }
  std::string read(const char* format) const {
    return store_->read(std::string("runs/a/b/t.") + format).value();
  }

  ScratchFolder folder_;
  std::unique_ptr<ObjectStore> store_ = open_local_store(folder_ / "shop");
};

TEST_F(TableFormats, ManyBlocksAreOneTable) {
  const json hashes = write(two_panels(10'000));
  for (const char* format : {"csv", "json", "parquet"}) {
    EXPECT_EQ(hashes.at(format), sha256(read(format))) << format;
  }
  const json rows = json::parse(read("json"));
  ASSERT_EQ(rows.size(), 10'001U);
  EXPECT_EQ(rows.front(), json({{"panel", "small"}, {"n", 7}, {"fit_seconds", 1.0}, {"m", 0}}));
  EXPECT_EQ(rows.back(), json({{"panel", "large"}, {"n", 0}, {"fit_seconds", 0.5}, {"m", 9999}}));
  std::filesystem::path copy = folder_.write("copy.parquet", read("parquet"));
  EXPECT_EQ(to_csv(read_table(copy)), read("csv"));
  for (const auto& file : std::filesystem::directory_iterator(store_->work_folder())) {
    EXPECT_FALSE(file.path().has_extension()) << file.path() << " stays";
  }
}

TEST_F(TableFormats, ContentIsWithoutTimes) {
  const json hashes = write(two_panels(1));
  EXPECT_EQ(hashes.at("content"), sha256("panel,n,m\nsmall,7,0\nlarge,0,0\n"));
}

TEST_F(TableFormats, NoRowsAreATableToo) {
  PanelBlocks blocks;
  blocks.add("none", 0, [](Slice slice) { return numbered(slice, "m"); });
  write(std::move(blocks));
  EXPECT_EQ(read("csv"), "panel,m,fit_seconds\n");
  EXPECT_EQ(read("json"), "[]");
}

}  // namespace
}  // namespace forecart

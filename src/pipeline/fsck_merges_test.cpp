#include "pipeline/dataset_panel.h"
#include "pipeline/fsck_repair.h"
#include "pipeline/sales.h"
#include "pipeline/sales_merges.h"
#include "pipeline/shop_files.h"
#include "table/scratch_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {
namespace {

namespace fs = std::filesystem;

/// A shop with a merge of kMergeWidth uploads and one upload more.
class FsckMergesTest : public testing::Test {
 protected:
  FsckMergesTest() {
    upload(0, kMergeWidth + 1);
    refresh();
    const auto merges = sales_merges(repository(), "orders");
    EXPECT_EQ(merges.size(), 1U);
    hashes_ = merges.at(0).hashes;
  }

  void upload(std::size_t first, std::size_t last) const {
    for (std::size_t i = first; i < last; ++i) {
      ingest_into(shop_, {folder_.write(fmt::format("{}.csv", i),
                                        fmt::format("order_id,time,product,quantity,price\n"
                                                    "{},2024-01-01 08:00:00,cup,1,0.1\n",
                                                    i))});
    }
  }
  Repository repository() const { return Repository::open(shop_); }
  FsckReport check() const {
    FsckRequest request;
    request.repository = shop_;
    return check_repository(request);
  }
  FsckRepair repair() const { return repair_repository(shop_, check()); }
  static bool is_left(const FsckRepair& repair, const std::string& key) {
    return std::ranges::count(repair.left, key) > 0;
  }

  /// What a run does before it looks at the sales; how many files of them it reads.
  std::size_t refresh() const {
    Repository repository = this->repository();
    const DatasetConfig config = read_config(repository, "orders");
    refresh_sales(repository, "orders", config);
    merge_sales(repository, "orders", cleaning_settings(config));
    return sales_files(repository, "orders", cleaning_settings(config),
                       input_hashes(repository, "orders"))
        .size();
  }

  std::string sales(std::size_t i) const { return Repository::sales_key("orders", hashes_[i]); }
  std::string raw(std::size_t i) const { return Repository::raw_key(hashes_[i]); }
  void damage(const std::string& key) const { repository().store().put(key, "rubbish"); }
  void lose(const std::string& key) const { repository().store().remove(key); }

  ScratchFolder folder_;
  fs::path shop_ = folder_ / "shop";
  std::vector<std::string> hashes_;  ///< of the files of one merge
};

TEST_F(FsckMergesTest, OfDamagedSalesOnlyTheirOwnMergesGo) {
  upload(kMergeWidth + 1, 2 * kMergeWidth + 1);
  ASSERT_EQ(refresh(), 3U);
  damage(sales(0));
  const FsckRepair repaired = repair();
  EXPECT_TRUE(repaired.left.empty());
  EXPECT_EQ(repaired.set_aside.size(), 3U) << "the record, and a merge with its own";
  EXPECT_EQ(sales_merges(repository(), "orders").size(), 1U);
  EXPECT_EQ(refresh(), 3U);
  EXPECT_TRUE(check().damages.empty());
}

TEST_F(FsckMergesTest, AMergeStaysWhereTheFilesInItCannotBeCleanedAgain) {
  lose(raw(1));
  lose(sales(1));
  lose(sales_record_key("orders", hashes_[1]));
  EXPECT_EQ(refresh(), 2U) << "the merge has what is gone";
  damage(sales(0));
  const FsckRepair repaired = repair();
  EXPECT_TRUE(is_left(repaired, sales(0)));
  EXPECT_TRUE(is_left(repaired, sales(1)));
  EXPECT_TRUE(repaired.set_aside.empty());
  EXPECT_EQ(refresh(), 2U);
}

TEST_F(FsckMergesTest, SalesStayWhoseOwnRawFileIsGoneOrDamaged) {
  lose(raw(0));
  damage(sales(0));
  damage(raw(1));
  damage(sales(1));
  const FsckRepair repaired = repair();
  EXPECT_EQ(repaired.left.size(), 4U);
  EXPECT_TRUE(repaired.set_aside.empty());
  EXPECT_EQ(refresh(), 2U);
}

TEST_F(FsckMergesTest, AMergeGoesWhereTheSalesOfItsFilesAreThere) {
  lose(raw(1));
  damage(sales(0));
  const FsckRepair repaired = repair();
  EXPECT_EQ(repaired.left, std::vector<std::string>{raw(1)});
  EXPECT_EQ(refresh(), 2U);
  EXPECT_EQ(check().damages.size(), 1U);
}

// All of a merge and one of its files: nothing has their orders any more but the raw files.
TEST_F(FsckMergesTest, ADamagedMergeStaysWhereItsFilesCannotBeCleanedAgain) {
  const std::string merge = "sales/orders/merged/" + sales_merges(repository(), "orders")[0].id;
  damage(merge + ".parquet");
  lose(raw(1));
  lose(sales(1));
  EXPECT_TRUE(is_left(repair(), merge + ".parquet"));
  EXPECT_TRUE(repository().store().exists(merge + ".json"));
}

}  // namespace
}  // namespace forecart

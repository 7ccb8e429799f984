#include "pipeline/sales_merges.h"

#include "pipeline/dataset_panel.h"
#include "pipeline/fsck.h"
#include "pipeline/ingest_orders.h"
#include "pipeline/sales.h"
#include "table/scratch_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;

/// A shop with an upload of three lines a day.
class SalesMerges : public testing::Test {
 protected:
  fs::path day_file(int day) const {
    std::string text = "order_id,time,product,quantity,price\n";
    for (int hour : {1, 9, 17}) {
      text += fmt::format("{}{:02},2024-{:02}-{:02} {:02}:00:00,cup,{},0.1\n", day, hour,
                          1 + day / 28, 1 + day % 28, hour, 1 + (day + hour) % 5);
    }
    return folder_.write(fmt::format("{}.csv", day), text);
  }

  void upload(int first, int last) {
    for (int day = first; day < last; ++day) {
      IngestRequest request;
      request.repository = shop_;
      request.dataset = "orders";
      request.files = {OrderFile(day_file(day))};
      ingest_orders(request);
    }
  }

  Repository repository() const { return Repository::open(shop_); }
  std::string settings() const { return cleaning_settings(read_config(repository(), "orders")); }
  std::vector<double> values() const {
    const Repository repository = this->repository();
    PanelConfig panel;
    panel.frequency = Frequency::parse("D");
    panel.measure = Measure::revenue;
    const auto loaded =
        cut_panel(repository, "orders", input_hashes(repository, "orders"), panel, true);
    const auto series = loaded.panel[0].values;
    return {series.begin(), series.end()};
  }
  std::size_t merge() const {
    Repository repository = this->repository();
    return merge_sales(repository, "orders", settings());
  }
  std::size_t files_to_open() const {
    const Repository repository = this->repository();
    return sales_files(repository, "orders", settings(), input_hashes(repository, "orders")).size();
  }

  FsckReport check() const {
    FsckRequest request;
    request.repository = shop_;
    return check_repository(request);
  }

  void damage(const std::string& key) const {
    std::string bytes = *repository().store().read(key);
    bytes[bytes.size() / 2] ^= 1;
    repository().store().put(key, bytes);
  }

  /// Removes what stands in quotes, as the remedies for sales say.
  void follow(const std::string& remedy) const {
    std::size_t removed = 0;
    for (std::size_t at = 0; (at = remedy.find('\'', at)) != std::string::npos;) {
      const std::size_t end = remedy.find('\'', at + 1);
      removed += fs::remove_all(shop_ / remedy.substr(at + 1, end - at - 1));
      at = end + 1;
    }
    EXPECT_GT(removed, 0U) << remedy;
  }

  /// What a run does before it looks at the sales.
  void refresh() const {
    Repository repository = this->repository();
    refresh_sales(repository, "orders", read_config(repository, "orders"));
    merge();
  }

  void expect_mended_as_told(const std::string& key) const {
    damage(key);
    const FsckReport found = check();
    ASSERT_EQ(found.damages.size(), 1U) << key;
    EXPECT_EQ(found.damages.front().key, key);
    follow(found.damages.front().remedy);
    refresh();
    const FsckReport mended = check();
    EXPECT_TRUE(mended.damages.empty() && mended.notes.empty()) << to_json(mended).dump(2);
    EXPECT_EQ(files_to_open(), 2U) << "it is merged again";
  }

  ScratchFolder folder_;
  fs::path shop_ = folder_ / "shop";
};

TEST_F(SalesMerges, ChangeNothingButTheNumberOfFiles) {
  upload(0, 40);
  const auto before = values();
  const auto known = input_hashes(repository(), "orders");
  EXPECT_EQ(files_to_open(), 40U);
  EXPECT_EQ(merge(), 1U);
  EXPECT_EQ(files_to_open(), 9U);
  EXPECT_EQ(values(), before);
  EXPECT_EQ(input_hashes(repository(), "orders"), known);
  EXPECT_EQ(merge(), 0U);
  EXPECT_TRUE(outdated_files(repository(), "orders", read_config(repository(), "orders")).empty());

  upload(10, 11);  // known already
  EXPECT_EQ(input_hashes(repository(), "orders"), known);
}

TEST_F(SalesMerges, AreNotUsedWhereAnInputIsNotWanted) {
  upload(0, 32);
  merge();
  const Repository repository = this->repository();
  auto some = input_hashes(repository, "orders");
  some.pop_back();
  EXPECT_EQ(sales_files(repository, "orders", settings(), some).size(), 31U);
  EXPECT_EQ(sales_files(repository, "orders", "other settings", some).size(), 31U);
}

TEST_F(SalesMerges, DamagedOnesAreAsIfTheyWereNotThere) {
  upload(0, 33);
  const auto before = values();
  merge();
  Repository repository = this->repository();
  const auto merges = sales_merges(repository, "orders");
  ASSERT_EQ(merges.size(), 1U);
  const std::string key = "sales/orders/merged/" + merges.front().id;
  repository.store().remove(key + ".parquet");
  EXPECT_EQ(files_to_open(), 33U);
  EXPECT_EQ(values(), before);
  repository.store().put(key + ".json", "{");
  EXPECT_EQ(input_hashes(repository, "orders").size(), 33U);
  EXPECT_EQ(merge(), 1U);
  EXPECT_EQ(files_to_open(), 2U);
  EXPECT_EQ(values(), before);
}

TEST_F(SalesMerges, AreMendedAsTheRemediesOfFsckSay) {
  upload(0, 33);
  const auto before = values();
  merge();
  const SalesMerge merge = sales_merges(repository(), "orders").front();
  const std::string key = "sales/orders/merged/" + merge.id;
  const std::string part = "sales/orders/" + merge.hashes.front();
  for (const std::string& damaged :
       {key + ".parquet", key + ".json", part + ".parquet", part + ".json"}) {
    expect_mended_as_told(damaged);
    EXPECT_EQ(values(), before) << damaged;
  }
}

TEST_F(SalesMerges, ManyBecomeLargerOnes) {
  // the records alone say what is merged: uploads of the same few files
  upload(0, 2);
  Repository repository = this->repository();
  const auto first = repository.uploads("orders").front();
  for (int i = 0; i < 1100; ++i) {
    repository.add_upload("orders", fmt::format("99990101T{:06}.000Z-000000", i), first);
  }
  EXPECT_EQ(merge(), 35U);  // 34 of uploads, one of those
  const auto merges = sales_merges(repository, "orders");
  EXPECT_EQ(merges.size(), 3U);
  EXPECT_EQ(merges.front().level, 2);
  EXPECT_EQ(input_hashes(repository, "orders").size(), 2U);
  EXPECT_EQ(files_to_open(), 1U);
}

}  // namespace
}  // namespace forecart

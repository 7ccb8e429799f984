#include "pipeline/sales_merges.h"

#include "pipeline/dataset_panel.h"
#include "pipeline/fsck.h"
#include "pipeline/fsck_repair.h"
#include "pipeline/lasting.h"
#include "pipeline/lease.h"
#include "pipeline/sales.h"
#include "pipeline/shop_files.h"
#include "store/forwarding_store.h"
#include "table/scratch_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

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
    for (int day = first; day < last; ++day) ingest_into(shop_, {day_file(day)});
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
    const FsckRepair repair = repair_repository(shop_, found);
    EXPECT_TRUE(repair.left.empty()) << key;
    refresh();
    const FsckReport mended = check();
    EXPECT_TRUE(mended.damages.empty() && mended.notes.empty()) << to_json(mended).dump(2);
    EXPECT_EQ(files_to_open(), 2U) << "it is merged again";
  }

  /// Merges of settings of before, named by 0, 1, ..., without their sales.
  void write_old_merges(int count) const {
    Repository repository = this->repository();
    const auto none = nlohmann::json::array();
    for (int i = 0; i < count; ++i) {
      repository.write_json(fmt::format("sales/orders/merged/{}.json", i),
                            {{"level", 1},
                             {"settings", "of before"},
                             {"uploads", none},
                             {"files", none},
                             {"replaces", none},
                             {"sha256", ""}});
    }
  }
  std::ptrdiff_t old_merges() const {
    const auto merges = sales_merges(repository(), "orders");
    return std::ranges::count(merges, "of before", &SalesMerge::settings);
  }
  void age_merges(int hours) const {
    for (const auto& entry : fs::directory_iterator(shop_ / "sales/orders/merged")) {
      fs::last_write_time(entry, fs::file_time_type::clock::now() - std::chrono::hours(hours));
    }
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

TEST_F(SalesMerges, AreNotMadeOfSalesCleanedWithOtherSettings) {
  upload(0, 33);
  Repository repository = this->repository();
  const std::string key = sales_record_key("orders", input_hashes(repository, "orders").front());
  nlohmann::json record = repository.read_json(key);
  const nlohmann::json before = record;
  record["settings"] = "of somebody with another time zone";
  repository.write_json(key, record);
  EXPECT_EQ(merge(), 0U);
  EXPECT_TRUE(sales_merges(repository, "orders").empty());
  repository.write_json(key, before);
  EXPECT_EQ(merge(), 1U);
}

/// Tells of a gap, and whether a merge was written while garbage was collected.
class WatchedStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  std::chrono::milliseconds removal_gap() const override { return std::chrono::seconds(10); }
  void put_file(std::string_view key, const fs::path& file) override {
    const bool removing = is_live_lease(read(kCollecting).value_or(""), now());
    if (key.find("/merged/") != std::string_view::npos) (removing ? disturbed : quiet) += 1;
    inner().put_file(key, file);
  }
  static inline std::atomic<int> disturbed{0}, quiet{0};
};

TEST_F(SalesMerges, WaitForTheCollector) {
  upload(0, 33);
  const auto store = open_local_store(shop_);
  auto lease = Lease::take(*store, kCollecting);
  Repository::wrap_stores(
      [](auto inner) { return std::make_unique<WatchedStore>(std::move(inner)); });
  std::jthread collector([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    lease.reset();
  });
  EXPECT_EQ(merge(), 1U);
  Repository::wrap_stores(nullptr);
  EXPECT_EQ(WatchedStore::disturbed, 0);
  EXPECT_EQ(WatchedStore::quiet, 1);
}

// A run that began before a merge was replaced may still read it.
TEST_F(SalesMerges, ReplacedOnesStayForADay) {
  upload(0, 32);
  merge();
  write_old_merges(1);
  age_merges(23);
  upload(32, 64);
  EXPECT_EQ(merge(), 1U) << "old ones are looked for where a merge was made";
  EXPECT_EQ(old_merges(), 1);
  age_merges(25);
  upload(64, 96);
  EXPECT_EQ(merge(), 1U);
  EXPECT_EQ(old_merges(), 0);
}

TEST_F(SalesMerges, TellTheAgeOfAllWithoutAskingForEach) {
  upload(0, 32);
  merge();
  write_old_merges(40);
  upload(32, 64);
  Repository repository = this->repository();
  EXPECT_EQ(merge_sales(repository, "orders", settings()), 1U);
  EXPECT_EQ(repository.traffic().heads, 64) << "whether the sales of 32 files are there, twice";
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

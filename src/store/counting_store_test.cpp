#include "store/counting_store.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;

class Counting : public testing::Test {
 protected:
  Counting() : root_(fs::temp_directory_path() / ("forecart-count-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    store_ = std::make_unique<CountingStore>(open_local_store(root_));
  }
  ~Counting() override { fs::remove_all(root_); }

  fs::path root_;
  std::unique_ptr<CountingStore> store_;
};

TEST_F(Counting, CountsReadsWithTheirBytes) {
  store_->put("a", "12345");
  EXPECT_EQ(store_->read("a"), "12345");
  EXPECT_EQ(store_->get("a")->bytes, "12345");
  EXPECT_FALSE(store_->read("none"));
  EXPECT_TRUE(fs::exists(store_->fetch("a")));
  EXPECT_TRUE(store_->exists("a"));
  const Traffic expected{.gets = 4, .heads = 1, .puts = 1, .bytes_read = 15, .bytes_written = 5};
  EXPECT_EQ(store_->traffic(), expected);
  EXPECT_EQ(store_->traffic().requests(), 6);
}

TEST_F(Counting, CountsWritesWhetherTheyWonOrNot) {
  std::ofstream(root_ / ".work" / "in") << std::string(1000, 'x');
  store_->put_file("file", root_ / ".work" / "in");
  EXPECT_TRUE(store_->put_if_absent("p", "1"));
  EXPECT_FALSE(store_->put_if_absent("p", "22"));
  EXPECT_FALSE(store_->put_if_match("p", "333", "another tag"));
  EXPECT_TRUE(store_->put_if_match("p", "4444", store_->get("p")->tag));
  store_->remove("p");
  const Traffic expected{
      .gets = 1, .puts = 5, .deletes = 1, .bytes_read = 1, .bytes_written = 1005};
  EXPECT_EQ(store_->traffic(), expected);
}

TEST_F(Counting, AListOfManyKeysIsSeveralRequests) {
  EXPECT_TRUE(store_->list("k/").empty());
  EXPECT_EQ(store_->traffic().lists, 1);
  fs::create_directories(root_ / "k");
  for (int i = 0; i < 1500; ++i) std::ofstream(root_ / "k" / std::to_string(i)).flush();
  EXPECT_EQ(store_->list("k/").size(), 1500U);
  EXPECT_EQ(store_->traffic().lists, 3);
}

TEST_F(Counting, ARemovalOfManyIsALookAtEachAndFewRequests) {
  std::vector<ObjectInfo> objects(1500, {.key = "none", .version = "1", .modified = {}});
  EXPECT_EQ(store_->remove_all_unchanged(objects), std::vector<bool>(1500, true));
  const Traffic expected{.heads = 1500, .deletes = 2};
  EXPECT_EQ(store_->traffic(), expected);
}

TEST_F(Counting, AFailedFetchIsThrownOn) {
  EXPECT_THROW(store_->fetch("none"), Error);
}

}  // namespace
}  // namespace forecart

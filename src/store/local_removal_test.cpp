#include "store/local_removal.h"

#include "base/durable_file.h"
#include "store/local_listing.h"
#include "store/store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>

namespace forecart {
namespace {

namespace fs = std::filesystem;

class LocalRemoval : public testing::Test {
 protected:
  LocalRemoval() : root_(fs::path(testing::TempDir()) / ("removal-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    store_ = open_local_store(root_);
    fs::create_directories(root_ / "inbox/shop");
  }
  ~LocalRemoval() override { fs::remove_all(root_); }

  void write(const std::string& text) const { std::ofstream(root_ / kKey) << text; }
  ObjectInfo listed() const { return *store_->info(kKey); }
  std::string text(const fs::path& file) const {
    std::ifstream stream(root_ / file);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  static constexpr const char* kKey = "inbox/shop/april.csv";
  fs::path root_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(LocalRemoval, TakesAwayWhatIsAsItWasListed) {
  write("a");
  const ObjectInfo seen = listed();
  EXPECT_TRUE(store_->remove_unchanged(seen));
  EXPECT_FALSE(store_->exists(kKey));
  EXPECT_TRUE(store_->remove_unchanged(seen)) << "gone is gone";
}

TEST_F(LocalRemoval, LeavesWhatHasChanged) {
  write("a");
  const ObjectInfo seen = listed();
  write("another");
  EXPECT_FALSE(store_->remove_unchanged(seen));
  EXPECT_EQ(text(kKey), "another");
}

TEST_F(LocalRemoval, BringsBackWhatADeadProcessHasSetAside) {
  const fs::path aside = store_->work_folder() / "removing-999999999-0";
  fs::create_directories(aside);
  std::ofstream(aside / "key") << kKey;
  std::ofstream(aside / "object") << "old";
  write("new");
  restore_set_aside(root_, store_->work_folder());
  EXPECT_EQ(text(kKey), "new");
  EXPECT_EQ(text("inbox/shop/april-1.csv"), "old");
  EXPECT_FALSE(fs::exists(aside));
}

// In another container the number of the dead process may be in use.
TEST_F(LocalRemoval, BringsBackWhoeverHasItsNumberNow) {
  const fs::path aside =
      store_->work_folder() / ("removing-" + std::to_string(getpid()) + "-0badcafe-0");
  fs::create_directories(aside);
  std::ofstream(aside / "key") << kKey;
  std::ofstream(aside / "object") << "old";
  {
    const Descriptor removing(store_->work_folder() / "removals", O_RDWR | O_CREAT | O_CLOEXEC);
    ASSERT_EQ(flock(removing.number(), LOCK_SH), 0);
    restore_set_aside(root_, store_->work_folder());
    EXPECT_TRUE(fs::exists(aside)) << "somebody removes";
    fs::last_write_time(aside, fs::file_time_type::clock::now() - std::chrono::hours(25));
    store_->sweep(std::chrono::hours(24));
    EXPECT_TRUE(fs::exists(aside)) << "it may be the only copy";
  }
  restore_set_aside(root_, store_->work_folder());
  EXPECT_EQ(text(kKey), "old");
}

TEST_F(LocalRemoval, WorksWhereRenamesAlwaysReplace) {
  const fs::path made = store_->work_folder() / "made";
  std::ofstream(made) << "of ours";
  make_folder((root_ / kKey).parent_path());
  EXPECT_TRUE(link_if_free(made, root_ / kKey));
  EXPECT_EQ(text(kKey), "of ours");
  EXPECT_FALSE(fs::exists(made));
}

TEST_F(LocalRemoval, WhoMayNotLockLeavesWhatWasSetAsideToOthers) {
  const fs::path folder = store_->work_folder() / "removing-1-0";
  make_folder(folder);
  fs::remove(store_->work_folder() / "removals");
  make_folder(store_->work_folder() / "removals");  // no file to lock
  restore_set_aside(root_, store_->work_folder());
  EXPECT_TRUE(fs::exists(folder));
}

TEST_F(LocalRemoval, NothingIsOverwrittenByANewObject) {
  write("of somebody");
  const fs::path made = store_->work_folder() / "made";
  std::ofstream(made) << "of ours";
  EXPECT_FALSE(rename_if_free(made, root_ / kKey));
  EXPECT_FALSE(link_if_free(made, root_ / kKey));
  EXPECT_FALSE(store_->put_if_absent(kKey, "of ours"));
  EXPECT_EQ(text(kKey), "of somebody");
  EXPECT_TRUE(store_->put_if_absent("inbox/shop/may.csv", "of ours"));
  EXPECT_EQ(text("inbox/shop/may.csv"), "of ours");
}

TEST_F(LocalRemoval, AFileThatIsWrittenToIsNotSettled) {
  write("a");
  const int writer = open((root_ / kKey).c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  ASSERT_GE(writer, 0);
  EXPECT_FALSE(store_->is_settled(kKey));
  close(writer);
  EXPECT_TRUE(store_->is_settled(kKey));
}

}  // namespace
}  // namespace forecart

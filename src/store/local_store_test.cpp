#include "base/error.h"
#include "base/parallel.h"
#include "store/store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;

/// What is special to a folder; what every store has to do is asked by tests/store.
class LocalStore : public testing::Test {
 protected:
  LocalStore() : root_(fs::temp_directory_path() / ("forecart-store-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    store_ = open_local_store(root_);
  }
  ~LocalStore() override { fs::remove_all(root_); }

  fs::path root_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(LocalStore, FoldersAndWorkInProgressAreNoObjects) {
  store_->put("a/b", "");
  std::ofstream(root_ / ".work" / "1-1") << "half";
  EXPECT_EQ(store_->list(""), std::vector<std::string>{"a/b"});
  EXPECT_FALSE(store_->info("a"));
  EXPECT_FALSE(store_->exists("a"));
  EXPECT_FALSE(store_->presigned_url("a/b", std::chrono::seconds(60)));
}

TEST_F(LocalStore, IsForItsOwnerAndTheirGroup) {
  EXPECT_EQ(fs::status(root_).permissions() & fs::perms::others_all, fs::perms::none);
  fs::permissions(root_, fs::perms::others_read, fs::perm_options::add);
  open_local_store(root_);
  EXPECT_NE(fs::status(root_).permissions() & fs::perms::others_read, fs::perms::none)
      << "what somebody decided stays";
}

TEST_F(LocalStore, ListingStaysBelowTheRoot) {
  store_->put("a/b", "");
  for (const auto* prefix : {"/", "../", "a/../", "a/../../", "a//", ".work/"}) {
    EXPECT_TRUE(store_->list(prefix).empty()) << prefix;
  }
}

TEST_F(LocalStore, SweepsWhatKilledWritersLeft) {
  store_->put("kept", "x");
  std::ofstream(root_ / ".work" / "1-1") << "old";
  std::ofstream(root_ / ".work" / "1-2") << "new";
  fs::last_write_time(root_ / ".work" / "1-1",
                      fs::file_time_type::clock::now() - std::chrono::hours(3));
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(3);
  fs::create_directories(store_->lasting_folder());
  std::ofstream(store_->lasting_folder() / "a") << "old";
  fs::last_write_time(store_->lasting_folder() / "a", old);
  fs::last_write_time(store_->lasting_folder(), old);
  store_->sweep(std::chrono::hours(2));
  EXPECT_TRUE(fs::exists(store_->lasting_folder() / "a")) << "others look after that";
  EXPECT_FALSE(fs::exists(root_ / ".work" / "1-1"));
  EXPECT_TRUE(fs::exists(root_ / ".work" / "1-2"));
  EXPECT_EQ(store_->read("kept"), "x");
}

TEST_F(LocalStore, WritersOfBytesAndOfFilesDoNotMeet) {
  const fs::path source = root_ / "source";
  std::ofstream(source) << std::string(100000, 'f');
  parallel_for(200, 4, [&](std::size_t i) {
    const std::string key = "k/" + std::to_string(i);
    if (i % 2 == 0) {
      store_->put(key, std::string(50000, 'b'));
    } else {
      store_->put_file(key, source);
    }
  });
  for (std::size_t i = 0; i < 200; ++i) {
    const auto expected = i % 2 == 0 ? std::string(50000, 'b') : std::string(100000, 'f');
    EXPECT_EQ(store_->get("k/" + std::to_string(i))->bytes, expected) << i;
  }
}

TEST_F(LocalStore, FullDiskIsAClearErrorAndLeavesNothingBehind) {
  store_->put("kept", "old");
  // A limit on file size fails a write half-way, as a full disk does.
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  ErrorCode code = ErrorCode::usage;
  try {
    store_->put("kept", std::string(100000, 'x'));
  } catch (const Error& error) {
    code = error.code();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(code, ErrorCode::no_space);
  EXPECT_EQ(store_->get("kept")->bytes, "old");
  EXPECT_TRUE(fs::is_empty(root_ / ".work"));
}

}  // namespace
}  // namespace forecart

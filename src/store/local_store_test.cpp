#include "base/error.h"
#include "base/parallel.h"
#include "store/store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;

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

TEST_F(LocalStore, GivesBackWhatWasPut) {
  EXPECT_FALSE(store_->get("a/b.json"));
  EXPECT_FALSE(store_->read("a/b.json"));
  store_->put("a/b.json", std::string("x\0y", 3));
  EXPECT_EQ(store_->get("a/b.json")->bytes, std::string("x\0y", 3));
  EXPECT_EQ(store_->read("a/b.json"), std::string("x\0y", 3));
  EXPECT_TRUE(store_->exists("a/b.json"));
  store_->put("empty", "");
  EXPECT_EQ(store_->get("empty")->bytes, "");
  store_->remove("a/b.json");
  EXPECT_FALSE(store_->exists("a/b.json"));
}

TEST_F(LocalStore, ListsByPrefixInOrder) {
  for (const auto* key : {"runs/x/2", "runs/x/1", "runs/xy/1", "raw/1"}) store_->put(key, "");
  EXPECT_EQ(store_->list("runs/x/"), (std::vector<std::string>{"runs/x/1", "runs/x/2"}));
  EXPECT_EQ(store_->list("runs/x").size(), 3U);
  EXPECT_EQ(store_->list("").size(), 4U) << "work in progress is no object";
  EXPECT_TRUE(store_->list("none/").empty());
}

TEST_F(LocalStore, ListingGoesOnAfterAKeyAndEndsWhenToldTo) {
  const std::vector<std::string> keys{"a", "a-b/1", "a.txt", "a/1", "a/2/x", "a/3", "a~"};
  for (const std::string& key : keys) {
    if (key != "a") store_->put(key, key);  // a folder and a file of one name cannot be on disk
  }
  EXPECT_EQ(store_->list(""), std::vector<std::string>(keys.begin() + 1, keys.end()));
  for (std::size_t at = 1; at < keys.size(); ++at) {
    std::vector<std::string> seen;
    store_->list_objects({.prefix = "a", .start_after = keys[at]}, [&](const ObjectInfo& object) {
      EXPECT_EQ(object.size, std::ssize(object.key));
      seen.push_back(object.key);
      return seen.size() < 2;
    });
    const auto next = keys.begin() + static_cast<std::ptrdiff_t>(at) + 1;
    EXPECT_EQ(seen, std::vector<std::string>(next, std::min(next + 2, keys.end()))) << keys[at];
  }
}

TEST_F(LocalStore, ListingStaysBelowTheRoot) {
  store_->put("a/b", "");
  for (const auto* prefix : {"/", "../", "a/../", "a/../../", "a//", ".work/"}) {
    EXPECT_TRUE(store_->list(prefix).empty()) << prefix;
  }
}

TEST_F(LocalStore, TellsWhatItKnowsOfAnObject) {
  EXPECT_FALSE(store_->info("a/b"));
  store_->put("a/b", "12345");
  const auto first = store_->info("a/b");
  EXPECT_EQ(first->key, "a/b");
  EXPECT_EQ(first->size, 5);
  EXPECT_LE(std::chrono::abs(store_->now() - first->modified), std::chrono::seconds(5));
  EXPECT_FALSE(store_->info("a")) << "a folder is no object";
  EXPECT_FALSE(store_->exists("a"));
  store_->put("a/b", "54321");
  EXPECT_NE(store_->info("a/b")->version, first->version);
  EXPECT_FALSE(store_->presigned_url("a/b", std::chrono::seconds(60)));
}

TEST_F(LocalStore, SweepsWhatKilledWritersLeft) {
  store_->put("kept", "x");
  std::ofstream(root_ / ".work" / "1-1") << "old";
  std::ofstream(root_ / ".work" / "1-2") << "new";
  fs::last_write_time(root_ / ".work" / "1-1",
                      fs::file_time_type::clock::now() - std::chrono::hours(3));
  store_->sweep(std::chrono::hours(2));
  EXPECT_FALSE(fs::exists(root_ / ".work" / "1-1"));
  EXPECT_TRUE(fs::exists(root_ / ".work" / "1-2"));
  EXPECT_EQ(store_->read("kept"), "x");
}

TEST_F(LocalStore, ConditionalWritesSayWhetherTheyWon) {
  EXPECT_TRUE(store_->put_if_absent("p", "1"));
  EXPECT_FALSE(store_->put_if_absent("p", "2"));
  const std::string tag = store_->get("p")->tag;
  EXPECT_TRUE(store_->put_if_match("p", "2", tag));
  EXPECT_FALSE(store_->put_if_match("p", "3", tag));
  EXPECT_FALSE(store_->put_if_match("q", "3", tag));
  EXPECT_EQ(store_->get("p")->bytes, "2");
}

TEST_F(LocalStore, OfManyWritersOneWins) {
  std::atomic<int> created{0};
  std::atomic<int> swapped{0};
  parallel_for(64, 8, [&](std::size_t i) {
    created += store_->put_if_absent("p", std::to_string(i)) ? 1 : 0;
  });
  EXPECT_EQ(created, 1);
  const std::string tag = store_->get("p")->tag;
  parallel_for(64, 8, [&](std::size_t i) {
    swapped += store_->put_if_match("p", "w" + std::to_string(i), tag) ? 1 : 0;
  });
  EXPECT_EQ(swapped, 1);
}

TEST_F(LocalStore, TakesFilesAndGivesFiles) {
  std::ofstream(root_ / ".work" / "in") << std::string(3 << 20, 'a');
  store_->put_file("raw/1", root_ / ".work" / "in");
  EXPECT_EQ(fs::file_size(store_->fetch("raw/1")), 3U << 20);
  EXPECT_THROW(store_->fetch("raw/2"), Error);
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

TEST_F(LocalStore, RefusesKeysThatLeaveTheRoot) {
  for (const auto* key : {"", "/a", "a//b", "../a", "a/../b", "a/", ".work/x"}) {
    EXPECT_THROW(store_->put(key, ""), Error) << key;
  }
  EXPECT_THROW(store_->put(std::string(901, 'k'), ""), Error);
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

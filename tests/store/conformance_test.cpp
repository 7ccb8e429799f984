// What every store has to do, asked of a local folder, of Ceph and of moto.

#include "base/error.h"
#include "base/parallel.h"
#include "store/store.h"

#include "s3_servers.h"
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

namespace forecart {
namespace {

namespace fs = std::filesystem;

class Store : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("forecart-conformance-" + std::to_string(getpid()));
    fs::create_directories(root_);
    if (is_local()) {
      store_ = open_local_store(root_ / "store");
      return;
    }
    const auto server = testing_s3::running_server(GetParam());
    if (!server) GTEST_SKIP() << GetParam() << " does not run (tests/store/servers)";
    store_ = testing_s3::open_test_store(*server, testing_s3::settings_of(*server));
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(root_);
  }

  bool is_local() const { return std::string_view(GetParam()) == "local"; }
  fs::path make_file(std::size_t size) const;

  fs::path root_;
  std::unique_ptr<ObjectStore> store_;
};

INSTANTIATE_TEST_SUITE_P(On, Store, testing::Values("local", "ceph", "moto"),
                         [](const auto& param) { return std::string(param.param); });

/// Bytes that differ from part to part.
fs::path Store::make_file(std::size_t size) const {
  fs::path path = root_ / "file";
  std::ofstream file(path, std::ios::binary);
  std::string block;
  for (std::size_t done = 0; done < size; done += block.size()) {
    block.assign(std::min<std::size_t>(size - done, 4099), static_cast<char>(done * 31 / 4099));
    file << block;
  }
  return path;
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What lies below the prefix, as it is listed.
std::vector<ObjectInfo> listed(const ObjectStore& store, const std::string& prefix) {
  std::vector<ObjectInfo> objects;
  store.list_objects({.prefix = prefix}, [&](const ObjectInfo& object) {
    objects.push_back(object);
    return true;
  });
  return objects;
}

TEST_P(Store, GivesBackWhatWasPut) {
  EXPECT_FALSE(store_->get("a/b.json"));
  EXPECT_FALSE(store_->read("a/b.json"));
  EXPECT_FALSE(store_->info("a/b.json"));
  EXPECT_FALSE(store_->exists("a/b.json"));
  const std::string bytes("x\0y\xff\r\n", 6);
  store_->put("a/b.json", bytes);
  EXPECT_EQ(store_->get("a/b.json")->bytes, bytes);
  EXPECT_EQ(store_->read("a/b.json"), bytes);
  EXPECT_TRUE(store_->exists("a/b.json"));
  EXPECT_EQ(store_->info("a/b.json")->size, 6);
  store_->put("a/b.json", "other");
  EXPECT_EQ(store_->read("a/b.json"), "other") << "read after write";
  store_->remove("a/b.json");
  store_->remove("a/b.json");
  EXPECT_FALSE(store_->exists("a/b.json"));
}

TEST_P(Store, TakesEmptyObjects) {
  store_->put("empty", "");
  EXPECT_EQ(store_->get("empty")->bytes, "");
  EXPECT_EQ(store_->info("empty")->size, 0);
  EXPECT_EQ(content(store_->fetch("empty")), "");
  store_->put_file("empty-file", make_file(0));
  EXPECT_EQ(store_->read("empty-file"), "");
}

TEST_P(Store, TakesOddKeys) {
  const std::vector<std::string> keys{"odd/with space",
                                      "odd/with+plus",
                                      "odd/a=b&c",
                                      "odd/100%",
                                      "odd/100%25",
                                      "odd/ümläut-€-😀",
                                      "odd/semi;colon,comma",
                                      "odd/q?u#hash",
                                      "odd/quote'\"",
                                      "odd/~tilde!*()",
                                      "odd/back\\slash",
                                      "odd/a:b@c$d",
                                      "odd/<x>&amp;",
                                      "odd/x.",
                                      "odd/[br]{ace}|^`",
                                      "odd/ blank at the end ",
                                      "odd/]]>",
                                      std::string("odd/") + std::string(200, 'k')};
  for (const std::string& key : keys) {
    store_->put(key, "of " + key);
    EXPECT_EQ(store_->read(key), "of " + key) << key;
    EXPECT_EQ(content(store_->fetch(key)), "of " + key) << key;
    EXPECT_TRUE(store_->exists(key)) << key;
  }
  std::vector<std::string> sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(store_->list("odd/"), sorted);
  EXPECT_EQ(store_->list("odd/100%").size(), 2U);
  for (const std::string& key : {keys[0], keys[5]}) store_->remove(key);
  EXPECT_EQ(store_->list("odd/").size(), keys.size() - 2);
  const auto gone = store_->remove_all_unchanged(listed(*store_, "odd/"));
  EXPECT_EQ(gone, std::vector<bool>(keys.size() - 2, true));
  EXPECT_TRUE(store_->list("odd/").empty());
}

TEST_P(Store, RefusesKeysThatCannotBe) {
  for (const auto* key : {"", "/a", "a//b", "../a", "a/../b", "a/", ".work/x"}) {
    EXPECT_THROW(store_->put(key, ""), Error) << key;
    EXPECT_THROW(store_->put_if_absent(key, ""), Error) << key;
    EXPECT_THROW(store_->put_file(key, make_file(1)), Error) << key;
  }
  EXPECT_THROW(store_->put(std::string(901, 'k'), ""), Error);
}

TEST_P(Store, ListsInOrderAndGoesOnWhereItIsTold) {
  const std::vector<std::string> keys{"a-b/1", "a.txt", "a/1", "a/2/x", "a/3", "a~"};
  for (const std::string& key : keys) store_->put(key, key);
  store_->put("b", "");
  EXPECT_EQ(store_->list("a"), keys);
  EXPECT_EQ(store_->list("a/"), (std::vector<std::string>{"a/1", "a/2/x", "a/3"}));
  EXPECT_TRUE(store_->list("c").empty());
  for (std::size_t at = 0; at < keys.size(); ++at) {
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

TEST_P(Store, ListsMoreThanAPage) {
  constexpr std::size_t kCount = 1005;
  parallel_for(kCount, 8, [&](std::size_t i) {
    store_->put("many/" + std::to_string(100000 + i), std::to_string(i));
  });
  const auto keys = store_->list("many/");
  ASSERT_EQ(keys.size(), kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    EXPECT_EQ(keys[i], "many/" + std::to_string(100000 + i));
  }
  std::size_t after = 0;
  store_->list_objects({.prefix = "many/", .start_after = keys[2]}, [&](const ObjectInfo&) {
    ++after;
    return true;
  });
  EXPECT_EQ(after, kCount - 3);
}

TEST_P(Store, TellsTimesByItsOwnClock) {
  store_->put("timed", "1");
  const auto now = store_->now();
  const auto info = store_->info("timed");
  EXPECT_LE(std::chrono::abs(now - info->modified), std::chrono::seconds(5));
  store_->list_objects({.prefix = "timed"}, [&](const ObjectInfo& object) {
    EXPECT_EQ(object.version, info->version);
    EXPECT_LE(std::chrono::abs(object.modified - info->modified), std::chrono::seconds(1));
    return true;
  });
  store_->put("timed", "2");
  EXPECT_NE(store_->info("timed")->version, info->version);
}

TEST_P(Store, RemovesWhatIsAsItWasListed) {
  for (const auto* key : {"r/1", "r/2", "r/3", "r/4"}) store_->put(key, "old");
  const std::vector<ObjectInfo> objects = listed(*store_, "r/");
  store_->put("r/2", "new");
  store_->remove("r/3");
  EXPECT_EQ(store_->remove_all_unchanged(objects), (std::vector<bool>{true, false, true, true}));
  EXPECT_EQ(store_->list("r/"), std::vector<std::string>{"r/2"});
  EXPECT_EQ(store_->read("r/2"), "new");
  EXPECT_FALSE(store_->remove_unchanged(objects[1]));
  EXPECT_TRUE(store_->remove_unchanged(objects[2])) << "gone is gone";
  EXPECT_TRUE(store_->remove_unchanged(listed(*store_, "r/2").front()));
  EXPECT_TRUE(store_->remove_all_unchanged({}).empty());
}

TEST_P(Store, LeavesWhatWasWrittenAgainThoughItIsTheSame) {
  store_->put("same", "content");
  const ObjectInfo before = listed(*store_, "same").front();
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // servers tell whole seconds
  store_->put("same", "content");
  EXPECT_FALSE(store_->remove_unchanged(before));
  EXPECT_TRUE(store_->exists("same"));
}

// XML carries no control characters, and parsers make one line break of another.
TEST_P(Store, RemovesNoKeyInPlaceOfAnother) {
  if (GetParam() == std::string_view("moto")) GTEST_SKIP() << "moto takes no such keys";
  for (const auto* key : {"c/a\rb", "c/a\nb", "c/a\tb"}) store_->put(key, "x");
  auto objects = listed(*store_, "c/");
  std::erase_if(objects, [](const ObjectInfo& object) { return object.key == "c/a\nb"; });
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(store_->remove_all_unchanged(objects), (std::vector<bool>{true, true}));
  EXPECT_EQ(store_->list("c/"), std::vector<std::string>{"c/a\nb"});
}

TEST_P(Store, RemovesMoreThanARequestTakes) {
  constexpr std::size_t kCount = 1005;
  parallel_for(kCount, 8, [&](std::size_t i) { store_->put("m/" + std::to_string(i), ""); });
  const auto gone = store_->remove_all_unchanged(listed(*store_, "m/"));
  EXPECT_EQ(gone, std::vector<bool>(kCount, true));
  EXPECT_TRUE(store_->list("m/").empty());
}

TEST_P(Store, FilesOfAllSizesAboutAPart) {
  constexpr std::size_t kPart = 5 << 20;
  for (const std::size_t size : {std::size_t{1}, kPart - 1, kPart, kPart + 1, 3 * kPart + 17}) {
    const fs::path file = make_file(size);
    store_->put_file("file", file);
    EXPECT_EQ(store_->info("file")->size, static_cast<std::int64_t>(size));
    EXPECT_TRUE(content(store_->fetch("file")) == content(file)) << size;
    EXPECT_TRUE(store_->read("file") == content(file)) << size;
  }
  EXPECT_THROW(store_->put_file("file", root_ / "none"), Error);
  try {
    store_->fetch("none");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
  }
}

TEST_P(Store, WhatWasFetchedIsNeverOld) {
  store_->put("f", "first");
  const fs::path first = store_->fetch("f");
  EXPECT_EQ(content(first), "first");
  EXPECT_EQ(store_->fetch("f"), first) << "the same content is not fetched again";
  store_->put("f", "second");
  EXPECT_EQ(content(store_->fetch("f")), "second");
}

TEST_P(Store, WhatWasFetchedTakesNoRoomOnceNobodyNeedsIt) {
  store_->put("f", "first");
  const auto files = [&] {
    return std::distance(fs::directory_iterator(store_->work_folder()), fs::directory_iterator());
  };
  const auto before = files();
  for (int i = 0; i < 3; ++i) {
    const FetchedFile file(*store_, "f");
    const FetchedFile same(*store_, "f");
    EXPECT_EQ(content(file.path()), "first");
  }
  EXPECT_EQ(files(), before);
  {
    const fs::path kept = store_->fetch("f");
    const FetchedFile released(*store_, "f");
    store_->put("f", "second");
    EXPECT_EQ(content(FetchedFile(*store_, "f").path()), "second");
    EXPECT_EQ(content(kept), is_local() ? "second" : "first") << "somebody else may still read it";
  }
  EXPECT_EQ(files(), is_local() ? before : before + 1);
  EXPECT_EQ(store_->read("f"), "second") << "of a local folder nothing is removed";
}

TEST_P(Store, ConditionalWritesSayWhetherTheyWon) {
  EXPECT_TRUE(store_->put_if_absent("p", "1"));
  EXPECT_FALSE(store_->put_if_absent("p", "1")) << "the same bytes by another writer";
  const std::string tag = store_->get("p")->tag;
  EXPECT_FALSE(store_->put_if_match("p", "3", "another"));
  EXPECT_TRUE(store_->put_if_match("p", "2", tag));
  EXPECT_FALSE(store_->put_if_match("p", "3", tag));
  EXPECT_FALSE(store_->put_if_match("none", "3", tag));
  EXPECT_FALSE(store_->put_if_match("p", "3", ""));
  EXPECT_EQ(store_->get("p")->bytes, "2");
  EXPECT_TRUE(store_->put_if_match("p", "4", store_->get("p")->tag));
}

TEST_P(Store, OfManyWritersOneWins) {
  std::atomic<int> created{0};
  std::atomic<int> swapped{0};
  std::atomic<std::size_t> creator{0};
  parallel_for(64, 64, [&](std::size_t i) {
    if (!store_->put_if_absent("p", "c" + std::to_string(i))) return;
    ++created;
    creator = i;
  });
  EXPECT_EQ(created, 1);
  EXPECT_EQ(store_->read("p"), "c" + std::to_string(creator));
  const std::string tag = store_->get("p")->tag;
  parallel_for(64, 64, [&](std::size_t i) {
    swapped += store_->put_if_match("p", "w" + std::to_string(i), tag) ? 1 : 0;
  });
  EXPECT_EQ(swapped, 1);
}

TEST_P(Store, CountersLoseNothing) {
  if (GetParam() == std::string_view("moto")) {
    GTEST_SKIP() << "moto compares tags and writes in two steps: of 100 runs 2 or 3 lose one";
  }
  store_->put("n", "0");
  parallel_for(4, 4, [&](std::size_t) {
    for (int done = 0; done < 5;) {
      const auto now = store_->get("n");
      done +=
          store_->put_if_match("n", std::to_string(std::stoi(now->bytes) + 1), now->tag) ? 1 : 0;
    }
  });
  EXPECT_EQ(store_->read("n"), "20");
}

}  // namespace
}  // namespace forecart

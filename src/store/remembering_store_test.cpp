#include "store/remembering_store.h"

#include "store/counting_store.h"
#include "store/md5.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace forecart {
namespace {

namespace fs = std::filesystem;

Remembered rule(std::string_view key) {
  if (key.starts_with("runs/")) return Remembered::listed;
  if (key.starts_with("models/")) return Remembered::forever;
  return key == "settings" ? Remembered::call : Remembered::no;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Remembering : public testing::Test {
 protected:
  Remembering() : root_(fs::temp_directory_path() / ("forecart-keep-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    counted_ = std::make_shared<CountingStore>(open_local_store(root_));
    memory_ = std::make_shared<StoreMemory>(counted_, rule, 1000);
    store_ = std::make_unique<RememberingStore>(counted_, memory_);
    other_ = open_local_store(root_);  // of another process
  }
  ~Remembering() override {
    store_.reset();
    memory_.reset();
    fs::remove_all(root_);
  }

  std::int64_t requests() const { return counted_->traffic().requests(); }
  std::int64_t gets() const { return counted_->traffic().gets; }

  fs::path root_;
  std::shared_ptr<CountingStore> counted_;
  std::shared_ptr<StoreMemory> memory_;
  std::unique_ptr<RememberingStore> store_;
  std::unique_ptr<ObjectStore> other_;
};

TEST_F(Remembering, OneListingStandsForManyReads) {
  for (const char* key : {"runs/a/1", "runs/a/2", "runs/a/3"}) other_->put(key, key);
  for (int call = 0; call < 3; ++call) {
    memory_->begin_call();
    for (const char* key : {"runs/a/1", "runs/a/2", "runs/a/3"}) {
      EXPECT_TRUE(store_->exists(key));
      EXPECT_EQ(store_->read(key), key);
    }
  }
  EXPECT_EQ(gets(), 3);
  EXPECT_EQ(requests(), 3 + 3);
}

TEST_F(Remembering, WhatOthersChangedIsSeenByTheNextCall) {
  other_->put("runs/a/1", "old");
  other_->put("runs/a/2", "goes");
  EXPECT_EQ(store_->read("runs/a/1"), "old");
  EXPECT_EQ(store_->read("runs/a/2"), "goes");
  other_->put("runs/a/1", "new");
  other_->remove("runs/a/2");
  memory_->begin_call();
  EXPECT_EQ(store_->read("runs/a/1"), "new");
  EXPECT_EQ(store_->read("runs/a/2"), std::nullopt);
  EXPECT_FALSE(store_->exists("runs/a/2"));
  other_->put("runs/a/9", "came after the listing");
  EXPECT_EQ(store_->read("runs/a/9"), "came after the listing");
}

TEST_F(Remembering, OwnWritesAreSeenAtOnce) {
  other_->put("runs/a/1", "old");
  EXPECT_EQ(store_->read("runs/a/1"), "old");
  store_->put("runs/a/1", "mine");
  EXPECT_EQ(store_->read("runs/a/1"), "mine");
  store_->remove("runs/a/1");
  EXPECT_FALSE(store_->exists("runs/a/1"));
  store_->put("settings", "1");
  EXPECT_EQ(store_->read("settings"), "1");
  store_->put("settings", "2");
  EXPECT_EQ(store_->read("settings"), "2");
}

/// Whose versions are the hashes of what lies there, as S3's are.
class HashedStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  void list_objects(const Listing& listing, const ObjectVisitor& visit) const override {
    inner().list_objects(listing, [&](ObjectInfo object) {
      object.version = hex(md5(*inner().read(object.key)));
      return visit(object);
    });
  }
};

TEST_F(Remembering, OwnWritesAreKnownToTheNextCallByTheirHash) {
  RememberingStore store(std::make_shared<HashedStore>(counted_), memory_);
  for (const char* key : {"runs/a/same", "runs/a/changes", "runs/a/goes"}) store.put(key, "mine");
  other_->put("runs/a/changes", "theirs");
  other_->remove("runs/a/goes");
  memory_->begin_call();
  EXPECT_TRUE(store.exists("runs/a/same"));  // lists
  const auto before = gets();
  EXPECT_EQ(store.read("runs/a/same"), "mine");
  EXPECT_EQ(gets(), before);
  EXPECT_EQ(store.read("runs/a/changes"), "theirs");
  EXPECT_EQ(store.read("runs/a/goes"), std::nullopt);
}

TEST_F(Remembering, ContentUnderItsOwnNameIsReadOnce) {
  store_->put("models/abc", "state");
  memory_->begin_call();
  EXPECT_EQ(store_->read("models/abc"), "state");
  EXPECT_EQ(gets(), 0);
  EXPECT_EQ(store_->read("models/none"), std::nullopt);
  other_->put("models/none", "now");
  EXPECT_EQ(store_->read("models/none"), "now");
}

TEST_F(Remembering, SettingsHoldForACall) {
  EXPECT_EQ(store_->read("settings"), std::nullopt);
  other_->put("settings", "new");
  EXPECT_EQ(store_->read("settings"), std::nullopt);
  EXPECT_FALSE(store_->exists("settings"));
  memory_->begin_call();
  EXPECT_EQ(store_->read("settings"), "new");
}

TEST_F(Remembering, WhatCoordinatesIsAlwaysAsked) {
  other_->put("work/lease", "1");
  EXPECT_EQ(store_->read("work/lease"), "1");
  other_->put("work/lease", "2");
  EXPECT_EQ(store_->read("work/lease"), "2");
  other_->put("runs/a/1", "x");
  EXPECT_TRUE(store_->exists("runs/a/1"));
  other_->remove("runs/a/1");
  EXPECT_FALSE(store_->info("runs/a/1"));
}

TEST_F(Remembering, FilesAreKeptAsLongAsTheyAreTheSame) {
  other_->put("runs/a/table", "old");
  EXPECT_EQ(text_of(store_->fetch("runs/a/table")), "old");
  memory_->begin_call();
  const auto again = store_->fetch("runs/a/table");
  EXPECT_EQ(text_of(again), "old");
  store_->release(again);
  EXPECT_EQ(gets(), 1);
  other_->put("runs/a/table", "new");
  memory_->begin_call();
  EXPECT_EQ(text_of(store_->fetch("runs/a/table")), "new");
}

TEST_F(Remembering, MemoryHasAnEnd) {
  const std::string large(600, 'x');
  for (const char* key : {"models/1", "models/2", "models/3"}) other_->put(key, large);
  for (int i = 0; i < 2; ++i) {
    for (const char* key : {"models/1", "models/2", "models/3"}) {
      EXPECT_EQ(store_->read(key), large);
    }
  }
  EXPECT_EQ(gets(), 3 + 2);  // one fits
  memory_->begin_call();
  EXPECT_EQ(store_->read("models/1"), large);
  EXPECT_EQ(gets(), 3 + 2 + 1);
}

}  // namespace
}  // namespace forecart

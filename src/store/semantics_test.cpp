#include "store/semantics.h"

#include "base/error.h"
#include "base/parallel.h"
#include "store/failing_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;

/// A local store whose conditional writes can be broken in the ways that stores are found to be.
class BrokenStore final : public ObjectStore {
 public:
  enum class Fault { overwrites, missing, ignores_tags };
  BrokenStore(const fs::path& root, Fault fault) : store_(open_local_store(root)), fault_(fault) {}

  bool put_if_absent(std::string_view key, std::string_view bytes) override {
    if (fault_ == Fault::missing) throw Error(ErrorCode::unavailable, "status 501");
    if (fault_ == Fault::ignores_tags) return store_->put_if_absent(key, bytes);
    store_->put(key, bytes);
    return true;
  }
  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view) override {
    if (fault_ == Fault::missing) throw Error(ErrorCode::unavailable, "status 501");
    store_->put(key, bytes);
    return true;
  }

  std::optional<std::string> read(std::string_view key) const override { return store_->read(key); }
  std::optional<StoredObject> get(std::string_view key) const override { return store_->get(key); }
  bool exists(std::string_view key) const override { return store_->exists(key); }
  std::optional<ObjectInfo> info(std::string_view key) const override { return store_->info(key); }
  void put(std::string_view key, std::string_view bytes) override { store_->put(key, bytes); }
  void put_file(std::string_view key, const fs::path& file) override {
    store_->put_file(key, file);
  }
  void list_objects(const Listing& listing, const ObjectVisitor& visit) const override {
    store_->list_objects(listing, visit);
  }
  void remove(std::string_view key) override { store_->remove(key); }
  fs::path fetch(std::string_view key) const override { return store_->fetch(key); }
  fs::path work_folder() const override { return store_->work_folder(); }
  Instant now() const override { return store_->now(); }
  void sweep(std::chrono::hours older) override { store_->sweep(older); }
  std::optional<std::string> presigned_url(std::string_view, std::chrono::seconds) const override {
    return std::nullopt;
  }

 private:
  std::unique_ptr<ObjectStore> store_;
  Fault fault_;
};

class Semantics : public testing::Test {
 protected:
  Semantics() : root_(fs::temp_directory_path() / ("forecart-probe-" + std::to_string(getpid()))) {}
  ~Semantics() override { fs::remove_all(root_); }
  std::unique_ptr<ObjectStore> broken(BrokenStore::Fault fault) const {
    return std::make_unique<BrokenStore>(root_, fault);
  }

  fs::path root_;
};

TEST_F(Semantics, OfALocalStoreHoldAndLeaveNothingBehind) {
  const auto store = open_local_store(root_);
  const StoreSemantics found = probe_semantics(*store);
  EXPECT_TRUE(found.shared());
  EXPECT_EQ(found.finding, "");
  EXPECT_TRUE(store->list("").empty());
}

TEST_F(Semantics, SilentOverwritingIsFound) {
  const StoreSemantics found = probe_semantics(*broken(BrokenStore::Fault::overwrites));
  EXPECT_FALSE(found.put_if_absent);
  EXPECT_FALSE(found.put_if_match);
  EXPECT_NE(found.finding.find("64 of 64"), std::string::npos);
}

TEST_F(Semantics, OneOfTheTwoMayBeMissing) {
  const StoreSemantics found = probe_semantics(*broken(BrokenStore::Fault::ignores_tags), 8);
  EXPECT_TRUE(found.put_if_absent);
  EXPECT_FALSE(found.put_if_match);
  EXPECT_FALSE(found.shared());
}

TEST_F(Semantics, AStoreThatCannotIsFound) {
  const StoreSemantics found = probe_semantics(*broken(BrokenStore::Fault::missing), 8);
  EXPECT_FALSE(found.put_if_absent || found.put_if_match);
  EXPECT_NE(found.finding.find("501"), std::string::npos);
}

TEST_F(Semantics, OtherTroubleIsThrown) {
  FailingStore store(open_local_store(root_), {.every = 1, .code = ErrorCode::unreadable});
  EXPECT_THROW(probe_semantics(store), Error);
}

TEST_F(Semantics, ASingleWriterDoesWithoutConditionalWrites) {
  const auto store = single_writer_store(broken(BrokenStore::Fault::missing));
  EXPECT_TRUE(probe_semantics(*store).shared());
  std::ofstream(root_ / ".work" / "in").flush();
  store->put_file("a/b", root_ / ".work" / "in");
  EXPECT_EQ(store->list(""), std::vector<std::string>{"a/b"});
  EXPECT_EQ(store->read("a/b"), "");
  EXPECT_EQ(store->info("a/b")->size, 0);
  EXPECT_TRUE(fs::exists(store->fetch("a/b")));
}

}  // namespace
}  // namespace forecart

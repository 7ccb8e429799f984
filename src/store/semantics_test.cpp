#include "store/semantics.h"

#include "base/error.h"
#include "store/failing_store.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

namespace forecart {
namespace {

namespace fs = std::filesystem;

/// A local store whose conditional writes can be broken in the ways that stores are found to be.
class BrokenStore final : public ForwardingStore {
 public:
  enum class Fault { overwrites, missing, ignores_tags };
  BrokenStore(const fs::path& root, Fault fault)
      : ForwardingStore(open_local_store(root)), fault_(fault) {}

  bool put_if_absent(std::string_view key, std::string_view bytes) override {
    if (fault_ == Fault::missing) throw Error(ErrorCode::unavailable, "status 501");
    if (fault_ == Fault::ignores_tags) return inner().put_if_absent(key, bytes);
    put(key, bytes);
    return true;
  }
  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view) override {
    if (fault_ == Fault::missing) throw Error(ErrorCode::unavailable, "status 501");
    put(key, bytes);
    return true;
  }

 private:
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
  const auto store =
      single_writer_store(broken(BrokenStore::Fault::missing), root_ / ".work" / "lock-of-tests");
  EXPECT_TRUE(probe_semantics(*store).shared());
  EXPECT_TRUE(store->list("").empty());
}

// Each process counts up; what one read before another wrote would be lost.
TEST_F(Semantics, ProcessesOfOneHostTakeTurns) {
  constexpr int kProcesses = 4;
  constexpr int kSteps = 50;
  const auto store = single_writer_store(broken(BrokenStore::Fault::overwrites),
                                         root_ / ".work" / "lock-of-tests");
  EXPECT_TRUE(store->put_if_absent("n", "0"));
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    for (int done = 0; done < kSteps;) {
      const auto now = store->get("n");
      const std::string next = std::to_string(std::stoi(now->bytes) + 1);
      if (store->put_if_match("n", next, now->tag)) ++done;
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(store->read("n"), std::to_string(kProcesses * kSteps));
}

}  // namespace
}  // namespace forecart

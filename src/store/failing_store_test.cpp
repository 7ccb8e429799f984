#include "store/failing_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace forecart {
namespace {

namespace fs = std::filesystem;

class Failing : public testing::Test {
 protected:
  Failing() : root_(fs::temp_directory_path() / ("forecart-failing-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    store_ = std::make_unique<FailingStore>(open_local_store(root_), FailurePlan{});
  }
  ~Failing() override { fs::remove_all(root_); }

  fs::path root_;
  std::unique_ptr<FailingStore> store_;
};

TEST_F(Failing, FailsEachThirdCallBeforeItIsDone) {
  store_->follow({.every = 3});
  store_->put("a", "1");
  EXPECT_TRUE(store_->exists("a"));
  EXPECT_THROW(store_->put("a", "2"), Error);
  EXPECT_EQ(store_->read("a"), "1");
  EXPECT_EQ(store_->calls(), 4);
  EXPECT_TRUE(store_->info("a"));
  EXPECT_THROW(store_->remove("a"), Error);
  EXPECT_TRUE(store_->exists("a"));
}

TEST_F(Failing, FailsOneCallAfterItWasDone) {
  store_->follow({.only = 2, .after = true, .writes_only = true, .code = ErrorCode::no_space});
  EXPECT_TRUE(store_->put_if_absent("a", "1"));
  EXPECT_EQ(store_->read("a"), "1");
  const std::string tag = store_->get("a")->tag;
  try {
    store_->put_if_match("a", "2", tag);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::no_space);
  }
  EXPECT_EQ(store_->read("a"), "2");
  store_->put("a", "3");
}

TEST_F(Failing, AListingBreaksOff) {
  for (const auto* key : {"k/1", "k/2", "k/3"}) store_->put(key, "");
  int seen = 0;
  const auto list = [&] {
    store_->list_objects({.prefix = "k/"}, [&](const ObjectInfo&) { return ++seen > 0; });
  };
  store_->follow({.only = 1});
  EXPECT_THROW(list(), Error);
  EXPECT_EQ(seen, 0);
  store_->follow({.only = 1, .after = true});
  EXPECT_THROW(list(), Error);
  EXPECT_EQ(seen, 1);
  list();
  EXPECT_EQ(seen, 4);
}

TEST_F(Failing, ThePlanIsFollowedByEveryCall) {
  store_->put("a", "1");
  const ObjectInfo listed = *store_->info("a");
  store_->follow({.every = 1});
  EXPECT_THROW(store_->read("a"), Error);
  EXPECT_THROW(store_->get("a"), Error);
  EXPECT_THROW(store_->exists("a"), Error);
  EXPECT_THROW(store_->info("a"), Error);
  EXPECT_THROW(store_->fetch("a"), Error);
  EXPECT_THROW(store_->put_file("a", root_ / "a"), Error);
  EXPECT_THROW(store_->put_if_absent("b", ""), Error);
  EXPECT_THROW(store_->put_if_match("a", "", ""), Error);
  EXPECT_THROW(store_->list(""), Error);
  EXPECT_THROW(store_->presigned_url("a", std::chrono::seconds(1)), Error);
  EXPECT_THROW(store_->sweep(std::chrono::hours(1)), Error);
  EXPECT_THROW(store_->remove_unchanged(listed), Error);
  EXPECT_EQ(store_->calls(), 12);
  store_->follow({});
  EXPECT_TRUE(store_->exists("a"));
  EXPECT_TRUE(store_->remove_unchanged(listed));
  EXPECT_FALSE(store_->work_folder().empty());
  EXPECT_GT(store_->now(), Instant{});
}

}  // namespace
}  // namespace forecart

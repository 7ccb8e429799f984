#include "pipeline/repository.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;

class RepositoryTest : public testing::Test {
 protected:
  RepositoryTest()
      : root_(fs::temp_directory_path() / ("forecart-repository-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
  }
  ~RepositoryTest() override { fs::remove_all(root_); }

  static ErrorCode code_of(const auto& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::usage;
  }

  fs::path root_;
};

TEST_F(RepositoryTest, IsMadeOnceAndOpenedAgain) {
  EXPECT_EQ(code_of([&] { Repository::open(root_); }), ErrorCode::not_found);
  Repository::open_or_create(root_);
  Repository::open_or_create(root_);
  EXPECT_TRUE(Repository::open(root_).datasets().empty());
}

TEST_F(RepositoryTest, KnowsWhatTheStoreIsWorth) {
  const Repository made = Repository::open_or_create(root_);
  EXPECT_TRUE(made.semantics().shared());
  EXPECT_EQ(made.read_json("forecart.json").at("store"),
            (nlohmann::json{{"put_if_absent", true}, {"put_if_match", true}, {"finding", ""}}));
  EXPECT_EQ(made.store().list(""), std::vector<std::string>{"forecart.json"});
  std::ofstream(root_ / "forecart.json") << R"({"format": 1})";
  EXPECT_TRUE(Repository::open(root_).semantics().shared()) << "of before it was kept";
  std::ofstream(root_ / "forecart.json") << R"({"format": 1, "store": 7})";
  EXPECT_EQ(code_of([&] { Repository::open(root_); }), ErrorCode::bad_data);
}

TEST_F(RepositoryTest, WhatAProbeThatDiedHasLeftIsNoHindrance) {
  open_local_store(root_)->put("probe/1-2", "x");
  EXPECT_TRUE(Repository::open_or_create(root_).semantics().shared());
}

TEST_F(RepositoryTest, OfANewerVersionIsRefused) {
  Repository::open_or_create(root_);
  std::ofstream(root_ / "forecart.json") << R"({"format": 999})";
  EXPECT_EQ(code_of([&] { Repository::open(root_); }), ErrorCode::newer_version);
  EXPECT_EQ(code_of([&] { Repository::open_or_create(root_); }), ErrorCode::newer_version);
}

TEST_F(RepositoryTest, AFolderWithOtherFilesIsRefused) {
  fs::create_directories(root_);
  std::ofstream(root_ / "holiday.jpg") << "x";
  EXPECT_EQ(code_of([&] { Repository::open_or_create(root_); }), ErrorCode::bad_data);
}

TEST_F(RepositoryTest, DamagedRootIsRefused) {
  Repository::open_or_create(root_);
  std::ofstream(root_ / "forecart.json") << "{";
  EXPECT_EQ(code_of([&] { Repository::open(root_); }), ErrorCode::bad_data);
}

TEST_F(RepositoryTest, PointerMovesByCompareAndSwap) {
  Repository repository = Repository::open_or_create(root_);
  EXPECT_FALSE(repository.current("orders"));
  EXPECT_TRUE(repository.set_current("orders", std::nullopt, {{"run", "1"}}));
  EXPECT_FALSE(repository.set_current("orders", std::nullopt, {{"run", "2"}}));
  const auto first = repository.current("orders");
  EXPECT_TRUE(repository.set_current("orders", first, {{"run", "2"}}));
  EXPECT_FALSE(repository.set_current("orders", first, {{"run", "3"}}));
  EXPECT_EQ(repository.current("orders")->at("run"), "2");
}

TEST_F(RepositoryTest, DatasetNamesArePlain) {
  EXPECT_NO_THROW(check_dataset_name("web-shop_2"));
  for (const auto* name : {"", "../x", "a/b", "a b", "-a", "ä"}) {
    EXPECT_EQ(code_of([&] { check_dataset_name(name); }), ErrorCode::invalid_value) << name;
  }
}

TEST(MakeStamp, SortsByTimeAndEndsWithTheHash) {
  const std::string stamp = make_stamp("abcdef123");
  EXPECT_EQ(stamp.size(), std::string("20260412T083015.123Z-abcdef").size());
  EXPECT_TRUE(stamp.ends_with("Z-abcdef"));
  EXPECT_LE(stamp, make_stamp("zzzzzz"));
}

}  // namespace
}  // namespace forecart

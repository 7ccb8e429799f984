#include "access/user_directory.h"

#include "store/counting_store.h"
#include "store/failing_store.h"

#include "access/test_access.h"
#include <gtest/gtest.h>

#include <thread>

namespace forecart {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFreshness{5000};

void add_root(UserTable& table) {
  table.users["root"] = {.name = "root", .id = "a1", .role = Role::admin};
}

class Directory : public ::testing::Test {
 protected:
  UserDirectory directory(ObjectStore& on) { return {on, kFreshness, clock.reader()}; }

  TestFolder folder;
  TestClock clock;
  std::shared_ptr<ObjectStore> store = open_local_store(folder.path());
};

TEST_F(Directory, IsEmptyWhereThereIsNothing) {
  EXPECT_TRUE(directory(*store).users()->empty());
}

TEST_F(Directory, TheFirstUserIsAnAdmin) {
  auto users = directory(*store);
  const auto add_viewer = [](UserTable& table) { table.users["ann"] = {.name = "ann", .id = "b"}; };
  EXPECT_EQ(code_of([&] { users.change(add_viewer); }), ErrorCode::conflict);
  users.change(add_root);
  users.change(add_viewer);
  EXPECT_EQ(users.users()->table().users.size(), 2U);
}

/// Several processes that all change the one object: no change is lost.
TEST_F(Directory, RacingChangesAllHold) {
  constexpr int kProcesses = 6;
  constexpr int kChanges = 8;
  directory(*store).change(add_root);
  std::vector<std::thread> threads;
  for (int process = 0; process < kProcesses; ++process) {
    threads.emplace_back([this, process] {
      auto users = directory(*store);
      for (int i = 0; i < kChanges; ++i) {
        const std::string name = "u" + std::to_string(process) + "." + std::to_string(i);
        users.change([&](UserTable& table) {
          table.users[name] = {.name = name, .id = name};
          ++table.users["root"].generation;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto table = directory(*store).users()->table();
  EXPECT_EQ(table.users.size(), std::size_t{kProcesses * kChanges + 1});
  EXPECT_EQ(table.users.at("root").generation, kProcesses * kChanges);
  EXPECT_EQ(table.revision, kProcesses * kChanges + 1);
}

TEST_F(Directory, ReadsTheStoreOnlyWhenWhatItHasIsOldAndOther) {
  directory(*store).change(add_root);
  CountingStore counted(store);
  auto users = directory(counted);
  for (int i = 0; i < 1000; ++i) users.users();
  const auto first = counted.traffic();
  EXPECT_LE(first.gets, 2);
  for (int i = 0; i < 10; ++i) {
    clock.pass(kFreshness);
    users.users();
  }
  EXPECT_EQ(counted.traffic().bytes_read, first.bytes_read) << "the same object is not read again";
  auto other = directory(*store);
  other.change([](UserTable& table) { table.users["root"].generation = 9; });
  EXPECT_EQ(users.users()->find("root")->generation, 0);
  clock.pass(kFreshness);
  EXPECT_EQ(users.users()->find("root")->generation, 9);
}

TEST_F(Directory, WhatTheStoreCannotSayIsAnErrorAndNotAnOldAnswer) {
  auto failing = std::make_shared<FailingStore>(store, FailurePlan{});
  auto users = directory(*failing);
  users.change(add_root);
  failing->follow({.every = 1});
  EXPECT_NE(users.users()->find("root"), nullptr);
  clock.pass(kFreshness);
  EXPECT_EQ(code_of([&] { users.users(); }), ErrorCode::unavailable);
  EXPECT_EQ(code_of([&] { users.users(); }), ErrorCode::unavailable);
  failing->follow({});
  EXPECT_NE(users.users()->find("root"), nullptr);
}

/// Each call of the store fails once, before and after it took effect: the table is never damaged,
/// and holds the change where the call was not told to have failed.
TEST_F(Directory, AnyFailureLeavesAWholeTable) {
  directory(*store).change(add_root);
  for (const bool after : {false, true}) {
    for (int call = 1; call <= 4; ++call) {
      auto failing =
          std::make_shared<FailingStore>(store, FailurePlan{.only = call, .after = after});
      auto users = directory(*failing);
      const auto before = directory(*store).users()->find("root")->generation;
      const auto code = code_of(
          [&] { users.change([](UserTable& table) { ++table.users["root"].generation; }); });
      const auto now = directory(*store).users()->find("root")->generation;
      EXPECT_GE(now, code ? before : before + 1);
      EXPECT_LE(now, before + 1);
    }
  }
}

TEST_F(Directory, FindsUsersByNameSubjectAndToken) {
  auto users = directory(*store);
  const auto snapshot = users.change([](UserTable& table) {
    add_root(table);
    User ann{.name = "ann", .id = "b", .subject = Subject{"https://id.example", "42"}};
    ann.tokens.push_back(
        {.id = "t", .name = "ci", .hash = "h", .scope = {}, .created = {}, .expires = {}});
    table.users["ann"] = ann;
  });
  EXPECT_EQ(snapshot->find("ann")->id, "b");
  EXPECT_EQ(snapshot->find("anna"), nullptr);
  EXPECT_EQ(snapshot->find(Subject{"https://id.example", "42"})->name, "ann");
  EXPECT_EQ(snapshot->find_token("h")->first->name, "ann");
  EXPECT_FALSE(snapshot->find_token("g"));
}

}  // namespace
}  // namespace forecart

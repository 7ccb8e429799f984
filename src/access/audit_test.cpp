#include "access/audit.h"

#include "access/test_access.h"
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace forecart {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class AuditTest : public ::testing::Test {
 protected:
  void tell(const std::string& what) { audit.write({.by = {"ann", "192.0.2.7"}, .what = what}); }
  std::vector<std::string> told(const AuditQuery& query) const {
    std::vector<std::string> all;
    for (const AuditEntry& entry : audit.read(query)) all.push_back(entry.what);
    return all;
  }
  AuditQuery all() const { return {.from = {}, .to = clock.now() + hours(1), .most = 1000}; }

  TestFolder folder;
  TestClock clock;
  std::unique_ptr<ObjectStore> store = open_local_store(folder.path());
  Audit audit{*store, clock.reader()};
};

using Words = std::vector<std::string>;

TEST_F(AuditTest, IsReadAsItWasWritten) {
  audit.write({.by = {"ann", "192.0.2.7"},
               .what = "dataset.upload",
               .on = "orders",
               .outcome = "bad_data",
               .detail = {{"rows", 7}}});
  const auto entries = audit.read(all());
  ASSERT_EQ(entries.size(), 1U);
  const AuditEntry& entry = entries.front();
  EXPECT_EQ(entry.by.who, "ann");
  EXPECT_EQ(entry.by.address, "192.0.2.7");
  EXPECT_EQ(entry.what, "dataset.upload");
  EXPECT_EQ(entry.on, "orders");
  EXPECT_EQ(entry.outcome, "bad_data");
  EXPECT_EQ(entry.detail["rows"], 7);
  EXPECT_EQ(entry.at, clock.now());
  EXPECT_TRUE(store->exists("audit/2026-11-27/" + entry.stamp + ".json"));
}

TEST_F(AuditTest, NewestComeFirstAcrossDaysAndSilences) {
  for (const int gap : {0, 1, 3600, 86'400, 40 * 86'400, 1, 400 * 86'400}) {
    clock.pass(seconds(gap));
    tell(std::to_string(gap));
  }
  EXPECT_EQ(told(all()), (Words{"34560000", "1", "3456000", "86400", "3600", "1", "0"}));
  AuditQuery some = all();
  some.most = 2;
  EXPECT_EQ(told(some), (Words{"34560000", "1"}));
}

TEST_F(AuditTest, FromIsWithinAndToIsNot) {
  tell("a");
  const Instant second = clock.now() + seconds(1);
  clock.pass(seconds(1));
  tell("b");
  clock.pass(seconds(1));
  tell("c");
  EXPECT_EQ(told({.from = second, .to = clock.now()}), Words{"b"});
  EXPECT_EQ(told({.from = second, .to = second}), Words{});
  EXPECT_EQ(told({.from = Instant::min(), .to = Instant::max()}), (Words{"c", "b", "a"}));
}

TEST_F(AuditTest, PagesFollowEachOther) {
  for (int i = 0; i < 25; ++i) {
    clock.pass(hours(7));
    tell(std::to_string(i));
  }
  AuditQuery query = all();
  query.most = 10;
  Words seen;
  for (int page = 0; page < 3; ++page) {
    const auto entries = audit.read(query);
    for (const AuditEntry& entry : entries) seen.push_back(entry.what);
    query.before = entries.back().stamp;
  }
  ASSERT_EQ(seen.size(), 25U);
  for (int i = 0; i < 25; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], std::to_string(24 - i));
  EXPECT_TRUE(audit.read(query).empty());
}

TEST_F(AuditTest, RefusesWhatCannotBeAsked) {
  for (const char* const before : {"x", "../../access/users", "20261127T120000.000000Z-0a1b2c3"}) {
    AuditQuery query = all();
    query.before = before;
    EXPECT_EQ(code_of([&] { static_cast<void>(audit.read(query)); }), ErrorCode::invalid_value);
  }
  for (const std::size_t most : {std::size_t{0}, kMostEntries + 1}) {
    AuditQuery query = all();
    query.most = most;
    EXPECT_EQ(code_of([&] { static_cast<void>(audit.read(query)); }), ErrorCode::invalid_value);
  }
}

TEST_F(AuditTest, WritersAtTheSameMomentAllHold) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([this] {
      for (int k = 0; k < 20; ++k) tell("x");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(told(all()).size(), 120U);
}

TEST_F(AuditTest, WhatStrangersCauseIsBoundedAndCounted) {
  for (int i = 0; i < 1000; ++i) audit.write_bounded({.by = {}, .what = "stranger"});
  EXPECT_EQ(told(all()).size(), 60U);
  clock.pass(minutes(1));
  audit.write_bounded({.by = {}, .what = "stranger"});
  EXPECT_EQ(audit.read(all()).front().detail["left_out_before"], 940);
}

TEST_F(AuditTest, LongAndWildTextsAreCut) {
  audit.write({.by = {std::string(10'000, 'a'), "\xff\n"},
               .what = "x",
               .on = std::string(255, 'b') + "\xc3\xa4",
               .detail = {{"text", std::string(10'000, 'c')}}});
  const auto entries = audit.read(all());
  EXPECT_EQ(entries.front().by.who.size(), 256U);
  EXPECT_EQ(entries.front().detail["text"].get<std::string>().size(), 256U);
  EXPECT_LE(entries.front().on.size(), 258U);
}

TEST_F(AuditTest, ADamagedEntryIsShownAsSuch) {
  tell("a");
  clock.pass(seconds(1));
  tell("b");
  const std::string key = store->list("audit/").front();
  std::string text = *store->read(key);
  text.replace(text.find("ann"), 3, "eve");
  store->put(key, text);
  const auto entries = audit.read(all());
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].what, "audit.damaged");
  EXPECT_EQ(entries[1].on, key);
  EXPECT_EQ(code_of([&] { parse_audit_entry(text); }), ErrorCode::bad_data);
}

}  // namespace
}  // namespace forecart

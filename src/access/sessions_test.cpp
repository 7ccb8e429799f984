#include "access/sessions.h"

#include "store/counting_store.h"
#include "store/failing_store.h"

#include "access/secret.h"
#include "access/test_access.h"
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace forecart {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const User kAnn{.name = "ann", .id = "b2"};
constexpr const char* kFrom = "192.0.2.7";

std::string key_of(const std::string& secret) {
  return "access/sessions/" + secret_hash(secret) + ".json";
}

class SessionsTest : public ::testing::Test {
 protected:
  std::unique_ptr<Sessions> process(ObjectStore& on) {
    return std::make_unique<Sessions>(on, budget, SessionLimits{}, clock.reader());
  }
  std::unique_ptr<Sessions> process() { return process(*store); }

  TestFolder folder;
  TestClock clock;
  ReadBudget budget{{}, clock.reader()};
  std::shared_ptr<ObjectStore> store = open_local_store(folder.path());
};

TEST_F(SessionsTest, RunsOutWithoutUse) {
  const auto here = process();
  const std::string secret = here->start(kAnn, kFrom).secret;
  for (int i = 0; i < 5; ++i) {
    clock.pass(minutes(29));
    EXPECT_TRUE(here->find(secret, kFrom)) << i;
  }
  clock.pass(minutes(30));
  EXPECT_FALSE(here->find(secret, kFrom));
  EXPECT_FALSE(process()->find(secret, kFrom));
  EXPECT_FALSE(store->exists(key_of(secret)));
}

TEST_F(SessionsTest, RunsOutAfterTwelveHoursOfUse) {
  const auto here = process();
  const NewSession session = here->start(kAnn, kFrom);
  EXPECT_EQ(session.expires, clock.now() + hours(12));
  for (int i = 0; i < 35; ++i) {
    clock.pass(minutes(20));
    ASSERT_TRUE(here->find(session.secret, kFrom)) << i;
  }
  clock.pass(minutes(20) - seconds(1));
  EXPECT_TRUE(here->find(session.secret, kFrom));
  clock.pass(seconds(1));
  EXPECT_FALSE(here->find(session.secret, kFrom));
}

/// Used at one process only: the other one knows by the store.
TEST_F(SessionsTest, UseAtOneProcessCountsAtTheOther) {
  const auto here = process();
  const auto there = process();
  const std::string secret = here->start(kAnn, kFrom).secret;
  EXPECT_TRUE(there->find(secret, kFrom));
  for (int i = 0; i < 100; ++i) {
    clock.pass(minutes(1));
    EXPECT_TRUE(here->find(secret, kFrom));
  }
  EXPECT_TRUE(there->find(secret, kFrom));
}

TEST_F(SessionsTest, TheStoreIsTouchedSeldom) {
  CountingStore counted(store);
  const auto here = process(counted);
  const std::string secret = here->start(kAnn, kFrom).secret;
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(here->find(secret, kFrom));
  EXPECT_EQ(counted.traffic().gets, 0);
  for (int i = 0; i < 600; ++i) {  // ten minutes of a request each second
    clock.pass(seconds(1));
    ASSERT_TRUE(here->find(secret, kFrom));
  }
  EXPECT_LE(counted.traffic().gets, 121) << "every 5 s";
  EXPECT_LE(counted.traffic().puts, 12) << "two at the beginning, then every minute";
}

TEST_F(SessionsTest, JunkCostsNothingAndUnknownSecretsLittle) {
  CountingStore counted(store);
  const auto here = process(counted);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(here->find("fcs_" + random_hex(24) + "x", kFrom));
    EXPECT_FALSE(here->find(make_secret(SecretKind::token), kFrom));
  }
  EXPECT_EQ(counted.traffic().gets, 0);
  const std::string unknown = make_secret(SecretKind::session);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(here->find(unknown, kFrom));
  EXPECT_EQ(counted.traffic().gets, 1);
  const std::string known = here->start(kAnn, kFrom).secret;
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto code = code_of([&] { here->find(make_secret(SecretKind::session), kFrom); });
    refused += code == ErrorCode::unavailable ? 1 : 0;
  }
  EXPECT_GE(refused, 750) << "200 looks of one address in ten seconds";
  clock.pass(seconds(6));
  EXPECT_TRUE(here->find(known, kFrom)) << "who is known here pays nothing";
  EXPECT_FALSE(here->find(make_secret(SecretKind::session), "198.51.100.1"));
}

TEST_F(SessionsTest, ManySessionsTakeBoundedRoom) {
  SessionLimits limits;
  limits.most_kept = 3;
  Sessions here(*store, budget, limits, clock.reader());
  std::vector<std::string> secrets;
  for (int i = 0; i < 10; ++i) secrets.push_back(here.start(kAnn, kFrom).secret);
  for (const std::string& secret : secrets) EXPECT_TRUE(here.find(secret, kFrom));
  SessionCache cache(milliseconds(1), 3);
  for (const std::string& secret : secrets) cache.keep_gone(secret);
  EXPECT_EQ(cache.size(), 3U);
}

TEST_F(SessionsTest, WhatIsGoneStaysGoneInMemory) {
  SessionCache cache(milliseconds(1), 3);
  cache.keep_gone("h");
  EXPECT_FALSE(cache.keep("h", Session{}, clock.now())) << "read before it ended, kept after";
  cache.forget("h");
  EXPECT_EQ(cache.look("h", clock.now()).known, SessionCache::Known::gone);
}

TEST_F(SessionsTest, OneAsksTheStoreWhileOthersGoOn) {
  SessionCache cache(milliseconds(5000), 3);
  cache.keep("h", Session{.user = "ann"}, clock.now());
  clock.pass(seconds(5));
  EXPECT_EQ(cache.look("h", clock.now()).known, SessionCache::Known::stale);
  EXPECT_EQ(cache.look("h", clock.now()).known, SessionCache::Known::fresh);
}

/// Signed out while other processes tell the store that it is in use: it never comes back.
TEST_F(SessionsTest, SignOutWinsAgainstUse) {
  for (int round = 0; round < 20; ++round) {
    const auto here = process();
    const std::string secret = here->start(kAnn, kFrom).secret;
    std::atomic<bool> over = false;
    std::vector<std::thread> users;
    for (int i = 0; i < 3; ++i) {
      users.emplace_back([&] {
        while (!over) {
          const auto other = process();
          clock.pass(seconds(61));
          code_of([&] { other->find(secret, kFrom); });
        }
      });
    }
    std::this_thread::sleep_for(milliseconds(3));
    here->end(secret);
    over = true;
    for (std::thread& user : users) user.join();
    EXPECT_FALSE(store->exists(key_of(secret)));
    EXPECT_FALSE(process()->find(secret, kFrom));
  }
}

/// Of one user, by any process; what ended, ran out or is of another time of the user is not there.
TEST_F(SessionsTest, ThoseOfAUserAreFound) {
  const User bob{.name = "bob", .id = "c3"};
  const auto here = process();
  const std::string first = here->start(kAnn, kFrom).secret;
  clock.pass(minutes(10));
  const std::string second = here->start(kAnn, "198.51.100.1").secret;
  here->start(bob, kFrom);
  const auto there = process();
  ASSERT_EQ(there->of(kAnn).size(), 2U);
  EXPECT_TRUE(there->find(first, "203.0.113.9"));
  const Session used = here->of(kAnn).at(secret_hash(first));
  EXPECT_EQ(used.from, "203.0.113.9");
  EXPECT_EQ(used.seen - used.created, minutes(10));
  there->end_hash(secret_hash(first));
  EXPECT_EQ(here->of(kAnn).size(), 1U);
  EXPECT_EQ(store->list("access/sessions/of/b2/").size(), 1U) << "no mark stays behind";
  User later = kAnn;
  later.generation = 1;
  EXPECT_EQ(here->of(later).size(), 0U);
  EXPECT_EQ(here->of(bob).size(), 1U);
  clock.pass(minutes(31));
  EXPECT_EQ(here->of(bob).size(), 0U);
}

TEST_F(SessionsTest, OldOnesAreSwept) {
  const auto here = process();
  const std::string secret = here->start(kAnn, kFrom).secret;
  EXPECT_EQ(here->sweep(), 0U);
  EXPECT_TRUE(store->exists(key_of(secret)));
  const auto file = folder.path() / key_of(secret);
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - hours(25));
  std::filesystem::last_write_time(
      folder.path() / "access/sessions/of/b2" / (secret_hash(secret) + ".json"),
      std::filesystem::file_time_type::clock::now() - hours(25));
  EXPECT_EQ(here->sweep(), 2U) << "with its mark";
  EXPECT_FALSE(store->exists(key_of(secret)));
}

TEST_F(SessionsTest, AStoreThatIsAwayIsAnErrorAndOneThatIsFullIsNone) {
  auto failing = std::make_shared<FailingStore>(store, FailurePlan{});
  const auto here = process(*failing);
  const std::string secret = here->start(kAnn, kFrom).secret;
  failing->follow({.every = 1});
  EXPECT_TRUE(here->find(secret, kFrom)) << "known for five seconds";
  clock.pass(seconds(5));
  EXPECT_EQ(code_of([&] { here->find(secret, kFrom); }), ErrorCode::unavailable);
  EXPECT_EQ(code_of([&] { here->find(secret, kFrom); }), ErrorCode::unavailable);
  failing->follow({.every = 1, .writes_only = true, .code = ErrorCode::no_space});
  clock.pass(minutes(2));
  EXPECT_TRUE(here->find(secret, kFrom)) << "only the note of its use is missing";
}

TEST_F(SessionsTest, TamperedAndCutRecordsAreDamage) {
  const std::string secret = process()->start(kAnn, kFrom).secret;
  const std::string text = *store->read(key_of(secret));
  for (std::size_t size = 0; size < text.size(); size += 7) {
    store->put(key_of(secret), text.substr(0, size));
    EXPECT_EQ(code_of([&] { process()->find(secret, kFrom); }), ErrorCode::bad_data) << size;
  }
  std::string other = text;
  other.replace(other.find("\"ann\""), 5, "\"eve\"");
  store->put(key_of(secret), other);
  EXPECT_EQ(code_of([&] { process()->find(secret, kFrom); }), ErrorCode::bad_data);
  store->put(key_of(secret), text);
  EXPECT_EQ(process()->find(secret, kFrom)->user, "ann");
}

}  // namespace
}  // namespace forecart

#include "access/sign_in_guard.h"

#include "access/network_address.h"
#include "access/read_budget.h"
#include "access/test_access.h"
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace forecart {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class Guard : public ::testing::Test {
 protected:
  TestClock clock;
  SignInGuard guard{{}, clock.reader()};
};

TEST_F(Guard, DelaysGrowWithEachFailure) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guard.begin("ann", "192.0.2.7"), seconds(0));
  seconds total{0};
  for (const int expected : {30, 60, 120, 240, 480, 900, 900}) {
    EXPECT_EQ(guard.begin("ann", "192.0.2.7"), seconds(expected));
    clock.pass(seconds(expected - 1));
    EXPECT_EQ(guard.begin("ann", "192.0.2.7"), seconds(1)) << "asking does not make it longer";
    clock.pass(seconds(1));
    EXPECT_EQ(guard.begin("ann", "192.0.2.7"), seconds(0));
  }
}

TEST_F(Guard, TellsUntilWhenAnAccountIsLocked) {
  EXPECT_EQ(guard.locked_until("ann"), std::nullopt);
  for (int i = 0; i < 5; ++i) guard.begin("ann", "192.0.2.7");
  EXPECT_EQ(guard.locked_until("ann"), clock.reader()() + seconds(30));
  EXPECT_EQ(guard.locked_until("bob"), std::nullopt);
  clock.pass(seconds(30));
  EXPECT_EQ(guard.locked_until("ann"), std::nullopt);
}

/// ASVS 2.2.1: no more than 100 failed attempts an hour on one account.
TEST_F(Guard, FewGuessesAnHourWhateverTheAddresses) {
  int guesses = 0;
  for (int second = 0; second < 3600; ++second) {
    const std::string address = "198.51.100." + std::to_string(second % 250);
    if (guard.begin("ann", address) == seconds(0)) ++guesses;
    clock.pass(seconds(1));
  }
  EXPECT_LE(guesses, 12);
  EXPECT_GE(guesses, 8);
}

TEST_F(Guard, AnAddressThatTriesManyAccountsIsLockedToo) {
  int tried = 0;
  while (tried < 1000 && guard.begin("u" + std::to_string(tried), "192.0.2.7") == seconds(0)) {
    ++tried;
  }
  EXPECT_EQ(tried, 20);
  EXPECT_EQ(guard.begin("ann", "192.0.2.8"), seconds(0)) << "others are not";
}

TEST_F(Guard, SuccessForgetsTheAccountButNotTheAddress) {
  for (int i = 0; i < 19; ++i) {
    guard.begin("ann" + std::to_string(i), "192.0.2.7");
    guard.begin("mine", "192.0.2.7");
    guard.succeeded("mine", "192.0.2.7");
  }
  EXPECT_EQ(guard.begin("bob", "192.0.2.7"), seconds(0));
  EXPECT_GT(guard.begin("bob", "192.0.2.7"), seconds(0));
  EXPECT_EQ(guard.begin("mine", "192.0.2.8"), seconds(0));
}

TEST_F(Guard, WhatWasWithdrawnDoesNotCount) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(guard.begin("ann", "192.0.2.7"), seconds(0));
    guard.withdrawn("ann", "192.0.2.7");
  }
}

TEST_F(Guard, ForgetsAfterAnHour) {
  for (int i = 0; i < 4; ++i) guard.begin("ann", "192.0.2.7");
  clock.pass(hours(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guard.begin("ann", "192.0.2.7"), seconds(0));
  EXPECT_EQ(guard.begin("ann", "192.0.2.7"), seconds(30));
}

TEST_F(Guard, AttemptsAtTheSameTimeAreCounted) {
  std::atomic<int> tried = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k) {
        if (guard.begin("ann", "192.0.2.7") == seconds(0)) ++tried;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(tried, 5);
}

TEST(GuardMemory, IsBounded) {
  TestClock clock;
  SignInGuard guard({.most_kept = 10}, clock.reader());
  for (int i = 0; i < 5; ++i) guard.begin("ann", "192.0.2.7");
  for (int i = 0; i < 4; ++i) guard.begin("other" + std::to_string(i), "192.0.2.9");
  EXPECT_GT(guard.begin("ann", "192.0.2.8"), seconds(0)) << "still known among ten";
  for (int i = 0; i < 100; ++i) guard.begin("n" + std::to_string(i), std::to_string(i));
  EXPECT_EQ(guard.begin("ann", "192.0.2.8"), seconds(0)) << "the oldest went";
}

TEST(NetworkAddress, IsThatOfAHousehold) {
  EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("2001:db8:0:1:a:b:c:d"), "2001:db8:0:1::/64");
  EXPECT_EQ(network_of("2001:db8:0:1:ffff::1"), "2001:db8:0:1::/64");
  EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("fe80::1%eth0"), "fe80::/64");
  EXPECT_EQ(network_of(""), "");
}

TEST(ReadBudget, IsSpentByOneAddressAndByAllAndFillsUpAgain) {
  TestClock clock;
  ReadBudget budget({.per_second = 10, .per_second_of_one = 2}, clock.reader());
  const auto spend = [&](const std::string& address, int most) {
    int spent = 0;
    while (spent < most && !code_of([&] { budget.spend(address); })) ++spent;
    return spent;
  };
  EXPECT_EQ(spend("192.0.2.1", 1000), 20);
  EXPECT_EQ(code_of([&] { budget.spend("192.0.2.1"); }), ErrorCode::unavailable);
  EXPECT_EQ(spend("192.0.2.2", 1000), 20) << "others have their own";
  clock.pass(seconds(3));
  EXPECT_EQ(spend("192.0.2.1", 1000), 6);
  int of_all = 0;
  for (int i = 0; i < 100; ++i) of_all += spend("198.51.100." + std::to_string(i), 20);
  EXPECT_LE(of_all, 100);
  EXPECT_GE(of_all, 70);
}

TEST(ReadBudget, KeepsFewAddresses) {
  TestClock clock;
  ReadBudget budget({.per_second = 1e6, .per_second_of_one = 1, .most_kept = 3}, clock.reader());
  for (int i = 0; i < 100; ++i) budget.spend(std::to_string(i));
  for (int i = 0; i < 9; ++i) budget.spend("0");
  EXPECT_EQ(code_of([&] { budget.spend("0"); }), ErrorCode::unavailable);
  clock.pass(minutes(1));
  for (int i = 0; i < 11; ++i) code_of([&] { budget.spend("new"); });
  EXPECT_EQ(code_of([&] { budget.spend("new"); }), ErrorCode::unavailable) << "room was made";
}

}  // namespace
}  // namespace forecart

#include "access/test_access.h"
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace forecart {
namespace {

using std::chrono::hours;
using Outcome = SignIn::Outcome;

class FirstAdmin : public ::testing::Test {
 protected:
  AccessScene scene;
  Access& access = *scene.access;
};

TEST_F(FirstAdmin, IsMadeByTheLinkAndSignedIn) {
  EXPECT_FALSE(access.has_users());
  const std::string link = access.offer_first_admin().value();
  const SignIn made = access.redeem_first_admin(link, "Root", kGoodPassword, kHere);
  ASSERT_EQ(made.outcome, Outcome::granted);
  EXPECT_EQ(made.principal->name(), "root");
  EXPECT_TRUE(access.of_session(made.session->secret, "")->may(Role::admin));
  EXPECT_TRUE(access.has_users());
  EXPECT_EQ(access.sign_in("root", kGoodPassword, kHere).outcome, Outcome::granted);
  EXPECT_EQ(access.redeem_first_admin(link, "eve", kGoodPassword, kHere).outcome, Outcome::refused);
  EXPECT_FALSE(access.offer_first_admin());
}

TEST_F(FirstAdmin, OnlyTheLastLinkIsGoodAndForADay) {
  const std::string old = access.offer_first_admin().value();
  const std::string link = scene.process()->offer_first_admin().value();
  const auto redeem = [&](const std::string& secret) {
    return access.redeem_first_admin(secret, "root", kGoodPassword, kHere).outcome;
  };
  EXPECT_EQ(redeem(old), Outcome::refused);
  EXPECT_EQ(redeem(make_secret(SecretKind::first_admin)), Outcome::refused);
  EXPECT_EQ(redeem(""), Outcome::refused);
  scene.clock.pass(hours(24));
  EXPECT_EQ(redeem(link), Outcome::refused);
  EXPECT_EQ(redeem(access.offer_first_admin().value()), Outcome::granted);
}

TEST_F(FirstAdmin, AWrongNameOrPasswordLeavesTheLink) {
  const std::string link = access.offer_first_admin().value();
  for (const auto& [name, password] :
       {std::pair{"root", ""}, {"root", "short"}, {"no name", kGoodPassword}}) {
    EXPECT_EQ(code_of([&] { access.redeem_first_admin(link, name, password, kHere); }),
              ErrorCode::invalid_value);
  }
  EXPECT_EQ(access.redeem_first_admin(link, "root", kGoodPassword, kHere).outcome,
            Outcome::granted);
}

TEST_F(FirstAdmin, IsMadeOnceByRacingProcesses) {
  constexpr int kProcesses = 8;
  const std::string link = access.offer_first_admin().value();
  std::atomic<int> granted = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kProcesses; ++i) {
    threads.emplace_back([&, i] {
      const auto process = scene.process();
      const auto made =
          process->redeem_first_admin(link, "root" + std::to_string(i), kGoodPassword, kHere);
      (made.outcome == Outcome::granted ? granted : refused) += 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(granted, 1);
  EXPECT_EQ(refused, kProcesses - 1);
  EXPECT_EQ(access.users().size(), 1U);
}

TEST_F(FirstAdmin, LinksOfStrangersCostLittle) {
  access.offer_first_admin();
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    const auto code = code_of([&] {
      access.redeem_first_admin(make_secret(SecretKind::first_admin), "eve", kGoodPassword, kHere);
    });
    refused += code == ErrorCode::unavailable ? 1 : 0;
  }
  EXPECT_GE(refused, 90);
}

}  // namespace
}  // namespace forecart

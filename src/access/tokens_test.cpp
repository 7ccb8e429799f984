#include "access/test_access.h"
#include <gtest/gtest.h>

namespace forecart {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

class Tokens : public ::testing::Test {
 protected:
  Tokens() { scene.add_people(); }

  std::optional<ErrorCode> code_of_new(const NewToken& token) {
    return code_of([&] { access.add_token(token, kRoot); });
  }

  AccessScene scene;
  Access& access = *scene.access;
};

TEST_F(Tokens, MayWhatItsScopeAndItsUserMay) {
  access.grant("ann", {"returns"}, kRoot);
  const auto issued =
      access.add_token({.user = "ann",
                        .name = "nightly",
                        .scope = {.role = Role::analyst, .datasets = Grants{"orders"}}},
                       kRoot);
  const auto principal = access.of_token(issued.secret, kHere.address);
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->how(), Principal::How::token);
  EXPECT_EQ(principal->token_id(), issued.token.id);
  EXPECT_EQ(actor_of(*principal, "192.0.2.7").who, "ann/token:" + issued.token.id);
  EXPECT_TRUE(principal->may(Role::analyst));
  EXPECT_TRUE(principal->sees("orders"));
  EXPECT_FALSE(principal->sees("returns"));
  access.set_role("ann", Role::viewer, kRoot);
  EXPECT_FALSE(access.of_token(issued.secret, kHere.address)->may(Role::analyst))
      << "no more than its user";
  access.revoke("ann", {"orders"}, kRoot);
  EXPECT_FALSE(access.of_token(issued.secret, kHere.address)->sees("orders"));
}

TEST_F(Tokens, OfAnAdminSeesAllUnlessItIsForSome) {
  const auto all = access.add_token({.user = "root", .name = "all"}, kRoot);
  EXPECT_TRUE(access.of_token(all.secret, kHere.address)->sees("anything"));
  EXPECT_FALSE(access.of_token(all.secret, kHere.address)->may(Role::analyst));
  const auto some = access.add_token({.user = "root",
                                      .name = "some",
                                      .scope = {.role = Role::admin, .datasets = Grants{"orders"}}},
                                     kRoot);
  EXPECT_FALSE(access.of_token(some.secret, kHere.address)->sees("returns"));
}

TEST_F(Tokens, CannotBeMadeForMoreThanTheUserMay) {
  EXPECT_EQ(code_of_new({.user = "ann", .name = "x", .scope = {.role = Role::admin}}),
            ErrorCode::invalid_value);
  EXPECT_EQ(code_of_new({.user = "ann", .name = "x", .scope = {.datasets = Grants{"returns"}}}),
            ErrorCode::invalid_value);
  EXPECT_EQ(code_of_new({.user = "ann", .name = "x", .scope = {.datasets = Grants{kAllDatasets}}}),
            ErrorCode::invalid_value);
  EXPECT_EQ(code_of_new({.user = "ann", .name = ""}), ErrorCode::invalid_value);
  EXPECT_EQ(code_of_new({.user = "ann", .name = "a\nb"}), ErrorCode::invalid_value);
  EXPECT_EQ(code_of_new({.user = "ann", .name = "x", .valid = days(0)}), ErrorCode::invalid_value);
  EXPECT_EQ(code_of_new({.user = "ann", .name = "x", .valid = days(367)}),
            ErrorCode::invalid_value);
  EXPECT_EQ(code_of_new({.user = "nobody", .name = "x"}), ErrorCode::unknown_name);
  for (std::size_t i = 0; i < kMostTokens; ++i) {
    ASSERT_EQ(code_of_new({.user = "ann", .name = "x"}), std::nullopt) << i;
  }
  EXPECT_EQ(code_of_new({.user = "ann", .name = "x"}), ErrorCode::conflict);
  scene.clock.pass(days(90));
  EXPECT_EQ(code_of_new({.user = "ann", .name = "x"}), std::nullopt) << "those that ran out go";
  EXPECT_EQ(access.users().front().tokens.size(), 1U);
}

TEST_F(Tokens, RunOut) {
  const auto issued = access.add_token({.user = "ann", .name = "x", .valid = days(2)}, kRoot);
  scene.clock.pass(days(2) - seconds(1));
  EXPECT_TRUE(access.of_token(issued.secret, kHere.address));
  scene.clock.pass(seconds(1));
  EXPECT_FALSE(access.of_token(issued.secret, kHere.address));
}

TEST_F(Tokens, EndWhenRevokedAndWithTheirUser) {
  const auto other = scene.process();
  const auto first = access.add_token({.user = "ann", .name = "a"}, kRoot);
  const auto second = access.add_token({.user = "ann", .name = "b"}, kRoot);
  EXPECT_TRUE(other->of_token(first.secret, kHere.address))
      << "made a moment ago at another process";
  access.revoke_token("ann", first.token.id, kRoot);
  EXPECT_FALSE(access.of_token(first.secret, kHere.address));
  scene.clock.pass(seconds(5));
  EXPECT_FALSE(other->of_token(first.secret, kHere.address));
  EXPECT_EQ(code_of([&] { access.revoke_token("ann", first.token.id, kRoot); }),
            ErrorCode::unknown_name);
  access.set_password("ann", kOtherPassword, kRoot);
  EXPECT_TRUE(access.of_token(second.secret, kHere.address))
      << "a password is not what it was given for";
  access.set_disabled("ann", true, kRoot);
  EXPECT_FALSE(access.of_token(second.secret, kHere.address));
  access.set_disabled("ann", false, kRoot);
  EXPECT_TRUE(access.of_token(second.secret, kHere.address));
  access.remove_user("ann", kRoot);
  access.add_user({.name = "ann", .password = kGoodPassword}, kRoot);
  EXPECT_FALSE(access.of_token(second.secret, kHere.address));
  EXPECT_TRUE(scene.store->list("access/used/").empty());
}

TEST_F(Tokens, TellWhenTheyWereLastUsedToTheHour) {
  const auto issued = access.add_token({.user = "ann", .name = "a"}, kRoot);
  EXPECT_FALSE(access.last_used(issued.token));
  const Instant first = scene.clock.now();
  access.of_token(issued.secret, kHere.address);
  scene.clock.pass(hours(1) - seconds(1));
  access.of_token(issued.secret, kHere.address);
  EXPECT_EQ(access.last_used(issued.token), first);
  scene.clock.pass(seconds(1));
  access.of_token(issued.secret, kHere.address);
  EXPECT_EQ(access.last_used(issued.token), first + hours(1));
}

TEST_F(Tokens, UnknownOnesAreRefused) {
  EXPECT_FALSE(access.of_token(make_secret(SecretKind::token), kHere.address));
  EXPECT_FALSE(access.of_token("", kHere.address));
  EXPECT_FALSE(access.of_token(make_secret(SecretKind::session), kHere.address));
  const SignIn ann = access.sign_in("ann", kGoodPassword, kHere);
  EXPECT_FALSE(access.of_token(ann.session->secret, kHere.address));
}

}  // namespace
}  // namespace forecart

#include "access/test_access.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace forecart {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Outcome = SignIn::Outcome;

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() { scene.add_people(); }

  std::string secret_of(const std::string& name) {
    return access.sign_in(name, kGoodPassword, kHere).session.value().secret;
  }
  bool lets_in(Access& process, const std::string& secret) const {
    return process.of_session(secret, kHere.address).has_value();
  }
  std::vector<AuditEntry> entries() {
    return access.audit().read({.from = {}, .to = scene.clock.now() + hours(1), .most = 1000});
  }

  AccessScene scene;
  Access& access = *scene.access;
};

TEST_F(AccessTest, RightPasswordGivesASession) {
  const SignIn signed_in = access.sign_in("Ann", kGoodPassword, kHere);
  ASSERT_EQ(signed_in.outcome, Outcome::granted);
  EXPECT_EQ(signed_in.principal->name(), "ann");
  const auto principal = access.of_session(signed_in.session->secret, kHere.address);
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->how(), Principal::How::session);
  EXPECT_TRUE(principal->may(Role::analyst));
  EXPECT_FALSE(principal->may(Role::admin));
  EXPECT_TRUE(principal->sees("orders"));
  EXPECT_FALSE(principal->sees("returns"));
  EXPECT_TRUE(csrf_holds(signed_in.session->secret, signed_in.session->csrf));
}

TEST_F(AccessTest, RecallsWithoutAskingTheStore) {
  const std::string session = secret_of("ann");
  const auto process = scene.process();
  EXPECT_FALSE(process->recall_session(session)) << "not known yet";
  process->of_session(session, kHere.address);
  ASSERT_TRUE(process->recall_session(session));
  EXPECT_EQ((*process->recall_session(session))->name(), "ann");
  scene.clock.pass(seconds(6));
  EXPECT_FALSE(process->recall_session(session)) << "no longer fresh";
  process->sign_out(session, kRoot);
  ASSERT_TRUE(process->recall_session(session));
  EXPECT_FALSE(*process->recall_session(session));
  EXPECT_FALSE(*process->recall_session("no secret"));

  const std::string token = access.add_token({.user = "ann", .name = "t"}, kRoot).secret;
  EXPECT_FALSE(process->recall_token(token));
  process->of_token(token, kHere.address);
  ASSERT_TRUE(process->recall_token(token));
  EXPECT_EQ((*process->recall_token(token))->how(), Principal::How::token);
  scene.clock.pass(hours(2));
  process->of_session(secret_of("root"), kHere.address);  // the users are read again
  EXPECT_FALSE(process->recall_token(token)) << "the store is to be told that it is in use";
  process->of_token(token, kHere.address);
  EXPECT_TRUE(process->recall_token(token));
}

TEST_F(AccessTest, AdminsSeeEveryDataSet) {
  EXPECT_TRUE(access.of_session(secret_of("root"), "")->sees("anything"));
}

TEST_F(AccessTest, EachSignInGivesAnotherSecretAndEndsTheOldOne) {
  const std::string first = secret_of("ann");
  const auto again = access.sign_in("ann", kGoodPassword, {kHere.address, first});
  EXPECT_NE(again.session->secret, first);
  EXPECT_FALSE(lets_in(access, first));
  EXPECT_FALSE(lets_in(*scene.process(), first));
}

TEST_F(AccessTest, WrongUnknownAndDisabledAreRefusedAlike) {
  access.set_disabled("ann", true, kRoot);
  for (const auto& [name, password] : {std::pair{"root", kOtherPassword},
                                       {"nobody", kGoodPassword},
                                       {"ann", kGoodPassword},
                                       {"", ""},
                                       {"no name at all\n\xff", "\xff"}}) {
    const SignIn result = access.sign_in(name, password, kHere);
    EXPECT_EQ(result.outcome, Outcome::refused) << name;
    EXPECT_FALSE(result.session || result.principal) << name;
  }
}

TEST_F(AccessTest, UserWithoutPasswordCannotSignInByOne) {
  access.add_user({.name = "oda", .subject = Subject{"https://id.example", "42"}}, kRoot);
  EXPECT_EQ(access.sign_in("oda", "", kHere).outcome, Outcome::refused);
  EXPECT_EQ(access.sign_in(Subject{"https://id.example", "42"}, kHere).outcome, Outcome::granted);
  EXPECT_EQ(access.sign_in(Subject{"https://id.example", "43"}, kHere).outcome, Outcome::refused);
  EXPECT_EQ(access.sign_in(Subject{"https://other.example", "42"}, kHere).outcome,
            Outcome::refused);
  access.set_disabled("oda", true, kRoot);
  scene.clock.pass(std::chrono::seconds(1));
  EXPECT_EQ(access.sign_in(Subject{"https://id.example", "42"}, kHere).outcome, Outcome::disabled);
  const auto entries = access.audit().read({.from = {}, .to = Instant::max(), .most = 1});
  EXPECT_EQ(entries[0].detail["subject"], "42") << "an admin sees whom to add, or to enable";
}

TEST_F(AccessTest, RightPasswordDoesNotHelpWhileLocked) {
  for (int i = 0; i < 5; ++i) access.sign_in("ann", kOtherPassword, kHere);
  const SignIn locked = access.sign_in("ann", kGoodPassword, {"198.51.100.1"});
  EXPECT_EQ(locked.outcome, Outcome::locked);
  EXPECT_EQ(locked.retry, seconds(30));
  EXPECT_FALSE(locked.session);
  scene.clock.pass(seconds(30));
  EXPECT_EQ(access.sign_in("ann", kGoodPassword, kHere).outcome, Outcome::granted);
}

TEST_F(AccessTest, AnUnknownAccountIsLockedAsAKnownOneIs) {
  for (int i = 0; i < 5; ++i) access.sign_in("nobody", kOtherPassword, kHere);
  EXPECT_EQ(access.sign_in("nobody", kOtherPassword, kHere).outcome, Outcome::locked);
}

TEST_F(AccessTest, ChangesOfRightsEndSessionsAtOnceAndElsewhereSoon) {
  const auto other = scene.process();
  const std::vector<std::function<void()>> changes{
      [&] { access.set_role("ann", Role::viewer, kRoot); },
      [&] { access.set_password("ann", kGoodPassword, kRoot); },
      [&] { access.sign_out_everywhere("ann", kRoot); },
      [&] { access.set_disabled("ann", true, kRoot); }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string secret = secret_of("ann");
    ASSERT_TRUE(lets_in(*other, secret)) << i;
    changes[i]();
    EXPECT_FALSE(lets_in(access, secret)) << i;
    scene.clock.pass(seconds(5));
    EXPECT_FALSE(lets_in(*other, secret)) << i;
  }
}

TEST_F(AccessTest, GrantsHoldInLivingSessions) {
  const std::string secret = secret_of("ann");
  access.grant("ann", {"returns"}, kRoot);
  EXPECT_TRUE(access.of_session(secret, "")->sees("returns"));
  access.revoke("ann", {"returns", "orders"}, kRoot);
  EXPECT_FALSE(access.of_session(secret, "")->sees("orders"));
  EXPECT_EQ(code_of([&] { access.revoke("ann", {"orders"}, kRoot); }), ErrorCode::unknown_name);
  access.grant("ann", {kAllDatasets}, kRoot);
  EXPECT_TRUE(access.of_session(secret, "")->sees("anything"));
  EXPECT_EQ(code_of([&] { access.grant("ann", {"../x"}, kRoot); }), ErrorCode::invalid_value);
}

TEST_F(AccessTest, ASessionOfARemovedUserIsNotThatOfTheNextOfThatName) {
  const std::string secret = secret_of("ann");
  access.remove_user("ann", kRoot);
  EXPECT_FALSE(lets_in(access, secret));
  access.add_user({.name = "ann", .password = kGoodPassword}, kRoot);
  EXPECT_FALSE(lets_in(access, secret));
  EXPECT_FALSE(lets_in(*scene.process(), secret));
}

TEST_F(AccessTest, SignOutHoldsHereAtOnceAndElsewhereSoon) {
  const auto other = scene.process();
  const std::string secret = secret_of("ann");
  ASSERT_TRUE(lets_in(*other, secret));
  access.sign_out(secret, {"ann", ""});
  EXPECT_FALSE(lets_in(access, secret));
  scene.clock.pass(seconds(5));
  EXPECT_FALSE(lets_in(*other, secret));
}

TEST_F(AccessTest, OwnPasswordNeedsTheOldOneAndEndsAllOtherSessions) {
  const std::string here = secret_of("ann");
  const std::string elsewhere = secret_of("ann");
  const Principal ann = access.of_session(here, "").value();
  EXPECT_EQ(access.change_password(ann, kOtherPassword, kOtherPassword, kHere).outcome,
            Outcome::refused);
  EXPECT_TRUE(lets_in(access, elsewhere));
  const SignIn changed = access.change_password(ann, kGoodPassword, kOtherPassword, kHere);
  ASSERT_EQ(changed.outcome, Outcome::granted);
  EXPECT_FALSE(lets_in(access, here));
  EXPECT_FALSE(lets_in(access, elsewhere));
  EXPECT_TRUE(lets_in(access, changed.session->secret));
  EXPECT_EQ(access.sign_in("ann", kGoodPassword, kHere).outcome, Outcome::refused);
  EXPECT_EQ(access.sign_in("ann", kOtherPassword, kHere).outcome, Outcome::granted);
  EXPECT_EQ(code_of([&] { access.change_password(ann, kOtherPassword, "short", kHere); }),
            ErrorCode::invalid_value);
}

TEST_F(AccessTest, GuessesOfTheOldPasswordAreSlowedDownToo) {
  const Principal ann = access.of_session(secret_of("ann"), "").value();
  for (int i = 0; i < 5; ++i) access.change_password(ann, kOtherPassword, kOtherPassword, kHere);
  EXPECT_EQ(access.change_password(ann, kGoodPassword, kOtherPassword, kHere).outcome,
            Outcome::locked);
}

TEST_F(AccessTest, TheLastAdminStays) {
  for (const auto& step :
       std::vector<std::function<void()>>{[&] { access.remove_user("root", kRoot); },
                                          [&] { access.set_disabled("root", true, kRoot); },
                                          [&] { access.set_role("root", Role::analyst, kRoot); }}) {
    EXPECT_EQ(code_of(step), ErrorCode::conflict);
  }
  access.set_role("ann", Role::admin, kRoot);
  access.remove_user("root", kRoot);
  EXPECT_EQ(code_of([&] { access.set_role("ann", Role::viewer, kRoot); }), ErrorCode::conflict);
}

/// Two admins who remove each other at the same time, each at a process of its own.
TEST_F(AccessTest, RacingAdminsNeverRemoveEachOther) {
  for (int round = 0; round < 10; ++round) {
    access.set_role("ann", Role::admin, kRoot);
    const auto other = scene.process();
    std::thread first([&] { code_of([&] { access.set_role("ann", Role::viewer, kRoot); }); });
    code_of([&] { other->set_role("root", Role::viewer, kRoot); });
    first.join();
    int admins = 0;
    for (const User& user : access.users()) admins += user.role == Role::admin ? 1 : 0;
    EXPECT_EQ(admins, 1);
    access.set_role("ann", Role::admin, kRoot);
    access.set_role("root", Role::admin, kRoot);
  }
}

TEST_F(AccessTest, NamesArePlainAndUnique) {
  const auto add = [&](const std::string& name) {
    return code_of([&] { access.add_user({.name = name, .password = kGoodPassword}, kRoot); });
  };
  EXPECT_EQ(add("ANN"), ErrorCode::conflict);
  for (const std::string name : {"", "a b", "../x", "-ann", "a/b", "\xc3\xa4nn"}) {
    EXPECT_EQ(add(name), ErrorCode::invalid_value) << name;
  }
  EXPECT_EQ(add(std::string(65, 'a')), ErrorCode::invalid_value);
  EXPECT_EQ(add(std::string(64, 'a')), std::nullopt);
  EXPECT_EQ(add("Ann.Lee+shop@example.com"), std::nullopt);
  EXPECT_EQ(code_of([&] { access.set_role("bnn", Role::viewer, kRoot); }), ErrorCode::unknown_name);
}

TEST_F(AccessTest, OneSubjectIsOneUser) {
  const Subject subject{"https://id.example", "42"};
  access.add_user({.name = "oda", .subject = subject}, kRoot);
  EXPECT_EQ(code_of([&] { access.add_user({.name = "ida", .subject = subject}, kRoot); }),
            ErrorCode::conflict);
}

TEST_F(AccessTest, AuditTellsEveryChangeAndNoSecret) {
  scene.clock.pass(seconds(1));
  access.set_role("ann", Role::viewer, {"root", "192.0.2.1"});
  scene.clock.pass(seconds(1));
  code_of([&] { access.remove_user("root", kRoot); });
  scene.clock.pass(seconds(1));
  access.sign_in("ann", kOtherPassword, kHere);
  scene.clock.pass(seconds(1));
  access.sign_in(kGoodPassword, kGoodPassword, kHere);  // as people do by mistake
  const auto told = entries();
  ASSERT_EQ(told.size(), 6U);
  EXPECT_EQ(told[0].on, "");
  EXPECT_EQ(told[0].detail["why"], "unknown");
  EXPECT_EQ(told[1].on, "ann");
  EXPECT_EQ(told[1].outcome, "refused");
  EXPECT_EQ(told[1].by.address, kHere.address);
  EXPECT_EQ(told[2].what, "user.remove");
  EXPECT_EQ(told[2].outcome, "conflict");
  EXPECT_EQ(told[3].by.who, "root");
  EXPECT_EQ(told[3].detail["role"], "viewer");
  EXPECT_EQ(told[3].outcome, "done");
}

TEST_F(AccessTest, NothingInTheStoreCouldBeUsed) {
  const std::string session = secret_of("ann");
  const std::string token = access.add_token({.user = "ann", .name = "ci"}, kRoot).secret;
  access.of_token(token, kHere.address);
  access.sign_in("ann", kOtherPassword, kHere);
  std::string all;
  for (const std::string& key : scene.store->list("")) all += key + *scene.store->read(key);
  EXPECT_GT(all.size(), 1000U);
  for (const std::string& secret : {session, token, std::string(kGoodPassword),
                                    std::string(kOtherPassword), csrf_token(session)}) {
    EXPECT_EQ(all.find(secret), std::string::npos);
    EXPECT_EQ(all.find(secret.substr(4, 20)), std::string::npos);
  }
}

TEST_F(AccessTest, HashesOfAnEarlierCostAreRenewedAtASignIn) {
  AccessOptions stronger = scene.options();
  stronger.hash.passes = 2;
  Access later(*scene.store, stronger);
  EXPECT_EQ(later.sign_in("ann", kGoodPassword, kHere).outcome, Outcome::granted);
  EXPECT_THAT(access.users().front().password_hash, ::testing::HasSubstr("t=2"));
  EXPECT_EQ(later.sign_in("ann", kGoodPassword, kHere).outcome, Outcome::granted);
}

TEST_F(AccessTest, DamagedTableLetsNobodyIn) {
  const std::string secret = secret_of("ann");
  std::string text = *scene.store->read(kUsersKey);
  text.replace(text.find("analyst"), 7, "admin\"\"");
  scene.store->put(kUsersKey, text);
  scene.clock.pass(seconds(5));
  EXPECT_EQ(code_of([&] { access.of_session(secret, ""); }), ErrorCode::bad_data);
  EXPECT_EQ(code_of([&] { access.sign_in("ann", kGoodPassword, kHere); }), ErrorCode::bad_data);
  EXPECT_EQ(code_of([&] { access.add_user({.name = "eve"}, kRoot); }), ErrorCode::bad_data);
  EXPECT_EQ(code_of([&] { access.offer_first_admin(); }), ErrorCode::bad_data);
}

}  // namespace
}  // namespace forecart

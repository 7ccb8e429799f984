#include "access/user_table.h"

#include "store/sealed_json.h"

#include "access/test_access.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

using nlohmann::json;

UserTable people() {
  UserTable table{.revision = 7, .users = {}};
  const Instant at = TestClock().now();
  table.users["root"] = {.name = "root", .id = "a1", .role = Role::admin, .created = at};
  User ann{.name = "ann",
           .id = "b2",
           .role = Role::analyst,
           .grants = {"orders", "returns"},
           .password_hash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA",
           .subject = Subject{"https://id.example", "42"},
           .created = at,
           .generation = 3};
  ann.tokens.push_back({.id = "0123456789ab",
                        .name = "nightly upload",
                        .hash = "0123456789abcdef",
                        .scope = {.role = Role::viewer, .datasets = Grants{"orders"}},
                        .created = at,
                        .expires = at + std::chrono::days(90)});
  table.users["ann"] = ann;
  return table;
}

std::optional<ErrorCode> code_of_text(const std::string& text) {
  return code_of([&] { static_cast<void>(parse_user_table(text)); });
}

TEST(UserTable, IsReadAsItWasWritten) {
  const std::string text = to_text(people());
  const UserTable read = parse_user_table(text);
  EXPECT_EQ(to_text(read), text);
  EXPECT_EQ(read.users.at("ann").tokens.front().scope.datasets, Grants{"orders"});
  EXPECT_EQ(read.users.at("ann").created, TestClock().now());
}

TEST(UserTable, EveryFlippedBitAndEveryCutIsDamage) {
  const std::string text = to_text(people());
  for (std::size_t bit = 0; bit < 8 * text.size(); bit += 3) {
    std::string damaged = text;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    ASSERT_EQ(code_of_text(damaged), ErrorCode::bad_data) << bit;
  }
  for (std::size_t size = 0; size < text.size(); ++size) {
    ASSERT_EQ(code_of_text(text.substr(0, size)), ErrorCode::bad_data) << size;
  }
}

TEST(UserTable, WithoutASealItIsNoneOfOurs) {
  json record = json::parse(to_text(people()));
  record.erase("seal");
  EXPECT_EQ(code_of_text(record.dump(2)), ErrorCode::bad_data);
}

/// Sealed by somebody who may write to the store, but not by this program.
TEST(UserTable, WhatCannotBeIsDamageUnderAWholeSealToo) {
  const json good = json::parse(to_text(people()));
  const auto code_with = [&](const char* pointer, const json& value) {
    json record = good;
    record[json::json_pointer(pointer)] = value;
    return code_of_text(sealed_text(record));
  };
  EXPECT_EQ(code_of_text(sealed_text(good)), std::nullopt);
  EXPECT_EQ(code_with("/format", 2), ErrorCode::newer_version);
  EXPECT_EQ(code_with("/revision", "7"), ErrorCode::bad_data);
  EXPECT_EQ(code_with("/users", 7), ErrorCode::bad_data);
  EXPECT_EQ(code_with("/users/0/name", "../x"), ErrorCode::bad_data);
  EXPECT_EQ(code_with("/users/0/name", "root"), ErrorCode::bad_data) << "twice";
  EXPECT_EQ(code_with("/users/0/role", "god"), ErrorCode::bad_data);
  EXPECT_EQ(code_with("/users/0/grants", {"a/b"}), ErrorCode::bad_data);
  EXPECT_EQ(code_with("/users/0/disabled", 0), ErrorCode::bad_data);
  EXPECT_EQ(code_with("/users/0/created", "today"), ErrorCode::bad_data);
  EXPECT_EQ(code_with("/users/0/subject", json::object()), ErrorCode::bad_data);
  EXPECT_EQ(code_with("/users/0/tokens/0/scope/role", "root"), ErrorCode::bad_data);
  EXPECT_EQ(code_with("/users/0/tokens/0/expires", nullptr), ErrorCode::bad_data);
}

TEST(UserTable, HasLimitsAndAnAdmin) {
  UserTable table = people();
  check_table(table);
  table.users["root"].disabled = true;
  EXPECT_EQ(code_of([&] { check_table(table); }), ErrorCode::conflict);
  table = people();
  for (std::size_t i = 0; i < kMostUsers; ++i) {
    const std::string name = "u" + std::to_string(i);
    table.users[name] = {.name = name, .id = name};
  }
  EXPECT_EQ(code_of([&] { check_table(table); }), ErrorCode::conflict);
  table = people();
  table.users["ann"].tokens.resize(kMostTokens + 1);
  EXPECT_EQ(code_of([&] { check_table(table); }), ErrorCode::conflict);
}

/// Whatever is allowed comes back as it was.
RC_GTEST_PROP(UserTable, AnyUserComesBack, ()) {
  const auto plain = rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
  UserTable table = people();
  User& ann = table.users["ann"];
  ann.role = static_cast<Role>(*rc::gen::inRange(0, 3));
  ann.generation = *rc::gen::inRange<std::int64_t>(0, 1'000'000);
  ann.grants.clear();
  for (const auto& name : *rc::gen::container<std::vector<std::string>>(plain)) {
    ann.grants.insert("d" + name.substr(0, 60));
  }
  ann.subject = Subject{"https://" + (*plain).substr(0, 99), "\"\\ " + (*plain).substr(0, 99)};
  ann.created = Instant(std::chrono::microseconds(*rc::gen::inRange<std::int64_t>(0, 4e15)));
  const UserTable read = parse_user_table(to_text(table));
  RC_ASSERT(to_text(read) == to_text(table));
  RC_ASSERT(read.users.at("ann").grants == ann.grants);
  RC_ASSERT(read.users.at("ann").subject == ann.subject);
  RC_ASSERT(read.users.at("ann").created == ann.created);
}

}  // namespace
}  // namespace forecart

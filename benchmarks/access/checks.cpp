// What it costs to say who asks: checks of sessions and tokens a second, of made-up secrets, and a
// sign-in with the memory it takes. 900 users, 10,000 sessions, a local store.
//
//   access_checks
#include "base/process_usage.h"

#include "access/access.h"
#include "access/secret.h"
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace forecart;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int kUsers = 900;
constexpr int kSessions = 10'000;
constexpr int kChecks = 200'000;
constexpr const char* kPassword = "nine lives and a fence";
const Actor kHere{"local:benchmark", ""};

void require(bool right, const char* what) {
  if (right) return;
  fmt::print(stderr, "wrong answer: {}\n", what);
  std::exit(1);
}

template <typename Do>
double seconds_of(const Do& step) {
  const auto begin = std::chrono::steady_clock::now();
  step();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// `check(i)` says whether the answer of the i-th check is right.
template <typename Check>
void report(const std::string& what, unsigned threads, const Check& check) {
  const double seconds = seconds_of([&] {
    std::vector<std::thread> running;
    for (unsigned thread = 0; thread < threads; ++thread) {
      running.emplace_back([&] {
        for (int i = 0; i < kChecks; ++i) require(check(i), what.c_str());
      });
    }
    for (std::thread& thread : running) thread.join();
  });
  const double each = seconds / kChecks * 1e6;
  fmt::print("{}, {} threads: {:.0f} a second, {:.2f} us each\n", what, threads,
             threads * kChecks / seconds, each);
}

void add_users(ObjectStore& store) {
  UserDirectory users(store, std::chrono::seconds(5), system_now);
  users.change([](UserTable& table) {
    for (int i = 0; i < kUsers; ++i) {
      const std::string name = fmt::format("user{}", i);
      table.users[name] = {.name = name, .id = name, .role = Role::admin};
    }
  });
}

std::vector<std::string> begin_sessions(ObjectStore& store) {
  ReadBudget budget({}, system_now);
  Sessions sessions(store, budget, {}, system_now);
  std::vector<std::string> secrets;
  for (int i = 0; i < kSessions; ++i) {
    const std::string name = fmt::format("user{}", i % kUsers);
    secrets.push_back(sessions.start({.name = name, .id = name}, "127.0.0.1").secret);
  }
  return secrets;
}

void report_sign_in(Access& access) {
  const auto before = process_usage().peak_bytes;
  access.add_user({.name = "ann", .password = kPassword}, kHere);
  const double seconds = seconds_of([&] {
    const SignIn granted = access.sign_in("ann", kPassword, {"192.0.2.7"});
    require(granted.outcome == SignIn::Outcome::granted, "sign-in");
  });
  fmt::print("a sign-in: {:.0f} ms; the process at most {} MiB, {} MiB more than before it\n",
             seconds * 1e3, process_usage().peak_bytes >> 20,
             (process_usage().peak_bytes - before) >> 20);
}

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() / ("checks-" + random_hex(8));
  const auto store = open_local_store(folder);
  add_users(*store);
  const auto secrets = begin_sessions(*store);
  AccessOptions options;
  options.budget = {.per_second = 1e6, .per_second_of_one = 1e6};
  Access access(*store, options);
  const double first = seconds_of([&] {
    for (const std::string& secret : secrets) require(!!access.of_session(secret, ""), "session");
  });
  fmt::print("a session that this process sees first: {:.0f} us\n", first / kSessions * 1e6);
  const auto own = access.of_session(secrets.front(), "");
  const IssuedToken token = access.add_token({.user = "user1", .name = "x"}, kHere);
  for (const unsigned threads : {1U, 2U}) {
    report("a session", threads, [&](int i) {
      return access.of_session(secrets[static_cast<std::size_t>(i) % kSessions], "").has_value();
    });
    report("a token", threads,
           [&](int) { return access.of_token(token.secret, "192.0.2.7").has_value(); });
  }
  report("a made-up secret", 1, [&](int) {
    return !access.of_session("fcs_0123456789012345678901234567890123456789012345678", "");
  });
  report_sign_in(access);
  std::filesystem::remove_all(folder);
  return 0;
}

#pragma once

#include "base/error.h"

#include "access/access.h"
#include "access/secret.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace forecart {

/// A folder that is gone with this.
class TestFolder {
 public:
  TestFolder() : path_(std::filesystem::temp_directory_path() / ("access-" + random_hex(8))) {}
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A clock that tests put forward.
class TestClock {
 public:
  template <typename Duration>
  void pass(Duration time) {
    since_ += std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  }
  Instant now() const {
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + std::chrono::hours(12) +
           std::chrono::microseconds(since_);
  }
  std::function<Instant()> reader() const {
    return [this] { return now(); };
  }

 private:
  std::atomic<std::int64_t> since_{0};
};

inline constexpr const char* kGoodPassword = "nine lives and a fence";
inline constexpr const char* kOtherPassword = "a fence and nine lives";
inline const Actor kRoot{"local:test", ""};
inline const Caller kHere{"192.0.2.7"};

/// A real store in a folder; each Access on it is like a process of its own.
struct AccessScene {
  /// Passwords cost next to nothing.
  AccessOptions options() const {
    AccessOptions options;
    options.hash = {.passes = 1, .memory_bytes = 8192};
    options.clock = clock.reader();
    return options;
  }
  std::unique_ptr<Access> process() { return std::make_unique<Access>(*store, options()); }

  /// With an admin "root" and an analyst "ann" who sees "orders".
  void add_people() {
    access->add_user({.name = "root", .role = Role::admin, .password = kGoodPassword}, kRoot);
    access->add_user(
        {.name = "ann", .role = Role::analyst, .grants = {"orders"}, .password = kGoodPassword},
        kRoot);
  }

  TestFolder folder;
  TestClock clock;
  std::unique_ptr<ObjectStore> store = open_local_store(folder.path());
  std::unique_ptr<Access> access = process();
};

/// The code of the Error that it throws; nothing where it throws none.
template <typename Do>
std::optional<ErrorCode> code_of(const Do& step) {
  try {
    step();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

}  // namespace forecart

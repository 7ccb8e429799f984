#include "access/user_directory.h"

#include "base/error.h"

#include <algorithm>
#include <random>
#include <thread>

namespace forecart {

namespace {

constexpr int kMostTries = 60;

/// Longer with each try, and never the same for two who lost to each other.
void wait_after(int tries) {
  static thread_local std::minstd_rand engine(std::random_device{}());
  std::uniform_int_distribution<int> milliseconds(1, std::min(10 * (tries + 1), 200));
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(engine)));
}

}  // namespace

UserSnapshot::UserSnapshot(UserTable table) : table_(std::move(table)) {
  for (const auto& [name, user] : table_.users) {
    const auto shared = std::make_shared<const User>(user);
    users_[name] = shared;
    for (const ApiToken& token : shared->tokens) tokens_[token.hash] = {shared, &token};
  }
}

std::shared_ptr<const User> UserSnapshot::find(std::string_view name) const {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : found->second;
}

std::shared_ptr<const User> UserSnapshot::find(const Subject& subject) const {
  for (const auto& [name, user] : users_) {
    if (user->subject == subject) return user;
  }
  return nullptr;
}

std::optional<std::pair<std::shared_ptr<const User>, const ApiToken*>> UserSnapshot::find_token(
    const std::string& hash) const {
  const auto found = tokens_.find(hash);
  return found == tokens_.end() ? std::nullopt : std::optional(found->second);
}

UserDirectory::UserDirectory(ObjectStore& store, std::chrono::milliseconds freshness, Clock clock)
    : store_(store), freshness_(freshness), clock_(std::move(clock)) {}

std::shared_ptr<const UserSnapshot> UserDirectory::users() {
  if (auto fresh = kept(freshness_)) return fresh;
  std::unique_lock work(work_, std::try_to_lock);
  if (!work.owns_lock()) {  // somebody is asking the store
    if (auto stale = kept(2 * freshness_)) return stale;
    work.lock();
  }
  if (auto fresh = kept(freshness_)) return fresh;
  return refresh();
}

std::shared_ptr<const UserSnapshot> UserDirectory::newest() {
  const std::scoped_lock work(work_);
  return refresh();
}

std::shared_ptr<const UserSnapshot> UserDirectory::newer_than(std::chrono::milliseconds age) {
  if (auto fresh = kept(age)) return fresh;
  const std::scoped_lock work(work_);
  if (auto fresh = kept(age)) return fresh;
  return refresh();
}

std::shared_ptr<const UserSnapshot> UserDirectory::change(const Edit& edit) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    {
      const std::scoped_lock work(work_);
      if (auto changed = change_once(edit)) return changed;
    }
    wait_after(tries);
  }
  throw Error(ErrorCode::conflict,
              "others change users all the time, so that this change was never first; try again");
}

std::shared_ptr<const UserSnapshot> UserDirectory::change_once(const Edit& edit) {
  const auto now = store_.get(kUsersKey);
  UserTable table = now ? parse_user_table(now->bytes) : UserTable{};
  edit(table);
  ++table.revision;
  check_table(table);
  const std::string text = to_text(table);
  const bool done =
      now ? store_.put_if_match(kUsersKey, text, now->tag) : store_.put_if_absent(kUsersKey, text);
  if (!done) return nullptr;
  return keep(std::move(table), "");
}

/// Nothing where it is older.
std::shared_ptr<const UserSnapshot> UserDirectory::kept(std::chrono::milliseconds age) const {
  const std::scoped_lock lock(mutex_);
  const Instant now = clock_();
  const bool fresh = snapshot_ != nullptr && now >= read_ && now - read_ < age;
  return fresh ? snapshot_ : nullptr;
}

/// The object is read only where it is another than that in memory.
std::shared_ptr<const UserSnapshot> UserDirectory::refresh() {
  const auto info = store_.info(kUsersKey);
  {
    const std::scoped_lock lock(mutex_);
    if (info && snapshot_ != nullptr && !version_.empty() && info->version == version_) {
      read_ = clock_();
      return snapshot_;
    }
  }
  const auto text = info ? store_.read(kUsersKey) : std::nullopt;
  return keep(text ? parse_user_table(*text) : UserTable{}, text ? info->version : "");
}

std::shared_ptr<const UserSnapshot> UserDirectory::keep(UserTable table, std::string version) {
  auto snapshot = std::make_shared<const UserSnapshot>(std::move(table));
  const std::scoped_lock lock(mutex_);
  snapshot_ = snapshot;
  version_ = std::move(version);
  read_ = clock_();
  return snapshot;
}

}  // namespace forecart

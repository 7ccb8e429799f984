#pragma once

#include "store/store.h"

#include "access/user_table.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace forecart {

inline constexpr const char* kUsersKey = "access/users.json";

/// A table of users as it was at some moment, with what finds users quickly.
class UserSnapshot {
 public:
  explicit UserSnapshot(UserTable table);

  const UserTable& table() const { return table_; }
  bool empty() const { return table_.users.empty(); }
  /// Nothing where there is none. Users live as long as what is given.
  std::shared_ptr<const User> find(std::string_view name) const;
  std::shared_ptr<const User> find(const Subject& subject) const;
  /// By the hash of its secret.
  std::optional<std::pair<std::shared_ptr<const User>, const ApiToken*>> find_token(
      const std::string& hash) const;

 private:
  UserTable table_;
  std::map<std::string, std::shared_ptr<const User>, std::less<>> users_;
  std::unordered_map<std::string, std::pair<std::shared_ptr<const User>, const ApiToken*>> tokens_;
};

/// The users of a repository: read from memory, which is as old as `freshness` at most and twice
/// that while the store is slow; changed by conditional writes, so that of changes at the same time
/// none is lost and what must hold (check_table) holds among processes. Safe for several threads.
class UserDirectory {
 public:
  using Clock = std::function<Instant()>;
  using Edit = std::function<void(UserTable&)>;

  UserDirectory(ObjectStore& store, std::chrono::milliseconds freshness, Clock clock);

  std::shared_ptr<const UserSnapshot> users();
  /// The same where it is in memory; else null.
  std::shared_ptr<const UserSnapshot> recall() const { return kept(freshness_); }
  /// As the store has them now.
  std::shared_ptr<const UserSnapshot> newest();
  /// The same where what is in memory is older than this.
  std::shared_ptr<const UserSnapshot> newer_than(std::chrono::milliseconds age);

  /// Calls `edit` on the newest table, again where somebody else was faster, and writes what it
  /// made. `edit` throws Error to refuse. Throws as check_table does, and conflict where others
  /// were always faster.
  std::shared_ptr<const UserSnapshot> change(const Edit& edit);

 private:
  std::shared_ptr<const UserSnapshot> kept(std::chrono::milliseconds age) const;
  std::shared_ptr<const UserSnapshot> refresh();
  std::shared_ptr<const UserSnapshot> keep(UserTable table, std::string version);
  std::shared_ptr<const UserSnapshot> change_once(const Edit& edit);

  ObjectStore& store_;
  std::chrono::milliseconds freshness_;
  Clock clock_;
  std::mutex work_;           ///< held while the store is asked
  mutable std::mutex mutex_;  ///< of what follows
  std::shared_ptr<const UserSnapshot> snapshot_;
  std::string version_;  ///< of the object that the snapshot was read from; "" where unknown
  Instant read_;
};

}  // namespace forecart

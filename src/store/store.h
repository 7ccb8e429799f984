#pragma once

#include "base/time.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

/// What lies under a key. The tag changes with every write of other content.
struct StoredObject {
  std::string bytes;
  std::string tag;
};

/// What is known of an object without its bytes.
struct ObjectInfo {
  std::string key = {};
  std::int64_t size = 0;  ///< bytes
  std::string version;    ///< changes when the object does; no tag for conditional writes
  Instant modified;       ///< by the store's clock, as `now` is; whole seconds on S3
};

/// Which objects to list.
struct Listing {
  std::string prefix = {};       ///< keys that begin with it
  std::string start_after = {};  ///< and come after this one, where it is not empty
};

/// Gets an object of a listing; false ends the listing.
using ObjectVisitor = std::function<bool(const ObjectInfo&)>;

/// Where all state lies: keys such as "runs/orders/…/manifest.json" with bytes behind them. A write
/// is seen whole or not at all, and by every read that begins after it. Safe for several threads
/// and processes.
/// Keys are relative, with "/" between their parts; parts are not empty and do not begin with ".".
///
/// Every call may throw Error: unreadable where disk, network or rights stand in the way, no_space
/// where the store is full, unavailable where a remote store did not answer in time (a write may
/// then have been done or not; do it again), bad_data where what came is not what was written.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// The bytes alone; nothing if there is no such key.
  virtual std::optional<std::string> read(std::string_view key) const = 0;
  /// The same with the tag, which conditional writes ask for.
  virtual std::optional<StoredObject> get(std::string_view key) const = 0;
  virtual bool exists(std::string_view key) const = 0;
  /// Nothing if there is no such key.
  virtual std::optional<ObjectInfo> info(std::string_view key) const = 0;

  virtual void put(std::string_view key, std::string_view bytes) = 0;
  /// Copies a local file in, of any size, in blocks.
  virtual void put_file(std::string_view key, const std::filesystem::path& file) = 0;

  /// Writes only if there is no such key; false if there is. Of many writers at once one wins.
  virtual bool put_if_absent(std::string_view key, std::string_view bytes) = 0;
  /// Writes only if the key still has this tag; false if not. Of many writers at once one wins.
  virtual bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) = 0;

  /// Visits objects in ascending order of the bytes of their keys, a page at a time, so that
  /// millions need no memory. What is written or removed meanwhile may be seen or not.
  virtual void list_objects(const Listing& listing, const ObjectVisitor& visit) const = 0;
  /// Keys that begin with `prefix`, in the same order.
  std::vector<std::string> list(std::string_view prefix) const;

  /// Nothing happens where there is no such key.
  virtual void remove(std::string_view key) = 0;
  /// Removes of these those that are still as they were listed, many with one request where the
  /// store can; which of them are gone. For keys that others write to.
  virtual std::vector<bool> remove_all_unchanged(std::span<const ObjectInfo> objects) = 0;
  /// The same of one.
  bool remove_unchanged(const ObjectInfo& object) { return remove_all_unchanged({&object, 1})[0]; }
  /// Zero where nothing comes between the look at an object and its removal. Else what is written
  /// in between may be lost: who removes waits so long after saying so, and who writes looks again
  /// where the write took half as long. The same for all who use the store, however they are set.
  virtual std::chrono::milliseconds removal_gap() const = 0;
  /// False while somebody writes to the object past the store, as people do to files in a folder.
  virtual bool is_settled(std::string_view /*key*/) const { return true; }

  /// A local file with the object's bytes, for reading only; good as long as the store lives, or
  /// until it is released. Throws Error not_found.
  virtual std::filesystem::path fetch(std::string_view key) const = 0;
  /// Gives back what `fetch` gave, so that it need not take room any longer; for each fetch once.
  /// See FetchedFile.
  virtual void release(const std::filesystem::path& /*file*/) const {}
  /// A local folder for work in progress, on the store's own disk where it has one.
  virtual std::filesystem::path work_folder() const = 0;
  /// A local folder for what outlives the process; who makes it looks after what is there.
  virtual std::filesystem::path lasting_folder() const = 0;

  /// The store's own clock, by which `modified` is given: ages are told by it, whatever the host
  /// thinks the time is.
  virtual Instant now() const = 0;

  /// Removes what killed writers left behind longer ago than that and no key shows: temporary
  /// files, uploads in parts that nobody ended.
  virtual void sweep(std::chrono::hours older) = 0;

  /// An address from which anybody reads the object for so long, without other credentials;
  /// nothing where the store has no such thing (a local folder).
  virtual std::optional<std::string> presigned_url(std::string_view key,
                                                   std::chrono::seconds valid) const = 0;
};

/// A local file with an object's bytes, released when this ends.
class FetchedFile {
 public:
  /// Throws as ObjectStore::fetch does.
  FetchedFile(const ObjectStore& store, std::string_view key)
      : store_(&store), path_(store.fetch(key)) {}
  ~FetchedFile() {
    if (store_ != nullptr) store_->release(path_);
  }
  FetchedFile(FetchedFile&& other) noexcept
      : store_(std::exchange(other.store_, nullptr)), path_(std::move(other.path_)) {}
  FetchedFile(const FetchedFile&) = delete;
  FetchedFile& operator=(const FetchedFile&) = delete;
  FetchedFile& operator=(FetchedFile&&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  const ObjectStore* store_;
  std::filesystem::path path_;
};

/// A store in a local folder, which is made if missing. One host only: writers exclude each other
/// with flock. Objects are written beside, synced and renamed into place; tags are SHA-256.
std::unique_ptr<ObjectStore> open_local_store(const std::filesystem::path& root);

/// Whether the parts of a key are as ObjectStore says.
bool is_key(std::string_view key);

inline constexpr std::size_t kLongestKey =
    900;  ///< bytes; S3 takes 1,024 with the prefix of the store

/// Throws Error invalid_value unless they are, and the key has kLongestKey bytes at most.
void check_key(std::string_view key);

}  // namespace forecart

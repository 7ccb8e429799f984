#pragma once

#include "store/forwarding_store.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// How long what was read of an object holds.
enum class Remembered {
  no,       ///< not at all
  listed,   ///< while the listing of its folder, once a call, tells the same version of it
  call,     ///< until the next call, also that there is no such object
  forever,  ///< its key names its content
};

/// What a process remembers of a store from one call to the next. Shared by all that open it.
class StoreMemory {
 public:
  using Rule = std::function<Remembered(std::string_view key)>;

  /// `store` keeps the files that are remembered. Of bytes in memory and of those in files no more
  /// than so many each are kept.
  StoreMemory(std::shared_ptr<ObjectStore> store, Rule rule, std::int64_t most_bytes);
  ~StoreMemory();
  StoreMemory(const StoreMemory&) = delete;
  StoreMemory& operator=(const StoreMemory&) = delete;

  /// What others may have changed since is looked at again. Not while anybody reads.
  void begin_call();

 private:
  friend class RememberingStore;

  struct Object {
    std::optional<std::string> bytes;
    std::string version;  ///< of what is listed
  };
  struct File {
    std::filesystem::path path;
    std::string version;
  };
  using Versions = std::map<std::string, std::string, std::less<>>;

  void forget_files();

  std::shared_ptr<ObjectStore> store_;
  Rule rule_;
  std::int64_t most_bytes_;
  std::recursive_mutex mutex_;
  std::map<std::string, Object, std::less<>> objects_;
  std::map<std::string, File, std::less<>> files_;
  std::map<std::string, Versions, std::less<>> folders_;  ///< that were listed in this call
  std::int64_t bytes_ = 0;
  std::int64_t file_bytes_ = 0;
  bool is_full_ = false;  ///< something found no room: the next call begins with nothing
};

/// A store that reads again only what may have changed, as its memory has it. Everything that
/// writes or coordinates passes through; so does `info`, by which is told what a collector may
/// remove.
class RememberingStore final : public ForwardingStore {
 public:
  RememberingStore(std::shared_ptr<ObjectStore> store, std::shared_ptr<StoreMemory> memory);

  std::optional<std::string> read(std::string_view key) const override;
  bool exists(std::string_view key) const override;
  std::filesystem::path fetch(std::string_view key) const override;
  void release(const std::filesystem::path& file) const override;

  void put(std::string_view key, std::string_view bytes) override;
  void put_file(std::string_view key, const std::filesystem::path& file) override;
  bool put_if_absent(std::string_view key, std::string_view bytes) override;
  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) override;
  void remove(std::string_view key) override;
  std::vector<bool> remove_all_unchanged(std::span<const ObjectInfo> objects) override;

 private:
  std::optional<std::string> listed_version(std::string_view key) const;
  std::optional<std::filesystem::path> known_file(std::string_view key,
                                                  std::string_view version) const;
  void adopt(const std::string& folder, const StoreMemory::Versions& versions) const;
  void remember(std::string_view key, const std::optional<std::string>& bytes,
                const std::string& version) const;
  void forget(std::string_view key);

  std::shared_ptr<StoreMemory> memory_;
};

}  // namespace forecart

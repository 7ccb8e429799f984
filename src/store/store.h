#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What lies under a key. The tag changes with every write of other content.
struct StoredObject {
  std::string bytes;
  std::string tag;
};

/// Where all state lies: keys such as "runs/orders/…/manifest.json" with bytes behind them. A write
/// is seen whole or not at all. Safe for several threads and processes.
/// Keys are relative, with "/" between their parts; parts are not empty, "." or "..".
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// The bytes alone; nothing if there is no such key. Throws Error unreadable.
  virtual std::optional<std::string> read(std::string_view key) const = 0;
  /// The same with the tag, which conditional writes ask for.
  virtual std::optional<StoredObject> get(std::string_view key) const = 0;
  virtual bool exists(std::string_view key) const = 0;

  /// Throws Error no_space or unreadable, as every write.
  virtual void put(std::string_view key, std::string_view bytes) = 0;
  /// Copies a local file in, in blocks.
  virtual void put_file(std::string_view key, const std::filesystem::path& file) = 0;

  /// Writes only if there is no such key; false if there is.
  virtual bool put_if_absent(std::string_view key, std::string_view bytes) = 0;
  /// Writes only if the key still has this tag; false if not.
  virtual bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) = 0;

  /// Keys that begin with `prefix`, in ascending order of bytes.
  virtual std::vector<std::string> list(std::string_view prefix) const = 0;
  virtual void remove(std::string_view key) = 0;

  /// A local file with the object's bytes, for reading only. Throws Error not_found.
  virtual std::filesystem::path fetch(std::string_view key) const = 0;
  /// A local folder for work in progress, on the store's own disk where it has one.
  virtual std::filesystem::path work_folder() const = 0;
};

/// A store in a local folder, which is made if missing. One host only: writers exclude each other
/// with flock. Objects are written beside, synced and renamed into place; tags are SHA-256.
std::unique_ptr<ObjectStore> open_local_store(const std::filesystem::path& root);

/// Throws Error invalid_value unless the key is as ObjectStore says.
void check_key(std::string_view key);

}  // namespace forecart

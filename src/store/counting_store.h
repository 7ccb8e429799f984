#pragma once

#include "store/forwarding_store.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace forecart {

/// What passed between a process and its store. Requests are counted as an object store like S3
/// would be asked: a list or a removal for every thousand keys, a fetch as a get of all bytes, a
/// conditional write as a put whether it won or not.
struct Traffic {
  std::int64_t gets = 0;
  std::int64_t heads = 0;  ///< asked whether something exists
  std::int64_t puts = 0;
  std::int64_t lists = 0;
  std::int64_t deletes = 0;
  std::int64_t bytes_read = 0;
  std::int64_t bytes_written = 0;

  std::int64_t requests() const { return gets + heads + puts + lists + deletes; }
  friend bool operator==(const Traffic&, const Traffic&) = default;
};

/// A store that counts what passes through it and does nothing else. Safe as the store is.
class CountingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Traffic traffic() const;

  std::optional<std::string> read(std::string_view key) const override;
  std::optional<StoredObject> get(std::string_view key) const override;
  bool exists(std::string_view key) const override;
  std::optional<ObjectInfo> info(std::string_view key) const override;
  void put(std::string_view key, std::string_view bytes) override;
  void put_file(std::string_view key, const std::filesystem::path& file) override;
  bool put_if_absent(std::string_view key, std::string_view bytes) override;
  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) override;
  void list_objects(const Listing& listing, const ObjectVisitor& visit) const override;
  void remove(std::string_view key) override;
  std::vector<bool> remove_all_unchanged(std::span<const ObjectInfo> objects) override;
  std::filesystem::path fetch(std::string_view key) const override;

 private:
  using Count = std::atomic<std::int64_t>;

  void count_read(std::int64_t bytes) const;
  void count_write(std::int64_t bytes);

  mutable Count gets_{0}, heads_{0}, puts_{0}, lists_{0}, deletes_{0};
  mutable Count bytes_read_{0}, bytes_written_{0};
};

}  // namespace forecart

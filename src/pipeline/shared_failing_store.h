#pragma once

#include "store/failing_store.h"

#include <memory>
#include <utility>

namespace forecart {

/// For tests: passes all on to a store that others use too, so that the calls of all repositories
/// that a use case opens are counted in one.
class SharedStore final : public ObjectStore {
 public:
  explicit SharedStore(std::shared_ptr<ObjectStore> store) : store_(std::move(store)) {}

  std::optional<std::string> read(std::string_view key) const override { return store_->read(key); }
  std::optional<StoredObject> get(std::string_view key) const override { return store_->get(key); }
  bool exists(std::string_view key) const override { return store_->exists(key); }
  std::optional<ObjectInfo> info(std::string_view key) const override { return store_->info(key); }
  void put(std::string_view key, std::string_view bytes) override { store_->put(key, bytes); }
  void put_file(std::string_view key, const std::filesystem::path& file) override {
    store_->put_file(key, file);
  }
  bool put_if_absent(std::string_view key, std::string_view bytes) override {
    return store_->put_if_absent(key, bytes);
  }
  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) override {
    return store_->put_if_match(key, bytes, tag);
  }
  void list_objects(const Listing& listing, const ObjectVisitor& visit) const override {
    store_->list_objects(listing, visit);
  }
  void remove(std::string_view key) override { store_->remove(key); }
  std::filesystem::path fetch(std::string_view key) const override { return store_->fetch(key); }
  std::filesystem::path work_folder() const override { return store_->work_folder(); }
  Instant now() const override { return store_->now(); }
  void sweep(std::chrono::hours older) override { store_->sweep(older); }
  std::optional<std::string> presigned_url(std::string_view key,
                                           std::chrono::seconds valid) const override {
    return store_->presigned_url(key, valid);
  }

 private:
  std::shared_ptr<ObjectStore> store_;
};

}  // namespace forecart

#pragma once

#include "store/store.h"

#include <memory>
#include <utility>

namespace forecart {

/// Passes every call on to another store, which others may use too. Base of the stores that change
/// some of them: so none is forgotten.
class ForwardingStore : public ObjectStore {
 public:
  explicit ForwardingStore(std::shared_ptr<ObjectStore> store) : store_(std::move(store)) {}

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
  std::vector<bool> remove_all_unchanged(std::span<const ObjectInfo> objects) override {
    return store_->remove_all_unchanged(objects);
  }
  std::chrono::milliseconds removal_gap() const override { return store_->removal_gap(); }
  bool is_settled(std::string_view key) const override { return store_->is_settled(key); }

  std::filesystem::path fetch(std::string_view key) const override { return store_->fetch(key); }
  void release(const std::filesystem::path& file) const override { store_->release(file); }
  std::filesystem::path work_folder() const override { return store_->work_folder(); }
  std::filesystem::path lasting_folder() const override { return store_->lasting_folder(); }
  Instant now() const override { return store_->now(); }
  void sweep(std::chrono::hours older) override { store_->sweep(older); }
  std::optional<std::string> presigned_url(std::string_view key,
                                           std::chrono::seconds valid) const override {
    return store_->presigned_url(key, valid);
  }

 protected:
  ObjectStore& inner() { return *store_; }
  const ObjectStore& inner() const { return *store_; }

 private:
  std::shared_ptr<ObjectStore> store_;
};

}  // namespace forecart

#include "store/semantics.h"

#include <mutex>

namespace forecart {

namespace {

class SingleWriterStore final : public ObjectStore {
 public:
  explicit SingleWriterStore(std::unique_ptr<ObjectStore> store) : store_(std::move(store)) {}

  std::optional<std::string> read(std::string_view key) const override { return store_->read(key); }
  std::optional<StoredObject> get(std::string_view key) const override { return store_->get(key); }
  bool exists(std::string_view key) const override { return store_->exists(key); }
  std::optional<ObjectInfo> info(std::string_view key) const override { return store_->info(key); }

  void put(std::string_view key, std::string_view bytes) override {
    const std::scoped_lock lock(mutex_);
    store_->put(key, bytes);
  }
  void put_file(std::string_view key, const std::filesystem::path& file) override {
    store_->put_file(key, file);
  }

  bool put_if_absent(std::string_view key, std::string_view bytes) override {
    const std::scoped_lock lock(mutex_);
    if (store_->exists(key)) return false;
    store_->put(key, bytes);
    return true;
  }
  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) override {
    const std::scoped_lock lock(mutex_);
    const auto now = store_->get(key);
    if (!now || now->tag != tag) return false;
    store_->put(key, bytes);
    return true;
  }

  void list_objects(const Listing& listing, const ObjectVisitor& visit) const override {
    store_->list_objects(listing, visit);
  }
  void remove(std::string_view key) override {
    const std::scoped_lock lock(mutex_);
    store_->remove(key);
  }
  std::filesystem::path fetch(std::string_view key) const override { return store_->fetch(key); }
  std::filesystem::path work_folder() const override { return store_->work_folder(); }
  Instant now() const override { return store_->now(); }
  void sweep(std::chrono::hours older) override { store_->sweep(older); }
  std::optional<std::string> presigned_url(std::string_view key,
                                           std::chrono::seconds valid) const override {
    return store_->presigned_url(key, valid);
  }

 private:
  std::unique_ptr<ObjectStore> store_;
  std::mutex mutex_;
};

}  // namespace

std::unique_ptr<ObjectStore> single_writer_store(std::unique_ptr<ObjectStore> store) {
  return std::make_unique<SingleWriterStore>(std::move(store));
}

}  // namespace forecart

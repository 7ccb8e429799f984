#include "base/durable_file.h"
#include "store/forwarding_store.h"
#include "store/semantics.h"

#include <fcntl.h>

namespace forecart {

namespace {

class SingleWriterStore final : public ForwardingStore {
 public:
  SingleWriterStore(std::shared_ptr<ObjectStore> store, std::filesystem::path lock)
      : ForwardingStore(std::move(store)), lock_(std::move(lock)) {}

  bool put_if_absent(std::string_view key, std::string_view bytes) override {
    const Lock lock(lock_);
    if (exists(key)) return false;
    put(key, bytes);
    return true;
  }
  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) override {
    const Lock lock(lock_);
    const auto now = get(key);
    if (!now || now->tag != tag) return false;
    put(key, bytes);
    return true;
  }

 private:
  /// Threads and processes with the same file exclude each other as long as this lives.
  class Lock {
   public:
    explicit Lock(const std::filesystem::path& path) : file_(path, O_RDWR | O_CREAT | O_CLOEXEC) {
      file_.lock();
    }

   private:
    Descriptor file_;
  };

  std::filesystem::path lock_;
};

}  // namespace

std::unique_ptr<ObjectStore> single_writer_store(std::shared_ptr<ObjectStore> store,
                                                 const std::filesystem::path& lock) {
  return std::make_unique<SingleWriterStore>(std::move(store), lock);
}

}  // namespace forecart

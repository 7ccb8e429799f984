#include "store/counting_store.h"

namespace forecart {

namespace {

constexpr std::int64_t kKeysPerList = 1000;

}  // namespace

Traffic CountingStore::traffic() const {
  return {gets_, heads_, puts_, lists_, deletes_, bytes_read_, bytes_written_};
}

void CountingStore::count_read(std::int64_t bytes) const {
  ++gets_;
  bytes_read_ += bytes;
}

void CountingStore::count_write(std::int64_t bytes) {
  ++puts_;
  bytes_written_ += bytes;
}

std::optional<std::string> CountingStore::read(std::string_view key) const {
  auto bytes = store_->read(key);
  count_read(bytes ? std::ssize(*bytes) : 0);
  return bytes;
}

std::optional<StoredObject> CountingStore::get(std::string_view key) const {
  auto object = store_->get(key);
  count_read(object ? std::ssize(object->bytes) : 0);
  return object;
}

bool CountingStore::exists(std::string_view key) const {
  ++heads_;
  return store_->exists(key);
}

std::optional<ObjectInfo> CountingStore::info(std::string_view key) const {
  ++heads_;
  return store_->info(key);
}

void CountingStore::put(std::string_view key, std::string_view bytes) {
  store_->put(key, bytes);
  count_write(std::ssize(bytes));
}

void CountingStore::put_file(std::string_view key, const std::filesystem::path& file) {
  store_->put_file(key, file);
  std::error_code gone;
  const auto size = std::filesystem::file_size(file, gone);
  count_write(gone ? 0 : static_cast<std::int64_t>(size));
}

bool CountingStore::put_if_absent(std::string_view key, std::string_view bytes) {
  const bool won = store_->put_if_absent(key, bytes);
  count_write(won ? std::ssize(bytes) : 0);
  return won;
}

bool CountingStore::put_if_match(std::string_view key, std::string_view bytes,
                                 std::string_view tag) {
  const bool won = store_->put_if_match(key, bytes, tag);
  count_write(won ? std::ssize(bytes) : 0);
  return won;
}

void CountingStore::list_objects(const Listing& listing, const ObjectVisitor& visit) const {
  std::int64_t seen = 0;
  ++lists_;
  store_->list_objects(listing, [&](const ObjectInfo& object) {
    if (++seen % kKeysPerList == 0) ++lists_;
    return visit(object);
  });
}

void CountingStore::remove(std::string_view key) {
  ++deletes_;
  store_->remove(key);
}

bool CountingStore::remove_unchanged(std::string_view key, std::string_view version) {
  ++heads_;
  ++deletes_;
  return store_->remove_unchanged(key, version);
}

std::filesystem::path CountingStore::fetch(std::string_view key) const {
  auto path = store_->fetch(key);
  std::error_code gone;
  const auto size = std::filesystem::file_size(path, gone);
  count_read(gone ? 0 : static_cast<std::int64_t>(size));
  return path;
}

}  // namespace forecart

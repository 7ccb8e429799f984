#include "store/counting_store.h"

namespace forecart {

namespace {

constexpr std::int64_t kKeysPerRequest = 1000;

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
  auto bytes = inner().read(key);
  count_read(bytes ? std::ssize(*bytes) : 0);
  return bytes;
}

std::optional<StoredObject> CountingStore::get(std::string_view key) const {
  auto object = inner().get(key);
  count_read(object ? std::ssize(object->bytes) : 0);
  return object;
}

bool CountingStore::exists(std::string_view key) const {
  ++heads_;
  return inner().exists(key);
}

std::optional<ObjectInfo> CountingStore::info(std::string_view key) const {
  ++heads_;
  return inner().info(key);
}

void CountingStore::put(std::string_view key, std::string_view bytes) {
  inner().put(key, bytes);
  count_write(std::ssize(bytes));
}

void CountingStore::put_file(std::string_view key, const std::filesystem::path& file) {
  inner().put_file(key, file);
  std::error_code gone;
  const auto size = std::filesystem::file_size(file, gone);
  count_write(gone ? 0 : static_cast<std::int64_t>(size));
}

bool CountingStore::put_if_absent(std::string_view key, std::string_view bytes) {
  const bool won = inner().put_if_absent(key, bytes);
  count_write(won ? std::ssize(bytes) : 0);
  return won;
}

bool CountingStore::put_if_match(std::string_view key, std::string_view bytes,
                                 std::string_view tag) {
  const bool won = inner().put_if_match(key, bytes, tag);
  count_write(won ? std::ssize(bytes) : 0);
  return won;
}

void CountingStore::list_objects(const Listing& listing, const ObjectVisitor& visit) const {
  std::int64_t seen = 0;
  ++lists_;
  inner().list_objects(listing, [&](const ObjectInfo& object) {
    if (++seen % kKeysPerRequest == 0) ++lists_;
    return visit(object);
  });
}

void CountingStore::remove(std::string_view key) {
  ++deletes_;
  inner().remove(key);
}

std::vector<bool> CountingStore::remove_all_unchanged(std::span<const ObjectInfo> objects) {
  heads_ += std::ssize(objects);
  deletes_ += (std::ssize(objects) + kKeysPerRequest - 1) / kKeysPerRequest;
  return inner().remove_all_unchanged(objects);
}

std::filesystem::path CountingStore::fetch(std::string_view key) const {
  auto path = inner().fetch(key);
  std::error_code gone;
  const auto size = std::filesystem::file_size(path, gone);
  count_read(gone ? 0 : static_cast<std::int64_t>(size));
  return path;
}

}  // namespace forecart

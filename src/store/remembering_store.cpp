#include "store/remembering_store.h"

#include "store/md5.h"

#include <algorithm>
#include <vector>

namespace forecart {

namespace {

using Lock = std::scoped_lock<std::recursive_mutex>;

constexpr const char* kOwn = "written by this process";

/// "runs/orders/a/" of "runs/orders/a/manifest.json"
std::string folder_of(std::string_view key) {
  return std::string(key.substr(0, key.rfind('/') + 1));
}

std::int64_t size_of(const std::optional<std::string>& bytes) {
  return bytes ? std::ssize(*bytes) : 0;
}

}  // namespace

StoreMemory::StoreMemory(std::shared_ptr<ObjectStore> store, Rule rule, std::int64_t most_bytes)
    : store_(std::move(store)), rule_(std::move(rule)), most_bytes_(most_bytes) {}

StoreMemory::~StoreMemory() {
  forget_files();
}

void StoreMemory::begin_call() {
  const Lock lock(mutex_);
  folders_.clear();
  if (is_full_) {
    objects_.clear();
    bytes_ = 0;
    forget_files();
    is_full_ = false;
  }
  std::erase_if(objects_, [this](const auto& entry) {
    const bool goes = rule_(entry.first) == Remembered::call;
    if (goes) bytes_ -= size_of(entry.second.bytes);
    return goes;
  });
}

void StoreMemory::forget_files() {
  for (const auto& [key, file] : files_) store_->release(file.path);
  files_.clear();
  file_bytes_ = 0;
}

RememberingStore::RememberingStore(std::shared_ptr<ObjectStore> store,
                                   std::shared_ptr<StoreMemory> memory)
    : ForwardingStore(std::move(store)), memory_(std::move(memory)) {}

/// As the listing of its folder in this call has it; the first that asks lists.
std::optional<std::string> RememberingStore::listed_version(std::string_view key) const {
  const Lock lock(memory_->mutex_);
  const std::string folder = folder_of(key);
  auto listed = memory_->folders_.find(folder);
  if (listed == memory_->folders_.end()) {
    StoreMemory::Versions versions;
    inner().list_objects({.prefix = folder}, [&](const ObjectInfo& object) {
      if (folder_of(object.key) == folder) versions.emplace(object.key, object.version);
      return true;
    });
    listed = memory_->folders_.emplace(folder, std::move(versions)).first;
    adopt(folder, listed->second);
  }
  const auto version = listed->second.find(key);
  if (version == listed->second.end()) return std::nullopt;
  return version->second;
}

/// What this process wrote into the folder lies there as it wrote it where S3's tag is the hash of
/// it. Else it is forgotten.
void RememberingStore::adopt(const std::string& folder,
                             const StoreMemory::Versions& versions) const {
  auto own = memory_->objects_.lower_bound(folder);
  while (own != memory_->objects_.end() && own->first.starts_with(folder)) {
    if (own->second.version != kOwn || folder_of(own->first) != folder) {
      ++own;
      continue;
    }
    const auto listed = versions.find(own->first);
    if (listed != versions.end() && listed->second == hex(md5(*own->second.bytes))) {
      own->second.version = listed->second;
      ++own;
    } else {
      memory_->bytes_ -= size_of(own->second.bytes);
      own = memory_->objects_.erase(own);
    }
  }
}

void RememberingStore::remember(std::string_view key, const std::optional<std::string>& bytes,
                                const std::string& version) const {
  const Lock lock(memory_->mutex_);
  if (memory_->bytes_ + size_of(bytes) > memory_->most_bytes_) {
    memory_->is_full_ = true;
    return;
  }
  auto& object = memory_->objects_[std::string(key)];
  memory_->bytes_ += size_of(bytes) - size_of(object.bytes);
  object = {bytes, version};
}

/// What was written is asked for again.
void RememberingStore::forget(std::string_view key) {
  const Lock lock(memory_->mutex_);
  if (const auto known = memory_->objects_.find(key); known != memory_->objects_.end()) {
    memory_->bytes_ -= size_of(known->second.bytes);
    memory_->objects_.erase(known);
  }
  const auto listed = memory_->folders_.find(folder_of(key));
  if (listed != memory_->folders_.end()) listed->second.erase(std::string(key));
}

std::optional<std::string> RememberingStore::read(std::string_view key) const {
  const Remembered how = memory_->rule_(key);
  if (how == Remembered::no) return inner().read(key);
  const auto version = how == Remembered::listed ? listed_version(key) : std::string();
  {
    const Lock lock(memory_->mutex_);
    const auto known = memory_->objects_.find(key);
    // what is not listed was written by this process since, or came from others
    if (known != memory_->objects_.end() && known->second.version == version.value_or(kOwn)) {
      return known->second.bytes;
    }
  }
  if (!version) return inner().read(key);
  auto bytes = inner().read(key);
  if (bytes || how == Remembered::call) remember(key, bytes, *version);
  return bytes;
}

bool RememberingStore::exists(std::string_view key) const {
  const Remembered how = memory_->rule_(key);
  if (how == Remembered::call) return read(key).has_value();
  if (how == Remembered::listed && listed_version(key)) return true;
  return inner().exists(key);
}

std::filesystem::path RememberingStore::fetch(std::string_view key) const {
  if (memory_->rule_(key) != Remembered::listed) return inner().fetch(key);
  const auto version = listed_version(key);
  if (!version) return inner().fetch(key);
  if (auto known = known_file(key, *version)) return *known;
  auto path = inner().fetch(key);
  const Lock lock(memory_->mutex_);
  std::error_code ignored;
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path, ignored));
  const bool full = memory_->file_bytes_ + size > memory_->most_bytes_;
  memory_->is_full_ = memory_->is_full_ || full;
  if (full || known_file(key, *version)) return path;  // goes when it is released
  memory_->file_bytes_ += size;
  auto& file = memory_->files_[std::string(key)];
  if (!file.path.empty()) memory_->store_->release(file.path);
  file = {path, *version};
  return path;
}

std::optional<std::filesystem::path> RememberingStore::known_file(std::string_view key,
                                                                  std::string_view version) const {
  const Lock lock(memory_->mutex_);
  const auto known = memory_->files_.find(key);
  if (known == memory_->files_.end() || known->second.version != version) return std::nullopt;
  return known->second.path;
}

void RememberingStore::release(const std::filesystem::path& file) const {
  const Lock lock(memory_->mutex_);
  const bool is_kept = std::ranges::any_of(
      memory_->files_, [&](const auto& entry) { return entry.second.path == file; });
  if (!is_kept) inner().release(file);
}

void RememberingStore::put(std::string_view key, std::string_view bytes) {
  forget(key);
  inner().put(key, bytes);
  const Remembered how = memory_->rule_(key);
  if (how == Remembered::forever) remember(key, std::string(bytes), "");
  if (how == Remembered::listed) remember(key, std::string(bytes), kOwn);
}

void RememberingStore::put_file(std::string_view key, const std::filesystem::path& file) {
  forget(key);
  inner().put_file(key, file);
}

bool RememberingStore::put_if_absent(std::string_view key, std::string_view bytes) {
  forget(key);
  return inner().put_if_absent(key, bytes);
}

bool RememberingStore::put_if_match(std::string_view key, std::string_view bytes,
                                    std::string_view tag) {
  forget(key);
  return inner().put_if_match(key, bytes, tag);
}

void RememberingStore::remove(std::string_view key) {
  forget(key);
  inner().remove(key);
}

std::vector<bool> RememberingStore::remove_all_unchanged(std::span<const ObjectInfo> objects) {
  for (const ObjectInfo& object : objects) forget(object.key);
  return inner().remove_all_unchanged(objects);
}

}  // namespace forecart

#include "pipeline/fsck_lost.h"

#include "base/error.h"
#include "base/hash.h"
#include "pipeline/repository.h"

#include <fmt/format.h>

namespace forecart {

namespace {

enum class Bytes { good, damaged, refused };

/// Whether all its bytes come. `file` gets them where a local copy could be had.
Bytes look_at(const ObjectStore& store, const std::string& key, std::optional<FetchedFile>& file) {
  try {
    file.emplace(store, key);
    static_cast<void>(sha256_file(file->path()));
    return Bytes::good;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::bad_data) return Bytes::damaged;
    if (error.code() == ErrorCode::unreadable || error.code() == ErrorCode::not_found) {
      return Bytes::refused;
    }
    throw;
  }
}

}  // namespace

LostObjects::LostObjects(ObjectStore& store, const FsckReport& found)
    : store_(store), place_(fmt::format("lost/{}/", make_stamp("repair"))) {
  for (const Damage& damage : found.damages) {
    if (damage.without_bytes) without_bytes_.insert(damage.key);
  }
}

bool LostObjects::move(const std::string& key) {
  const auto info = store_.info(key);
  if (!info) return true;
  std::optional<FetchedFile> file;
  const Bytes bytes = look_at(store_, key, file);
  if (bytes == Bytes::refused) return false;
  if (bytes == Bytes::damaged && !without_bytes_.contains(key)) return false;
  if (bytes == Bytes::good) keep(key, file->path());
  if (!store_.remove_unchanged(*info)) return false;
  (bytes == Bytes::good ? kept_ : removed_).insert(key);
  return true;
}

void LostObjects::keep(const std::string& key, const std::filesystem::path& file) {
  store_.put_file(place_ + key, file);
  const auto kept = store_.info(place_ + key);
  if (kept && kept->size == static_cast<std::int64_t>(std::filesystem::file_size(file))) return;
  throw Error(ErrorCode::unreadable,
              fmt::format("'{}' was written to '{}' but is not there; it stays where it is", key,
                          place_ + key));
}

}  // namespace forecart

#include "store/work_folder.h"

#include "base/error.h"
#include "base/hash.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace forecart {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLock = "lock";

/// Of this user only: others could put files there in place of ours.
fs::path own_folder(const fs::path& base) {
  std::error_code none;
  fs::path parent = base.empty() ? fs::temp_directory_path(none) : base;
  if (none) parent = "/tmp";
  fs::path folder = parent / fmt::format("forecart-{}", getuid());
  make_folder(folder);
  struct stat found {};
  if (lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != getuid()) {
    throw Error(ErrorCode::unreadable,
                fmt::format("'{}' belongs to somebody else; name another folder by FORECART_WORK",
                            folder.string()));
  }
  chmod(folder.c_str(), S_IRWXU);
  return folder;
}

/// Removes folders whose owner is gone: the lock of a process ends with it.
void sweep(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const fs::path lock = entry.path() / kLock;
    const int file = open(lock.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) continue;
    if (flock(file, LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry.path(), ignored);
    close(file);
  }
}

}  // namespace

WorkFolder::WorkFolder(const fs::path& base) {
  const fs::path parent = own_folder(base);
  // makers exclude each other: a folder is never seen before it is locked
  const Descriptor makers(parent / "makers", O_RDWR | O_CREAT | O_CLOEXEC);
  makers.lock();
  sweep(parent);
  std::string name = (parent / "XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw Error(ErrorCode::no_space, fmt::format("cannot make a folder in '{}'", parent.string()));
  }
  path_ = name;
  lock_ = std::make_unique<Descriptor>(path_ / kLock, O_RDWR | O_CREAT | O_CLOEXEC);
  lock_->lock();
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path WorkFolder::new_file() const {
  static std::atomic<unsigned> counter{0};
  return path_ / fmt::format("{}", counter++);
}

fs::path lasting_folder(const fs::path& base, std::string_view name) {
  return own_folder(base) / fmt::format("lasting-{}", sha256(name));
}

fs::path file_to_lock(const fs::path& base, std::string_view name) {
  return own_folder(base) / fmt::format("lock-{}", sha256(name));
}

}  // namespace forecart

#include "store/local_removal.h"

#include "base/durable_file.h"
#include "base/error.h"
#include "store/local_listing.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace forecart {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSetAside = "removing-";
constexpr std::string_view kLockOfRemovals = "removals";

void bring_back(const fs::path& file, const fs::path& target) {
  make_folder(target.parent_path());
  fs::path name = target;
  for (int i = 1; !rename_if_free(file, name); ++i) {
    name = target.parent_path() /
           fmt::format("{}-{}{}", target.stem().string(), i, target.extension().string());
  }
}

/// A folder of its own with the key beside the file, so that any key fits.
fs::path set_aside_folder(const fs::path& work_folder, std::string_view key) {
  static std::atomic<unsigned> counter{0};
  fs::path folder = work_folder / fmt::format("{}{}-{}", kSetAside, process_name(), counter++);
  make_folder(folder);
  std::ofstream(folder / "key", std::ios::binary) << key;
  return folder;
}

/// Who removes shares the lock of this file with others who do; who brings back what killed ones
/// have left wants it alone, and so sees nothing of those at work. The kernel ends a lock with its
/// process, whatever name space of processes it lives in.
class RemovalLock {
 public:
  explicit RemovalLock(const fs::path& work_folder)
      : file_(work_folder / kLockOfRemovals, O_RDWR | O_CREAT | O_CLOEXEC) {}

  void share() const {
    while (flock(file_.number(), LOCK_SH) != 0) {
      if (errno != EINTR) throw Error(ErrorCode::unreadable, "cannot lock the removals");
    }
  }
  bool try_alone() const { return flock(file_.number(), LOCK_EX | LOCK_NB) == 0; }

 private:
  Descriptor file_;
};

[[noreturn]] void refuse_move(const fs::path& from, const fs::path& to) {
  throw Error(ErrorCode::unreadable,
              fmt::format("cannot move '{}' to '{}': {}", from.string(), to.string(),
                          std::generic_category().message(errno)));
}

bool is_quiet(const fs::path& file) {
  std::error_code error;
  const auto written = fs::last_write_time(file, error);
  return !error && fs::file_time_type::clock::now() - written > std::chrono::seconds(2);
}

}  // namespace

bool rename_if_free(const fs::path& from, const fs::path& to) {
  // glibc has it since 2.28 only with _GNU_SOURCE; the call is the same
  if (syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
    return true;
  }
  if (errno == EEXIST) return false;
  const bool unknown = errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
  if (unknown) return link_if_free(from, to);
  refuse_move(from, to);
}

bool link_if_free(const fs::path& from, const fs::path& to) {
  if (link(from.c_str(), to.c_str()) == 0) {
    fs::remove(from);
    return true;
  }
  if (errno == EEXIST) return false;
  refuse_move(from, to);
}

bool remove_local_unchanged(const fs::path& root, std::string_view key, std::string_view version,
                            const fs::path& work_folder) {
  const fs::path target = root / key;
  const RemovalLock lock(work_folder);
  lock.share();
  const fs::path folder = set_aside_folder(work_folder, key);
  const fs::path aside = folder / "object";
  std::error_code error;
  fs::rename(target, aside, error);
  const auto found = error ? std::nullopt : local_info(aside, std::string(key));
  const bool same = found && found->version == version;
  if (found && !same) bring_back(aside, target);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return same || error == std::errc::no_such_file_or_directory;
}

void restore_set_aside(const fs::path& root, const fs::path& work_folder) {
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(work_folder, ignored)) {
    if (entry.path().filename().string().starts_with(kSetAside)) folders.push_back(entry.path());
  }
  if (folders.empty()) return;
  std::optional<RemovalLock> lock;
  try {
    lock.emplace(work_folder);
  } catch (const Error&) {
    return;  // who may only read leaves it to others
  }
  if (!lock->try_alone()) return;  // later: nothing of it is lost
  for (const fs::path& folder : folders) {
    std::ifstream file(folder / "key", std::ios::binary);
    const std::string key(std::istreambuf_iterator<char>(file), {});
    const fs::path aside = folder / "object";
    if (is_key(key) && fs::exists(aside, ignored)) bring_back(aside, root / key);
    fs::remove_all(folder, ignored);
  }
}

bool is_of_removals(std::string_view name) {
  return name.starts_with(kSetAside) || name == kLockOfRemovals;
}

bool is_file_settled(const fs::path& file) {
  const Descriptor open_file(file, O_RDONLY | O_CLOEXEC);
  // a read lease is refused while anybody has the file open for writing (fcntl(2)); whoever opens
  // it meanwhile waits until the lease is gone, and of that comes a signal that does nothing
  const int fd = open_file.number();
  if (fcntl(fd, F_SETSIG, SIGURG) != 0) return is_quiet(file);
  if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
    fcntl(fd, F_SETLEASE, F_UNLCK);
    return true;
  }
  return errno == EAGAIN ? false : is_quiet(file);
}

}  // namespace forecart

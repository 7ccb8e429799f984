#include "base/durable_file.h"

#include "base/error.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <string>

namespace forecart {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_io(int error, const std::string& doing, const fs::path& path) {
  const ErrorCode code = error == ENOSPC || error == EDQUOT || error == EFBIG ? ErrorCode::no_space
                         : error == ENOENT                                    ? ErrorCode::not_found
                                           : ErrorCode::unreadable;
  throw Error(code, fmt::format("cannot {} '{}': {}", doing, path.string(), std::strerror(error)));
}

}  // namespace

Descriptor::Descriptor(const fs::path& path, int flags)
    : path_(path), fd_(open(path.c_str(), flags, 0644)) {
  if (fd_ < 0) throw_io(errno, "open", path);
}

Descriptor::~Descriptor() {
  close(fd_);
}

void Descriptor::write_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) throw_io(errno, "write", path_);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Descriptor::sync() const {
  if (fsync(fd_) != 0) throw_io(errno, "sync", path_);
}

void Descriptor::lock() const {
  while (flock(fd_, LOCK_EX) != 0) {
    if (errno != EINTR) throw_io(errno, "lock", path_);
  }
}

const std::string& process_name() {
  static const std::string name = [] {
    std::random_device random;  // no result depends on it
    return fmt::format("{}-{:08x}{:08x}", getpid(), random(), random());
  }();
  return name;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw_io(error.value(), "make folder", folder);
}

void replace_file(const fs::path& target, const fs::path& temporary,
                  const std::function<void(const Descriptor&)>& fill) {
  try {
    const Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
    fill(file);
    file.sync();
    make_folder(target.parent_path());
    if (rename(temporary.c_str(), target.c_str()) != 0) throw_io(errno, "write", target);
    Descriptor(target.parent_path(), O_RDONLY | O_DIRECTORY).sync();
  } catch (...) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw;
  }
}

}  // namespace forecart

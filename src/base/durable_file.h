#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace forecart {

/// An open file descriptor that closes itself. Throws Error no_space, not_found or unreadable, as
/// all below.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags);
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write_all(std::string_view bytes) const;
  void sync() const;
  /// Waits until no other descriptor holds the lock of this file.
  void lock() const;
  /// As the system calls know it.
  int number() const { return fd_; }

 private:
  std::filesystem::path path_;
  int fd_;
};

/// A name for temporary files that no other process gives, in another name space of processes (a
/// container beside this one) neither: the number of this process and something random.
const std::string& process_name();

/// With its parents; nothing happens where it is there.
void make_folder(const std::filesystem::path& folder);

/// Writes a file whole or not at all, even where the power fails: `fill` writes to `temporary` (in
/// a folder of the same file system), which is synced and renamed; then the folder is synced.
void replace_file(const std::filesystem::path& target, const std::filesystem::path& temporary,
                  const std::function<void(const Descriptor&)>& fill);

}  // namespace forecart

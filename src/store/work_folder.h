#pragma once

#include "base/durable_file.h"

#include <filesystem>
#include <memory>
#include <string_view>

namespace forecart {

/// A local folder of this object alone. It goes when the object does; what killed processes have
/// left is removed when the next one is made. Safe for several threads.
class WorkFolder {
 public:
  /// Below `base`, or below the system's folder for temporary files where it is empty. Throws Error
  /// no_space or unreadable.
  explicit WorkFolder(const std::filesystem::path& base);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// A name in it that nobody else has.
  std::filesystem::path new_file() const;

 private:
  std::filesystem::path path_;
  std::unique_ptr<Descriptor> lock_;
};

/// A folder that all processes of this user find by that name below `base`; no other's end removes
/// it.
std::filesystem::path lasting_folder(const std::filesystem::path& base, std::string_view name);

/// A file that all processes of this user find by that name below `base`, to lock.
std::filesystem::path file_to_lock(const std::filesystem::path& base, std::string_view name);

}  // namespace forecart

#pragma once

#include <filesystem>
#include <string_view>

namespace forecart {

/// A name for a file in progress that nobody else has, in another name space of processes neither;
/// what lies there is gone when this is.
class WorkFile {
 public:
  /// In that folder, with an ending such as ".parquet".
  WorkFile(const std::filesystem::path& folder, std::string_view ending);
  ~WorkFile();
  WorkFile(const WorkFile&) = delete;
  WorkFile& operator=(const WorkFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace forecart

#include "store/local_listing.h"

#include "base/error.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace forecart {

namespace {

namespace fs = std::filesystem;

/// Names in a folder, folders with a "/" behind: so they sort as the keys below them do.
std::vector<std::string> sorted_names(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    const bool is_folder = entry->is_directory(gone);
    names.push_back(entry->path().filename().string() + (is_folder ? "/" : ""));
  }
  // a folder that vanished meanwhile is as good as empty
  if (error && error != std::errc::no_such_file_or_directory) {
    throw Error(ErrorCode::unreadable,
                fmt::format("cannot list '{}': {}", folder.string(), error.message()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Walk {
 public:
  Walk(const fs::path& root, const Listing& listing, const ObjectVisitor& visit)
      : root_(root), listing_(listing), visit_(visit) {}

  /// False as soon as the visitor wants no more. `below` is empty or ends with "/".
  bool folder(const std::string& below) const {
    for (const std::string& name : sorted_names(root_ / below)) {
      const std::string path = below + name;
      if (path.front() == '.') continue;
      const bool goes_on = path.back() != '/' ? file(path) : !may_hold(path) || folder(path);
      if (!goes_on) return false;
    }
    return true;
  }

 private:
  bool file(const std::string& key) const {
    if (!key.starts_with(listing_.prefix) || key <= listing_.start_after) return true;
    const auto object = local_info(root_ / key, key);
    return !object || visit_(*object);
  }

  bool may_hold(const std::string& folder) const {
    const std::string& prefix = listing_.prefix;
    if (!folder.starts_with(prefix) && !prefix.starts_with(folder)) return false;
    return folder > listing_.start_after || listing_.start_after.starts_with(folder);
  }

  const fs::path& root_;
  const Listing& listing_;
  const ObjectVisitor& visit_;
};

}  // namespace

std::optional<ObjectInfo> local_info(const fs::path& file, std::string key) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  const auto modified =
      std::chrono::seconds(found.st_mtim.tv_sec) + std::chrono::nanoseconds(found.st_mtim.tv_nsec);
  return ObjectInfo{
      .key = std::move(key),
      .size = found.st_size,
      .version = fmt::format("{}-{}-{}", found.st_ino, found.st_size, modified.count()),
      .modified = Instant(std::chrono::duration_cast<std::chrono::microseconds>(modified))};
}

void list_local(const fs::path& root, const Listing& listing, const ObjectVisitor& visit) {
  // Only the deepest folder that the prefix names need be walked.
  const std::size_t slash = listing.prefix.rfind('/');
  const std::string below = slash == std::string::npos ? "" : listing.prefix.substr(0, slash);
  if (slash != std::string::npos && !is_key(below)) return;  // would lead out of the root
  Walk(root, listing, visit).folder(below.empty() ? "" : below + "/");
}

}  // namespace forecart

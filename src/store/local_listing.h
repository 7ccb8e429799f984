#pragma once

#include "store/store.h"

#include <filesystem>

namespace forecart {

/// What the file system says of one file; nothing where there is no regular file.
std::optional<ObjectInfo> local_info(const std::filesystem::path& file, std::string key);

/// Visits the files below `root` as ObjectStore::list_objects has it, but for those whose path
/// begins with a dot. Holds the names of one folder of each level at a time; folders in which
/// nothing can match are not opened.
void list_local(const std::filesystem::path& root, const Listing& listing,
                const ObjectVisitor& visit);

}  // namespace forecart

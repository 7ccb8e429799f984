#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace forecart {

/// Removes a file that people write to past the store only if it still has `version` (local_info).
/// It is set aside first, so that what somebody writes under its name meanwhile stays; one that has
/// changed comes back, under a name of its own where the old one is taken. Whether it is gone.
bool remove_local_unchanged(const std::filesystem::path& root, std::string_view key,
                            std::string_view version, const std::filesystem::path& work_folder);

/// Brings back what processes that died in the middle have set aside; another time where somebody
/// is removing now.
void restore_set_aside(const std::filesystem::path& root, const std::filesystem::path& work_folder);

/// Whether a name in the work folder belongs to the two above: it stays, however old it is.
bool is_of_removals(std::string_view name);

/// Renames within a file system; false where the new name is taken. Throws Error unreadable.
bool rename_if_free(const std::filesystem::path& from, const std::filesystem::path& to);
/// The same by a second name, for file systems whose renames always replace.
bool link_if_free(const std::filesystem::path& from, const std::filesystem::path& to);

/// False while a process has the file open for writing. Where the system cannot tell (the file of
/// another user, some network file systems), false until it has been left alone for two seconds.
bool is_file_settled(const std::filesystem::path& file);

}  // namespace forecart

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

/// Brings back what a process that died in the middle has set aside.
void restore_set_aside(const std::filesystem::path& root, const std::filesystem::path& work_folder);

/// False while a process has the file open for writing. Where the system cannot tell (the file of
/// another user, some network file systems), false until it has been left alone for two seconds.
bool is_file_settled(const std::filesystem::path& file);

}  // namespace forecart

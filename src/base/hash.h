#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace forecart {

/// SHA-256 as 64 lower-case hexadecimal digits (FIPS 180-4, by OpenSSL).
std::string sha256(std::string_view bytes);

/// The same of a file's content, read in blocks. Throws Error not_found or unreadable.
std::string sha256_file(const std::filesystem::path& path);

}  // namespace forecart

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace forecart {

/// The bytes of a file from front to back.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills up to `size` bytes and returns how many; 0 is the end. Throws Error unreadable, or
  /// bad_data where a compressed file is cut off or damaged.
  virtual std::size_t read(char* bytes, std::size_t size) = 0;
};

/// What a compressed file may unpack to: 1 GiB, and where it is large itself 200 times its size
/// (order files unpack to 5 to 30 times).
std::uintmax_t most_unpacked_bytes(std::uintmax_t packed_bytes);

/// Opens a file; gzip and zstd content, known by its first bytes, is unpacked on the way, and no
/// more of it than most_unpacked_bytes: then `read` throws Error bad_data.
/// Throws Error not_found or unreadable (a folder, no permission).
std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& path);

/// Throws Error not_found or unreadable unless `path` is a file that may be read.
void require_readable_file(const std::filesystem::path& path);

/// True if the file begins with these bytes.
bool starts_with_bytes(const std::filesystem::path& path, std::string_view bytes);

}  // namespace forecart

#pragma once

#include "net/http.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// The algorithms of the `x-amz-checksum-…` headers of S3.
enum class ChecksumKind : std::uint8_t { sha256, sha1, crc64nvme, crc32c, crc32 };

/// What somebody says of the bytes of an object, in base64 (CRCs big-endian).
struct Checksum {
  ChecksumKind kind;
  std::string value;
};

/// Header of a request that asks for checksums, and what it must say.
inline constexpr const char* kChecksumMode = "x-amz-checksum-mode";
inline constexpr const char* kChecksumModeOn = "ENABLED";

/// The strongest checksum of the whole object that the answer tells; nothing where it tells none,
/// or only one that was made of those of parts.
std::optional<Checksum> checksum_of(const HttpResponse& response);

std::string checksum(ChecksumKind kind, std::string_view bytes);
/// Of the first `size` bytes of a file, read in blocks. Throws Error unreadable.
std::string checksum(ChecksumKind kind, const std::filesystem::path& file, std::int64_t size);

}  // namespace forecart

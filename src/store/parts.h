#pragma once

#include "net/http.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// The file in parts of `part_bytes`, the last one shorter; an empty file is one empty part.
std::vector<FileRange> file_parts(const std::filesystem::path& file, std::int64_t size,
                                  std::int64_t part_bytes);

/// Parts of at least `wanted` bytes, as many megabytes as it takes for S3's 10,000 parts.
std::int64_t part_size(std::int64_t file_size, std::int64_t wanted);

/// SHA-256 of each part, in hexadecimal; reads with `threads` threads, in blocks.
std::vector<std::string> hash_parts(const std::vector<FileRange>& parts, unsigned threads);

/// One hash for a file that was hashed in parts: the SHA-256 of the hashes of its parts in a row.
std::string hash_of_parts(const std::vector<std::string>& hashes);

}  // namespace forecart

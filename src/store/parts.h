#pragma once

#include "net/http.h"
#include "store/md5.h"

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

/// MD5 of each part; all but the last are of one size. Reads with `threads` threads, in blocks.
std::vector<Md5> md5_parts(const std::vector<FileRange>& parts, unsigned threads);

/// SHA-256 of a whole file of that size, in hexadecimal. Throws Error unreadable where it has
/// become shorter, as md5_parts does.
std::string sha256_of_size(const std::filesystem::path& file, std::int64_t size);

}  // namespace forecart

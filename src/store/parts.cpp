#include "store/parts.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace forecart {

namespace {

constexpr std::int64_t kMostParts = 10000;
constexpr std::int64_t kMegabyte = 1 << 20;

std::string hash_part(const FileRange& part) {
  const int file = open(part.file.c_str(), O_RDONLY | O_CLOEXEC);
  Sha256 hash;
  std::string block(static_cast<std::size_t>(std::min(part.size, kMegabyte)), '\0');
  std::int64_t done = 0;
  while (file >= 0 && done < part.size) {
    const auto wanted = static_cast<std::size_t>(std::min(part.size - done, kMegabyte));
    const ssize_t got = pread(file, block.data(), wanted, part.offset + done);
    if (got <= 0) break;
    hash.add({block.data(), static_cast<std::size_t>(got)});
    done += got;
  }
  if (file >= 0) close(file);
  if (file < 0 || done < part.size) {
    throw Error(ErrorCode::unreadable,
                fmt::format("'{}' cannot be read whole", part.file.string()));
  }
  return hash.hex();
}

}  // namespace

std::vector<FileRange> file_parts(const std::filesystem::path& file, std::int64_t size,
                                  std::int64_t part_bytes) {
  std::vector<FileRange> parts;
  for (std::int64_t at = 0; at < size || parts.empty(); at += part_bytes) {
    parts.push_back({file, at, std::min(part_bytes, size - at)});
  }
  return parts;
}

std::int64_t part_size(std::int64_t file_size, std::int64_t wanted) {
  const std::int64_t least = (file_size + kMostParts - 1) / kMostParts;
  if (least <= wanted) return wanted;
  return (least + kMegabyte - 1) / kMegabyte * kMegabyte;
}

std::vector<std::string> hash_parts(const std::vector<FileRange>& parts, unsigned threads) {
  std::vector<std::string> hashes(parts.size());
  parallel_for(parts.size(), threads, [&](std::size_t i) { hashes[i] = hash_part(parts[i]); });
  return hashes;
}

std::string hash_of_parts(const std::vector<std::string>& hashes) {
  std::string all;
  for (const std::string& hash : hashes) all += hash;
  return sha256(all);
}

}  // namespace forecart

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

constexpr std::int64_t kBlock = 64 << 10;  // eight of them fit the second cache

/// A file to read from at any place.
class Source {
 public:
  explicit Source(const std::filesystem::path& path)
      : path_(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0) fail();
  }
  ~Source() { close(file_); }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// All of them; throws Error unreadable where there are fewer.
  void read(std::int64_t at, char* to, std::int64_t size) const {
    while (size > 0) {
      const ssize_t got = pread(file_, to, static_cast<std::size_t>(size), at);
      if (got <= 0) fail();
      at += got;
      to += got;
      size -= got;
    }
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(ErrorCode::unreadable, fmt::format("'{}' cannot be read whole", path_.string()));
  }

  const std::filesystem::path& path_;
  int file_;
};

/// MD5 of up to eight parts of one size, into `hashes` from `first` on.
void md5_group(const std::vector<FileRange>& parts, std::size_t first, std::size_t count,
               std::vector<Md5>& hashes) {
  const Source source(parts[first].file);
  const std::int64_t size = parts[first].size;
  std::vector<std::string> blocks(count, std::string(static_cast<std::size_t>(kBlock), '\0'));
  EightMd5::Pieces pieces;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i] = reinterpret_cast<const unsigned char*>(blocks[std::min(i, count - 1)].data());
  }
  EightMd5 md5;
  for (std::int64_t done = 0; done < size; done += kBlock) {
    const std::int64_t piece = std::min(kBlock, size - done);
    for (std::size_t i = 0; i < count; ++i) {
      source.read(parts[first + i].offset + done, blocks[i].data(), piece);
    }
    md5.add(pieces, static_cast<std::size_t>(piece));
  }
  const auto found = md5.finish();
  std::copy_n(found.begin(), count, hashes.begin() + static_cast<std::ptrdiff_t>(first));
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

std::vector<Md5> md5_parts(const std::vector<FileRange>& parts, unsigned threads) {
  std::vector<Md5> hashes(parts.size());
  const std::size_t equal =
      parts.back().size == parts.front().size ? parts.size() : parts.size() - 1;
  const std::size_t groups = (equal + EightMd5::kLanes - 1) / EightMd5::kLanes;
  parallel_for(groups + (equal < parts.size() ? 1 : 0), threads, [&](std::size_t i) {
    const std::size_t first = i < groups ? i * EightMd5::kLanes : equal;
    const std::size_t end = i < groups ? std::min(equal, first + EightMd5::kLanes) : parts.size();
    md5_group(parts, first, end - first, hashes);
  });
  return hashes;
}

std::string sha256_of_size(const std::filesystem::path& file, std::int64_t size) {
  const Source source(file);
  std::string block(static_cast<std::size_t>(std::min(size, kMegabyte)), '\0');
  Sha256 hash;
  for (std::int64_t done = 0; done < size; done += kMegabyte) {
    const std::int64_t piece = std::min(kMegabyte, size - done);
    source.read(done, block.data(), piece);
    hash.add({block.data(), static_cast<std::size_t>(piece)});
  }
  return hash.hex();
}

}  // namespace forecart

#include "table/byte_source.h"

#include "base/error.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace forecart {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr std::size_t kInputBlock = std::size_t{1} << 17;

[[noreturn]] void refuse_damaged(const fs::path& path, std::string_view why) {
  throw Error(ErrorCode::bad_data,
              fmt::format("'{}' is a damaged or cut-off compressed file ({}); copy it again",
                          path.string(), why));
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File open_file(const fs::path& path) {
  File file(std::fopen(path.c_str(), "rbe"));
  if (!file) {
    throw Error(errno == ENOENT ? ErrorCode::not_found : ErrorCode::unreadable,
                fmt::format("'{}' cannot be opened: {}", path.string(), std::strerror(errno)));
  }
  return file;
}

class PlainSource final : public ByteSource {
 public:
  explicit PlainSource(const fs::path& path) : path_(path), file_(open_file(path)) {
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  }

  std::size_t read(char* bytes, std::size_t size) override {
    const std::size_t got = std::fread(bytes, 1, size, file_.get());
    if (got == 0 && std::ferror(file_.get()) != 0) {
      throw Error(ErrorCode::unreadable,
                  fmt::format("reading '{}' failed: {}", path_.string(), std::strerror(errno)));
    }
    return got;
  }

 private:
  fs::path path_;
  File file_;
};

struct CloseGzip {
  void operator()(gzFile file) const { gzclose_r(file); }
};

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(const fs::path& path) : path_(path), file_(gzopen(path.c_str(), "rbe")) {
    if (!file_)
      throw Error(ErrorCode::unreadable, fmt::format("'{}' cannot be opened", path.string()));
    gzbuffer(file_.get(), kInputBlock);
  }

  std::size_t read(char* bytes, std::size_t size) override {
    const int got = gzread(file_.get(), bytes, static_cast<unsigned>(size));
    if (got > 0) return static_cast<std::size_t>(got);
    int code = Z_OK;
    const char* const message = gzerror(file_.get(), &code);
    if (got < 0 || code == Z_BUF_ERROR) refuse_damaged(path_, message);
    return 0;
  }

 private:
  fs::path path_;
  std::unique_ptr<std::remove_pointer_t<gzFile>, CloseGzip> file_;
};

struct FreeZstd {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(const fs::path& path)
      : path_(path), file_(path), stream_(ZSTD_createDStream()), packed_(kInputBlock) {}

  std::size_t read(char* bytes, std::size_t size) override {
    ZSTD_outBuffer output{bytes, size, 0};
    while (output.pos == 0) {
      if (input_.pos == input_.size && !refill()) return 0;
      hint_ = ZSTD_decompressStream(stream_.get(), &output, &input_);
      if (ZSTD_isError(hint_) != 0) refuse_damaged(path_, ZSTD_getErrorName(hint_));
    }
    return output.pos;
  }

 private:
  /// False at a proper end; the end of the file inside a frame is damage.
  bool refill() {
    input_ = {packed_.data(), file_.read(packed_.data(), packed_.size()), 0};
    if (input_.size > 0) return true;
    if (hint_ != 0) refuse_damaged(path_, "unexpected end of file");
    return false;
  }

  fs::path path_;
  PlainSource file_;
  std::unique_ptr<ZSTD_DStream, FreeZstd> stream_;
  std::vector<char> packed_;
  ZSTD_inBuffer input_{nullptr, 0, 0};
  std::size_t hint_ = 0;  // bytes that the frame still wants; 0 between frames
};

/// Ends what unpacks to far more than any table does before it fills a disk with its rows.
class BoundedSource final : public ByteSource {
 public:
  BoundedSource(std::unique_ptr<ByteSource> source, const fs::path& path)
      : source_(std::move(source)), path_(path), left_(most_unpacked_bytes(fs::file_size(path))) {}

  std::size_t read(char* bytes, std::size_t size) override {
    const std::size_t got = source_->read(bytes, size);
    if (got <= left_) {
      left_ -= got;
      return got;
    }
    throw Error(ErrorCode::bad_data,
                fmt::format("'{}' unpacks to more than {} bytes, as no table does; if it is one, "
                            "unpack it first",
                            path_.string(), most_unpacked_bytes(fs::file_size(path_))));
  }

 private:
  std::unique_ptr<ByteSource> source_;
  fs::path path_;
  std::uintmax_t left_;
};

}  // namespace

std::uintmax_t most_unpacked_bytes(std::uintmax_t packed_bytes) {
  constexpr std::uintmax_t kAlways = std::uintmax_t{1} << 30;
  constexpr std::uintmax_t kMostRatio = 200;
  return std::max(kAlways, kMostRatio * packed_bytes);
}

bool starts_with_bytes(const fs::path& path, std::string_view bytes) {
  std::string start(bytes.size(), '\0');
  return PlainSource(path).read(start.data(), start.size()) == bytes.size() && start == bytes;
}

void require_readable_file(const fs::path& path) {
  if (!fs::exists(path)) {
    throw Error(ErrorCode::not_found, fmt::format("file '{}' does not exist", path.string()));
  }
  if (fs::is_directory(path)) {
    throw Error(ErrorCode::unreadable, fmt::format("'{}' is a folder, not a file", path.string()));
  }
  open_file(path);
}

std::unique_ptr<ByteSource> open_bytes(const fs::path& path) {
  require_readable_file(path);
  if (starts_with_bytes(path, kGzipMagic)) {
    return std::make_unique<BoundedSource>(std::make_unique<GzipSource>(path), path);
  }
  if (starts_with_bytes(path, kZstdMagic)) {
    return std::make_unique<BoundedSource>(std::make_unique<ZstdSource>(path), path);
  }
  return std::make_unique<PlainSource>(path);
}

}  // namespace forecart

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "store/checksum.h"
#include "store/parts.h"
#include "store/s3_transfer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace forecart {

namespace {

namespace fs = std::filesystem;

constexpr int kMostChanges = 3;

/// A file that pieces are written to at their places, by several threads.
class Target {
 public:
  explicit Target(const fs::path& path)
      : path_(path), file_(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    if (file_ < 0) fail();
  }
  ~Target() { close(file_); }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  void write(std::int64_t at, std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = pwrite(file_, bytes.data(), bytes.size(), at);
      if (written < 0 && errno != EINTR) fail();
      if (written <= 0) continue;
      bytes.remove_prefix(static_cast<std::size_t>(written));
      at += written;
    }
  }

 private:
  [[noreturn]] void fail() const {
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    throw Error(full ? ErrorCode::no_space : ErrorCode::unreadable,
                fmt::format("cannot write '{}': {}", path_.string(), std::strerror(errno)));
  }

  fs::path path_;
  int file_;
};

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// The size of the whole object, of "bytes 0-99/1234" or of a whole answer.
std::optional<std::int64_t> whole_size(const HttpResponse& response) {
  if (response.status != 206) return parse_number(response.header("content-length"));
  const std::string range = response.header("content-range");
  return parse_number(
      std::string_view(range).substr(std::min(range.find('/'), range.size() - 1) + 1));
}

/// Writes pieces from `at` on.
SinkMaker writer_of(const Target& target, std::int64_t at) {
  return [&target, at]() -> HttpSink {
    return [&target, at, done = std::int64_t{0}](const HttpResponse& head,
                                                 std::string_view bytes) mutable {
      if (at > 0 && head.status != 206) return false;
      target.write(at + done, bytes);
      done += std::ssize(bytes);
      return true;
    };
  };
}

class Download {
 public:
  Download(S3Client& client, const std::string& key, const fs::path& path)
      : client_(client), key_(key), path_(path), target_(path) {}

  /// Nothing where the object has the tag `known`.
  std::optional<HttpResponse> first_part(const std::string& known) {
    S3Request request{.key = key_,
                      .headers = {{"range", range(0)}, {kChecksumMode, kChecksumModeOn}}};
    if (!known.empty()) request.headers.emplace_back("if-none-match", fmt::format("\"{}\"", known));
    HttpResponse head = client_.send(request, writer_of(target_, 0));
    if (head.status == 304) return std::nullopt;
    if (head.status == 416) {  // an empty object has no ranges
      request.headers.erase(request.headers.begin());
      head = client_.send(request, writer_of(target_, 0));
    }
    if (head.status == 404 && parse_s3_error(head.body).code != "NoSuchBucket") {
      throw Error(ErrorCode::not_found,
                  fmt::format("'{}' is not in s3://{}", key_, client_.bucket()));
    }
    if (!head.ok()) client_.fail(request, head);
    return head;
  }

  /// False where the object was written anew meanwhile.
  bool other_parts(const HttpResponse& head) {
    const auto size = whole_size(head);
    if (!size) throw Error(ErrorCode::bad_data, fmt::format("'{}': the store tells no size", key_));
    size_ = *size;
    if (head.status != 206) return true;
    const std::int64_t part = client_.settings().part_bytes;
    const auto count = static_cast<std::size_t>((size_ + part - 1) / part);
    std::atomic<bool> changed{false};
    parallel_for(count - std::min<std::size_t>(count, 1), client_.settings().parallel,
                 [&](std::size_t i) {
                   if (!changed) changed = !part_at(static_cast<std::int64_t>(i + 1) * part, head);
                 });
    return !changed;
  }

  /// Whether the file is what was written, as far as the answer tells.
  bool is_whole(const HttpResponse& head) {
    std::error_code ignored;
    if (static_cast<std::int64_t>(fs::file_size(path_, ignored)) != size_) return false;
    if (const std::string hash = head.header(kHashHeader); !hash.empty()) {
      return sha256_of_size(path_, size_) == hash;
    }
    const std::string in_parts = head.header(kPartsHeader);
    const std::size_t dash = std::min(in_parts.find('-'), in_parts.size());
    const auto part = parse_number(std::string_view(in_parts).substr(0, dash));
    if (!part || *part == 0) return has_checksum(head);
    const auto hashes = md5_parts(file_parts(path_, size_, *part), client_.settings().parallel);
    return hex(md5_of_hashes(hashes)) == in_parts.substr(dash + 1);
  }

 private:
  std::string range(std::int64_t at) const {
    return fmt::format("bytes={}-{}", at, at + client_.settings().part_bytes - 1);
  }

  /// Of what others wrote. Answers to ranges tell no checksum of the whole.
  bool has_checksum(const HttpResponse& first) {
    HttpResponse head = first;
    if (first.status == 206) {
      head = client_.send(
          {.method = "HEAD", .key = key_, .headers = {{kChecksumMode, kChecksumModeOn}}});
      if (!head.ok() || head.header("etag") != first.header("etag")) return true;
    }
    const auto told = checksum_of(head);
    return !told || told->value == checksum(told->kind, path_, size_);
  }

  bool part_at(std::int64_t at, const HttpResponse& head) {
    const S3Request request{.key = key_,
                            .headers = {{"range", range(at)}, {"if-match", head.header("etag")}}};
    const HttpResponse part = client_.send(request, writer_of(target_, at));
    if (part.status == 412 || part.status == 404) return false;
    if (!part.ok()) client_.fail(request, part);
    return true;
  }

  S3Client& client_;
  const std::string& key_;
  const fs::path& path_;
  Target target_;
  std::int64_t size_ = 0;
};

}  // namespace

bool has_hash(const HttpResponse& response, std::string_view bytes) {
  const std::string wanted = response.header(kHashHeader);
  if (!wanted.empty()) return wanted == sha256(bytes);
  const auto told = checksum_of(response);
  return !told || told->value == checksum(told->kind, bytes);
}

void throw_damaged(const std::string& place) {
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{} is damaged: its content has another hash than when it was written", place));
}

std::optional<std::string> download(S3Client& client, const std::string& key,
                                    const fs::path& target, const std::string& known) {
  const std::string place = fmt::format("s3://{}/{}", client.bucket(), key);
  int damaged = 0;
  for (int i = 0; i < kMostChanges; ++i) {
    Download download(client, key, target);
    const auto head = download.first_part(known);
    if (!head) return std::nullopt;
    if (!download.other_parts(*head)) continue;
    if (download.is_whole(*head)) return unquoted(head->header("etag"));
    if (++damaged == kReadsOfDamage) throw_damaged(place);
  }
  throw Error(ErrorCode::unavailable, place + " is written anew faster than it can be read");
}

}  // namespace forecart

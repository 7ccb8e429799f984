#include "base/error.h"
#include "base/parallel.h"
#include "net/sigv4.h"
#include "store/parts.h"
#include "store/s3_transfer.h"

#include <fmt/format.h>

#include <random>

namespace forecart {

namespace {

namespace fs = std::filesystem;

/// 128 bits that no other write has; no result depends on them.
std::string new_writer() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

/// An upload in parts that is given up unless it is completed.
class PartialUpload {
 public:
  PartialUpload(S3Client& client, std::string key, const NamedValues& headers)
      : client_(client), key_(std::move(key)) {
    const HttpResponse begun = client_.expect(
        {.method = "POST", .key = key_, .query = {{"uploads", ""}}, .headers = headers});
    id_ = parse_upload_id(begun.body);
  }
  ~PartialUpload() {
    if (done_) return;
    try {
      client_.send({.method = "DELETE", .key = key_, .query = {{"uploadId", id_}}});
    } catch (const std::exception&) {
      // its parts stay until the bucket's rule for unfinished uploads removes them
    }
  }
  PartialUpload(const PartialUpload&) = delete;
  PartialUpload& operator=(const PartialUpload&) = delete;

  /// The part's tag. `number` counts from 0.
  std::string send_part(std::size_t number, const FileRange& part, const Md5& hash) {
    const HttpResponse answer =
        client_.expect({.method = "PUT",
                        .key = key_,
                        .query = {{"partNumber", fmt::format("{}", number + 1)}, {"uploadId", id_}},
                        .headers = {{"content-md5", base64(hash)}},
                        .file = part,
                        .hash = std::string(kUnsignedPayload)});
    return unquoted(answer.header("etag"));
  }

  /// A try that was cut may have completed it: then the upload is gone and the object is there.
  void complete(const std::vector<std::string>& tags, const std::string& writer) {
    const std::string body = completed_parts(tags);
    const S3Request request{
        .method = "POST", .key = key_, .query = {{"uploadId", id_}}, .body = body};
    const HttpResponse answer = client_.send(request);
    if (!answer.ok()) {
      const HttpResponse found = client_.send({.method = "HEAD", .key = key_});
      if (found.header(kWriterHeader) != writer) client_.fail(request, answer);
    }
    done_ = true;
  }

 private:
  S3Client& client_;
  std::string key_;
  std::string id_;
  bool done_ = false;
};

void upload_parts(S3Client& client, const std::string& key, const std::vector<FileRange>& parts) {
  const unsigned threads = client.settings().parallel;
  const std::vector<Md5> hashes = md5_parts(parts, threads);
  NamedValues headers = writing_headers(client.settings());
  const std::string writer = headers.front().second;
  headers.emplace_back(kPartsHeader,
                       fmt::format("{}-{}", parts.front().size, hex(md5_of_hashes(hashes))));
  PartialUpload partial(client, key, headers);
  std::vector<std::string> tags(parts.size());
  parallel_for(parts.size(), threads,
               [&](std::size_t i) { tags[i] = partial.send_part(i, parts[i], hashes[i]); });
  partial.complete(tags, writer);
}

}  // namespace

void end_uploads(S3Client& client, const std::string& prefix, Instant before) {
  // not encoded: Ceph would encode keys without saying so
  const NamedValues first{{"uploads", ""}, {"prefix", prefix}};
  S3Request request{.query = first};
  while (true) {
    const S3UploadsPage page = parse_s3_uploads(client.expect(request).body);
    for (const S3Upload& upload : page.uploads) {
      if (!upload.key.starts_with(prefix) || upload.begun >= before) continue;
      client.send({.method = "DELETE", .key = upload.key, .query = {{"uploadId", upload.id}}});
    }
    if (page.next_key.empty()) return;
    request.query = first;
    request.query.emplace_back("key-marker", page.next_key);
    request.query.emplace_back("upload-id-marker", page.next_id);
  }
}

NamedValues writing_headers(const S3Settings& settings) {
  NamedValues headers{{kWriterHeader, new_writer()}};
  if (!settings.encryption.empty()) {
    headers.emplace_back("x-amz-server-side-encryption", settings.encryption);
  }
  if (!settings.kms_key.empty()) {
    headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", settings.kms_key);
  }
  return headers;
}

void upload(S3Client& client, const std::string& key, const fs::path& file) {
  std::error_code error;
  const auto size = static_cast<std::int64_t>(fs::file_size(file, error));
  if (error) {
    throw Error(ErrorCode::unreadable,
                fmt::format("'{}' cannot be read: {}", file.string(), error.message()));
  }
  const auto parts = file_parts(file, size, part_size(size, client.settings().part_bytes));
  if (parts.size() > 1) {
    upload_parts(client, key, parts);
    return;
  }
  const std::string hash = sha256_of_size(file, size);
  NamedValues headers = writing_headers(client.settings());
  headers.emplace_back(kHashHeader, hash);
  client.expect(
      {.method = "PUT", .key = key, .headers = headers, .file = parts.front(), .hash = hash});
}

}  // namespace forecart

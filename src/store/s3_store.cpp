#include "store/s3_store.h"

#include "base/error.h"
#include "base/hash.h"
#include "store/checksum.h"
#include "store/s3_removal.h"
#include "store/s3_transfer.h"
#include "store/work_folder.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <map>
#include <mutex>

namespace forecart {

namespace {

namespace fs = std::filesystem;

class S3Store final : public ObjectStore {
 public:
  S3Store(std::string bucket, const std::string& prefix, const S3Settings& settings,
          std::unique_ptr<CredentialChain> credentials)
      : root_(prefix.empty() ? "" : prefix + "/"),
        client_(std::move(bucket), settings, std::move(credentials)),
        work_(settings.work),
        lasting_(forecart::lasting_folder(settings.work, place(""))) {}

  std::optional<std::string> read(std::string_view key) const override {
    auto object = get(key);
    if (!object) return std::nullopt;
    return std::move(object->bytes);
  }

  std::optional<StoredObject> get(std::string_view key) const override {
    const S3Request request{.key = full_key(key), .headers = {{kChecksumMode, kChecksumModeOn}}};
    for (int left = kReadsOfDamage; left > 0; --left) {
      HttpResponse response = client_.send(request);
      if (is_missing(response)) return std::nullopt;
      if (!response.ok()) client_.fail(request, response);
      if (!has_hash(response, response.body)) continue;
      std::string tag = unquoted(response.header("etag"));
      return StoredObject{std::move(response.body), std::move(tag)};
    }
    throw_damaged(place(key));
  }

  bool exists(std::string_view key) const override { return head(key).has_value(); }

  std::optional<ObjectInfo> info(std::string_view key) const override {
    const auto found = head(key);
    if (!found) return std::nullopt;
    const auto modified = parse_http_date(found->header("last-modified"));
    if (!modified) throw Error(ErrorCode::bad_data, place(key) + ": the store tells no time");
    return ObjectInfo{.key = std::string(key),
                      .size = std::atoll(found->header("content-length").c_str()),
                      .version = unquoted(found->header("etag")),
                      .modified = *modified};
  }

  void put(std::string_view key, std::string_view bytes) override {
    check_key(key);
    client_.expect(writing(key, bytes));
  }

  void put_file(std::string_view key, const fs::path& file) override {
    check_key(key);
    upload(client_, full_key(key), file);
  }

  bool put_if_absent(std::string_view key, std::string_view bytes) override {
    check_key(key);
    S3Request request = writing(key, bytes);
    request.headers.emplace_back("if-none-match", "*");
    return try_writing(request);
  }

  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) override {
    check_key(key);
    if (tag.empty()) return false;
    // AWS wants the tag in quotes, Ceph without them; where it is not known yet, both are tried.
    const TagForm known = tag_form_;
    for (const TagForm form : {TagForm::quoted, TagForm::bare}) {
      if (known != TagForm::unknown && known != form) continue;
      S3Request request = writing(key, bytes);
      request.headers.emplace_back(
          "if-match", form == TagForm::quoted ? fmt::format("\"{}\"", tag) : std::string(tag));
      if (!try_writing(request)) continue;
      tag_form_ = form;
      return true;
    }
    return false;
  }

  void list_objects(const Listing& listing, const ObjectVisitor& visit) const override {
    S3Request request{.query = {{"list-type", "2"},
                                {"encoding-type", "url"},
                                {"prefix", root_ + listing.prefix}}};
    if (!listing.start_after.empty()) {
      request.query.emplace_back("start-after", root_ + listing.start_after);
    }
    const NamedValues first = request.query;
    while (true) {
      S3Page page = parse_s3_page(client_.expect(request).body);
      for (ObjectInfo& object : page.objects) {
        if (!object.key.starts_with(root_) || object.key.ends_with('/')) continue;
        object.key.erase(0, root_.size());
        if (!visit(object)) return;
      }
      if (page.next.empty()) return;
      request.query = first;
      request.query.emplace_back("continuation-token", page.next);
    }
  }

  void remove(std::string_view key) override {
    const S3Request request{.method = "DELETE", .key = full_key(key)};
    const HttpResponse response = client_.send(request);
    if (!response.ok() && !is_missing(response)) client_.fail(request, response);
  }

  std::vector<bool> remove_all_unchanged(std::span<const ObjectInfo> objects) override {
    return forecart::remove_unchanged(client_, root_, objects);
  }

  std::chrono::milliseconds removal_gap() const override { return std::chrono::minutes(2); }

  fs::path fetch(std::string_view key) const override {
    const Fetched known = use_fetched(key);
    fs::path target = work_.new_file();
    try {
      const auto tag = download(client_, full_key(key), target, known.tag);
      if (!tag) {
        remove_file(target);
        return known.path;
      }
      keep_fetched(key, {*tag, target});
    } catch (...) {
      remove_file(target);
      release(known.path);
      throw;
    }
    release(known.path);
    return target;
  }

  void release(const fs::path& file) const override {
    const std::scoped_lock lock(mutex_);
    const auto used = users_.find(file);
    if (used == users_.end() || --used->second > 0) return;
    users_.erase(used);
    std::erase_if(fetched_, [&file](const auto& entry) { return entry.second.path == file; });
    remove_file(file);
  }

  fs::path work_folder() const override { return work_.path(); }
  fs::path lasting_folder() const override { return lasting_; }

  Instant now() const override { return client_.now(); }

  void sweep(std::chrono::hours older) override {
    end_uploads(client_, root_, client_.now() - older);
  }

  std::optional<std::string> presigned_url(std::string_view key,
                                           std::chrono::seconds valid) const override {
    return client_.presigned(full_key(key), valid);
  }

 private:
  enum class TagForm { unknown, quoted, bare };

  /// A local copy of an object as it was when it had the tag.
  struct Fetched {
    std::string tag;
    fs::path path;
  };

  /// Counts one more user of what is there; empty where nothing is.
  Fetched use_fetched(std::string_view key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = fetched_.find(key);
    if (found == fetched_.end()) return {};
    ++users_[found->second.path];
    return found->second;
  }

  void keep_fetched(std::string_view key, const Fetched& file) const {
    const std::scoped_lock lock(mutex_);
    ++users_[file.path];
    fetched_.insert_or_assign(std::string(key), file);
  }

  static void remove_file(const fs::path& file) {
    std::error_code ignored;
    fs::remove(file, ignored);
  }

  /// Whatever others have written may be read and removed.
  std::string full_key(std::string_view key) const {
    if (key.empty() || key.find('\0') != std::string_view::npos) check_key(key);
    return root_ + std::string(key);
  }

  std::string place(std::string_view key) const {
    return fmt::format("s3://{}/{}{}", client_.bucket(), root_, key);
  }

  /// No such key; a bucket that is missing is an error.
  static bool is_missing(const HttpResponse& response) {
    return response.status == 404 && parse_s3_error(response.body).code != "NoSuchBucket";
  }

  std::optional<HttpResponse> head(std::string_view key) const {
    const S3Request request{.method = "HEAD", .key = full_key(key)};
    HttpResponse response = client_.send(request);
    if (is_missing(response)) return std::nullopt;
    if (!response.ok()) client_.fail(request, response);
    return response;
  }

  S3Request writing(std::string_view key, std::string_view bytes) const {
    S3Request request{.method = "PUT", .key = full_key(key), .body = bytes, .hash = sha256(bytes)};
    request.headers = writing_headers(client_.settings());
    request.headers.emplace_back(kHashHeader, request.hash);
    // browsers show pages that are told to be some, and keep others as files
    if (key.ends_with(".html")) {
      request.headers.emplace_back("content-type", "text/html; charset=utf-8");
    }
    return request;
  }

  /// Whether this conditional write is what the key holds. An earlier try, or one that libcurl
  /// repeated on a new connection, may have won without our hearing of it: who lost looks whose
  /// mark is there.
  bool try_writing(const S3Request& request) {
    const HttpResponse response = client_.send(request);
    if (response.ok()) return true;
    if (response.status != 412 && response.status != 404) client_.fail(request, response);
    if (response.status == 404 && !is_missing(response)) client_.fail(request, response);
    const HttpResponse found = client_.send({.method = "HEAD", .key = request.key});
    if (!found.ok() && found.status != 404) client_.fail(request, found);
    return found.ok() && found.header(kWriterHeader) == request.headers.front().second;
  }

  std::string root_;
  mutable S3Client client_;
  WorkFolder work_;
  fs::path lasting_;
  std::atomic<TagForm> tag_form_{TagForm::unknown};
  mutable std::mutex mutex_;
  mutable std::map<std::string, Fetched, std::less<>> fetched_;
  mutable std::map<fs::path, int> users_;  ///< of local copies; those that none has are removed
};

}  // namespace

std::unique_ptr<ObjectStore> open_s3_store(std::string bucket, const std::string& prefix,
                                           const S3Settings& settings,
                                           std::unique_ptr<CredentialChain> credentials) {
  return std::make_unique<S3Store>(std::move(bucket), prefix, settings, std::move(credentials));
}

}  // namespace forecart

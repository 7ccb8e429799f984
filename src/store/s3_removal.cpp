#include "store/s3_removal.h"

#include "base/parallel.h"
#include "store/md5.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>

namespace forecart {

namespace {

constexpr std::size_t kKeysPerRequest = 1000;
constexpr unsigned kLooksAtOnce = 16;

/// What a look before a removal says.
enum class Look : std::uint8_t { gone, same, changed };

bool is_missing(const HttpResponse& response) {
  return response.status == 404 && parse_s3_error(response.body).code != "NoSuchBucket";
}

class Removal {
 public:
  Removal(S3Client& client, const std::string& root) : client_(client), root_(root) {}

  /// Of at most kKeysPerRequest objects.
  void operator()(std::span<const ObjectInfo> objects, std::vector<bool>& gone) const {
    std::set<std::string> removed;
    if (objects.size() > 1) removed = remove_together(objects);
    for (const ObjectInfo& object : objects) {
      gone.push_back(removed.contains(root_ + object.key) || remove_alone(object));
    }
  }

 private:
  Look look(const ObjectInfo& object) const {
    const S3Request request{.method = "HEAD", .key = root_ + object.key};
    const HttpResponse head = client_.send(request);
    if (is_missing(head)) return Look::gone;
    if (!head.ok()) client_.fail(request, head);
    const auto modified = parse_http_date(head.header("last-modified"));
    // some listings tell fractions of the second, heads never do
    const bool same_time =
        modified && *modified == std::chrono::floor<std::chrono::seconds>(object.modified);
    return same_time && unquoted(head.header("etag")) == object.version ? Look::same
                                                                        : Look::changed;
  }

  /// Those that are still as they were listed and may be told by XML.
  std::vector<S3Removal> removals_of(std::span<const ObjectInfo> objects) const {
    std::vector<Look> looks(objects.size());
    parallel_for(objects.size(), kLooksAtOnce, [&](std::size_t i) { looks[i] = look(objects[i]); });
    std::vector<S3Removal> removals;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      if (looks[i] != Look::same || !is_xml_text(objects[i].key)) continue;
      removals.push_back({root_ + objects[i].key, objects[i].version});
    }
    return removals;
  }

  /// Those that the answer says are gone; whatever else it says, and where the looks took long, the
  /// others are tried alone.
  std::set<std::string> remove_together(std::span<const ObjectInfo> objects) const {
    const auto begun = Retry::Clock::now();
    const std::vector<S3Removal> removals = removals_of(objects);
    const bool took_long = Retry::Clock::now() - begun > client_.settings().deadline / 2;
    if (removals.empty() || took_long) return {};
    const std::string body = removal_list(removals);
    const HttpResponse answer = client_.send({.method = "POST",
                                              .query = {{"delete", ""}},
                                              .headers = {{"content-md5", base64(md5(body))}},
                                              .body = body});
    if (!answer.ok()) return {};
    const std::vector<std::string> keys = parse_removed(answer.body);
    return {keys.begin(), keys.end()};
  }

  bool remove_alone(const ObjectInfo& object) const {
    if (const Look found = look(object); found != Look::same) return found == Look::gone;
    S3Request request{.method = "DELETE",
                      .key = root_ + object.key,
                      .headers = {{"if-match", fmt::format("\"{}\"", object.version)}}};
    const HttpResponse answer = client_.send(request);
    if (answer.ok() || is_missing(answer)) return true;
    if (answer.status == 412 && look(object) != Look::same) return false;
    // refused though it is the same: the server does not know conditional removals
    if (answer.status != 412 && answer.status != 400 && answer.status != 501) {
      client_.fail(request, answer);
    }
    request.headers.clear();
    const HttpResponse plain = client_.send(request);
    if (!plain.ok() && !is_missing(plain)) client_.fail(request, plain);
    return true;
  }

  S3Client& client_;
  const std::string& root_;
};

}  // namespace

std::vector<bool> remove_unchanged(S3Client& client, const std::string& root,
                                   std::span<const ObjectInfo> objects) {
  std::vector<bool> gone;
  gone.reserve(objects.size());
  for (std::size_t begin = 0; begin < objects.size(); begin += kKeysPerRequest) {
    Removal(client, root)(objects.subspan(begin, std::min(kKeysPerRequest, objects.size() - begin)),
                          gone);
  }
  return gone;
}

}  // namespace forecart

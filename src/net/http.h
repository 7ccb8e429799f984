#pragma once

#include "base/time.h"
#include "net/uri.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Bytes [offset, offset + size) of a file.
struct FileRange {
  std::filesystem::path file = {};
  std::int64_t offset = 0;
  std::int64_t size = 0;
};

struct HttpRequest {
  std::string method = "GET";
  Url url = {};
  NamedValues headers = {};            ///< "host" and "content-length" are the client's
  std::string_view body = {};          ///< must live until the answer is there
  std::optional<FileRange> file = {};  ///< read from disk as it is sent, in place of `body`
  /// For all of it, from connecting to the last byte; 0 is no limit.
  std::chrono::milliseconds timeout{0};
  /// Who is asked through it to stop ends the request at once, as a failure.
  std::stop_token stop = {};
};

struct HttpResponse {
  int status = 0;       ///< 0 where no answer came
  NamedValues headers;  ///< names in small letters
  std::string body;     ///< but for what a sink took
  /// Why the answer is not complete: no connection, cut, time-out. Empty where it is. The request
  /// may have been carried out all the same, unless `sent` is false.
  std::string failure;
  bool sent = true;

  bool complete() const { return failure.empty(); }
  bool ok() const { return complete() && status >= 200 && status < 300; }
  /// Empty where there is none; the name in small letters.
  std::string header(std::string_view name) const;
};

/// Gets the body of a successful answer in pieces; false ends the request as a failure. Other
/// answers go to HttpResponse::body.
using HttpSink = std::function<bool(const HttpResponse& head, std::string_view bytes)>;

struct HttpOptions {
  std::chrono::milliseconds connect_timeout{5000};
  /// A request that moved fewer than 1 KB a second for so long has failed.
  std::chrono::seconds stall_timeout{20};
  bool use_proxy = true;       ///< as http_proxy, https_proxy and no_proxy say
  std::string ca_bundle = {};  ///< a file of certificates to trust in place of the system's
};

/// HTTP/1.1 on libcurl. Keeps connections open and uses them again; follows no redirects. Safe for
/// many threads; each has a connection of its own while it asks.
class HttpClient {
 public:
  explicit HttpClient(HttpOptions options = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// What goes wrong on the way is told by the response, not thrown. Throws Error unreadable where
  /// `request.file` cannot be read.
  HttpResponse send(const HttpRequest& request, const HttpSink& sink = nullptr);

 private:
  class Connection;
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  HttpOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

/// A time such as "Wed, 21 Oct 2015 07:28:00 GMT"; nothing where it is none.
std::optional<Instant> parse_http_date(const std::string& text);

}  // namespace forecart

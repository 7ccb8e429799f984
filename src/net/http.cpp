#include "net/http.h"

#include "base/ascii.h"
#include "base/error.h"
#include "net/certificates.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>

namespace forecart {

namespace {

constexpr std::size_t kMostIdle = 64;
constexpr long kBufferBytes = 512L * 1024;
constexpr long kStalledBytesPerSecond = 1024;
constexpr std::size_t kLongestErrorBody = 1 << 20;

/// libcurl's own state, once a process.
void start_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) {
    throw Error(ErrorCode::unavailable,
                fmt::format("libcurl does not start: {}", curl_easy_strerror(started)));
  }
}

/// What is still to be sent of a request, from memory or from disk.
class Outgoing {
 public:
  explicit Outgoing(const HttpRequest& request) : bytes_(request.body) {
    if (!request.file) return;
    offset_ = request.file->offset;
    size_ = request.file->size;
    file_ = open(request.file->file.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ < 0) {
      throw Error(ErrorCode::unreadable,
                  fmt::format("'{}' cannot be read: {}", request.file->file.string(),
                              std::strerror(errno)));
    }
  }
  ~Outgoing() {
    if (file_ >= 0) close(file_);
  }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  std::int64_t size() const { return file_ >= 0 ? size_ : std::ssize(bytes_); }
  void rewind(std::int64_t position) { position_ = position; }

  /// Fewer than asked for only at the end; negative where the file cannot be read.
  std::int64_t read(char* to, std::int64_t most) {
    const std::int64_t wanted = std::min(most, size() - position_);
    std::int64_t got = wanted;
    if (file_ >= 0) {
      got = pread(file_, to, static_cast<std::size_t>(wanted), offset_ + position_);
    } else {
      std::memcpy(to, bytes_.data() + position_, static_cast<std::size_t>(wanted));
    }
    position_ += std::max<std::int64_t>(got, 0);
    return got;
  }

 private:
  std::string_view bytes_;
  int file_ = -1;
  std::int64_t offset_ = 0;
  std::int64_t size_ = 0;
  std::int64_t position_ = 0;
};

/// One request on its way: what the callbacks of libcurl see.
struct Exchange {
  Outgoing out;
  const HttpSink& sink;
  HttpResponse response;
  std::exception_ptr thrown;  ///< by the sink; must not pass through libcurl
};

std::size_t on_read(char* to, std::size_t size, std::size_t count, void* context) {
  const std::int64_t got =
      static_cast<Exchange*>(context)->out.read(to, static_cast<std::int64_t>(size * count));
  return got < 0 ? CURL_READFUNC_ABORT : static_cast<std::size_t>(got);
}

int on_seek(void* context, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
  static_cast<Exchange*>(context)->out.rewind(offset);
  return CURL_SEEKFUNC_OK;
}

bool take(Exchange& exchange, std::string_view piece) {
  HttpResponse& response = exchange.response;
  const bool success = response.status >= 200 && response.status < 300;
  if (success && exchange.sink) return exchange.sink(response, piece);
  if (!success && response.body.size() + piece.size() > kLongestErrorBody) return false;
  response.body += piece;
  return true;
}

std::size_t on_write(const char* bytes, std::size_t size, std::size_t count, void* context) {
  Exchange& exchange = *static_cast<Exchange*>(context);
  try {
    return take(exchange, {bytes, size * count}) ? size * count : 0;
  } catch (...) {
    exchange.thrown = std::current_exception();
    return 0;
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::size_t on_header(const char* bytes, std::size_t size, std::size_t count, void* context) {
  HttpResponse& response = static_cast<Exchange*>(context)->response;
  const std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) {  // of each answer, "100 Continue" among them
    response.headers.clear();
    const std::size_t space = std::min(line.find(' '), line.size() - 1);
    response.status = std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    return line.size();
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    response.headers.emplace_back(ascii_lower(line.substr(0, colon)),
                                  trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

/// Lines for libcurl; it gets no header that it would make up itself.
class HeaderList {
 public:
  explicit HeaderList(const NamedValues& headers) {
    check(headers);  // before anything is allocated
    for (const char* unwanted : {"Expect:", "Content-Type:"}) add(unwanted);
    for (const auto& [name, value] : headers) add(fmt::format("{}: {}", name, value).c_str());
  }
  ~HeaderList() { curl_slist_free_all(list_); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;

  curl_slist* get() const { return list_; }

 private:
  static void check(const NamedValues& headers) {
    for (const auto& [name, value] : headers) {
      if ((name + value).find_first_of("\r\n") == std::string::npos) continue;
      throw Error(ErrorCode::invalid_value, fmt::format("header {} has a line break", name));
    }
  }
  void add(const char* line) { list_ = curl_slist_append(list_, line); }
  curl_slist* list_ = nullptr;
};

bool may_have_been_sent(CURLcode outcome) {
  return outcome != CURLE_COULDNT_CONNECT && outcome != CURLE_COULDNT_RESOLVE_HOST &&
         outcome != CURLE_COULDNT_RESOLVE_PROXY && outcome != CURLE_SSL_CONNECT_ERROR &&
         outcome != CURLE_PEER_FAILED_VERIFICATION && outcome != CURLE_URL_MALFORMAT;
}

}  // namespace

/// Sends as curl_easy_perform does, until somebody asks to stop.
CURLcode perform_until(const std::stop_token& stop, CURLM* several, CURL* curl) {
  constexpr int kLongestWait = 1000;
  const std::stop_callback wake(stop, [several] { curl_multi_wakeup(several); });
  CURLcode outcome = CURLE_ABORTED_BY_CALLBACK;
  int running = 1;
  curl_multi_add_handle(several, curl);
  while (running > 0 && !stop.stop_requested()) {
    curl_multi_perform(several, &running);
    if (running > 0) curl_multi_poll(several, nullptr, 0, kLongestWait, nullptr);
  }
  int more = 0;
  const CURLMsg* const end = curl_multi_info_read(several, &more);
  if (end != nullptr && end->msg == CURLMSG_DONE) outcome = end->data.result;
  curl_multi_remove_handle(several, curl);
  return outcome;
}

/// An easy handle of libcurl, with the connections it keeps.
class HttpClient::Connection {
 public:
  Connection() : curl_(curl_easy_init()) {
    if (curl_ == nullptr) throw Error(ErrorCode::unavailable, "libcurl gives no connection");
  }
  ~Connection() {
    curl_easy_cleanup(curl_);
    if (several_ != nullptr) curl_multi_cleanup(several_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  HttpResponse send(const HttpRequest& request, const HttpOptions& options, const HttpSink& sink) {
    Exchange exchange{Outgoing(request), sink, {}, nullptr};
    const HeaderList headers(request.headers);
    const std::string url = request.url.text();
    curl_easy_reset(curl_);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set_limits(request, options);
    set_method(request, exchange);
    set(CURLOPT_WRITEFUNCTION, &on_write);
    set(CURLOPT_WRITEDATA, &exchange);
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, &exchange);
    const CURLcode outcome = perform(request.stop);
    if (exchange.thrown) std::rethrow_exception(exchange.thrown);
    if (outcome != CURLE_OK) {
      exchange.response.failure =
          fmt::format("{}: {}", request.url.host, curl_easy_strerror(outcome));
      exchange.response.sent = may_have_been_sent(outcome);
    }
    return std::move(exchange.response);
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl_, option, value);
  }

  void set_limits(const HttpRequest& request, const HttpOptions& options) {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_BUFFERSIZE, kBufferBytes);
    set(CURLOPT_UPLOAD_BUFFERSIZE, kBufferBytes);
    set(CURLOPT_USERAGENT, "forecart");
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, kStalledBytesPerSecond);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    if (!options.use_proxy) set(CURLOPT_NOPROXY, "*");
    const std::string trusted = trusted_certificates(options.ca_bundle);
    if (!trusted.empty()) set(CURLOPT_CAINFO, trusted.c_str());
  }

  void set_method(const HttpRequest& request, Exchange& exchange) {
    if (request.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
      return;
    }
    if (request.method != "GET" && request.method != "DELETE") {
      set(CURLOPT_UPLOAD, 1L);
      set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(exchange.out.size()));
      set(CURLOPT_READFUNCTION, &on_read);
      set(CURLOPT_READDATA, &exchange);
      set(CURLOPT_SEEKFUNCTION, &on_seek);
      set(CURLOPT_SEEKDATA, &exchange);
    }
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }

  CURLcode perform(const std::stop_token& stop) {
    if (!stop.stop_possible()) return curl_easy_perform(curl_);
    if (several_ == nullptr) several_ = curl_multi_init();
    if (several_ == nullptr) return CURLE_OUT_OF_MEMORY;
    return perform_until(stop, several_, curl_);
  }

  CURL* curl_;
  CURLM* several_ = nullptr;  ///< for requests that may be stopped; keeps connections of its own
};

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (known == name) return value;
  }
  return {};
}

std::optional<Instant> parse_http_date(const std::string& text) {
  const time_t seconds = text.empty() ? -1 : curl_getdate(text.c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return Instant(std::chrono::seconds(seconds));
}

HttpClient::HttpClient(HttpOptions options) : options_(std::move(options)) {
  start_curl();
}

HttpClient::~HttpClient() = default;

std::unique_ptr<HttpClient::Connection> HttpClient::take() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return std::make_unique<Connection>();
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void HttpClient::give_back(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
}

HttpResponse HttpClient::send(const HttpRequest& request, const HttpSink& sink) {
  auto connection = take();
  HttpResponse response = connection->send(request, options_, sink);
  give_back(std::move(connection));
  return response;
}

}  // namespace forecart

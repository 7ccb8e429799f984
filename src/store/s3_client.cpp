#include "store/s3_client.h"

#include "base/error.h"
#include "base/hash.h"
#include "net/aws_code.h"
#include "net/sigv4.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

constexpr std::int64_t kSlowestBytesPerSecond = 64L * 1024;
constexpr auto kHeardLately = std::chrono::seconds(60);
constexpr int kMostResent = 2;
constexpr const char* kEmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

template <std::size_t N>
bool is_one_of(const std::string& text, const std::array<const char*, N>& names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

/// Trouble that time heals: no or half an answer, an overloaded server, writers in each other's
/// way.
bool is_passing(const HttpResponse& response, const std::string& code) {
  return !response.complete() || is_passing_status(response.status) || response.status == 409 ||
         (!response.ok() && is_passing_code(code));
}

std::string why(const HttpResponse& response, const S3Error& error) {
  if (!response.complete()) return response.failure;
  const std::string code = error.code.empty() ? "" : fmt::format(", {}", error.code);
  return fmt::format("status {}{}{}{}", response.status, code, error.message.empty() ? "" : ": ",
                     error.message);
}

std::int64_t size_of(const S3Request& request) {
  return request.file ? request.file->size : std::ssize(request.body);
}

}  // namespace

S3Client::S3Client(std::string bucket, S3Settings settings,
                   std::unique_ptr<CredentialChain> credentials)
    : bucket_(std::move(bucket)),
      settings_(std::move(settings)),
      credentials_(std::move(credentials)),
      http_({.ca_bundle = settings_.ca_bundle}),
      region_(settings_.region) {}

HttpResponse S3Client::send(const S3Request& request, const SinkMaker& make_sink) {
  Retry retry(settings_.deadline);
  Cures cures;
  while (true) {
    const Credentials credentials = credentials_->get();
    HttpResponse response = attempt(request, credentials, retry.left(), make_sink);
    hear_clock(response);
    if (response.ok() || (response.complete() && cure(response, credentials, cures))) {
      if (response.ok()) return response;
      continue;
    }
    const S3Error error = parse_s3_error(response.body);
    if (!is_passing(response, error.code)) return response;
    if (!retry.wait()) {
      throw Error(ErrorCode::unavailable,
                  fmt::format("{} s3://{}/{}: no good answer in {} s and {} tries; the last: {}",
                              request.method, bucket_, request.key,
                              std::chrono::duration<double>(settings_.deadline).count(),
                              retry.tries(), why(response, error)));
    }
  }
}

HttpResponse S3Client::expect(const S3Request& request, const SinkMaker& make_sink) {
  HttpResponse response = send(request, make_sink);
  if (!response.ok()) fail(request, response);
  return response;
}

void S3Client::fail(const S3Request& request, const HttpResponse& response) const {
  const S3Error error = parse_s3_error(response.body);
  const std::string place = fmt::format("s3://{}/{}", bucket_, request.key);
  const std::string reason = why(response, error);
  if (error.code == "NoSuchBucket") {
    throw Error(ErrorCode::not_found,
                fmt::format("{}: there is no bucket '{}'; make it first", place, bucket_));
  }
  if (response.status == 401 || response.status == 403) {
    throw Error(ErrorCode::unreadable,
                fmt::format("{} {}: refused ({}); check the credentials and their rights",
                            request.method, place, reason));
  }
  if (response.status == 501) {
    throw Error(ErrorCode::unavailable,
                fmt::format("{} {}: the store cannot do this ({})", request.method, place, reason));
  }
  const bool full = response.status == 507 || error.code == "QuotaExceeded";
  throw Error(full ? ErrorCode::no_space : ErrorCode::unreadable,
              fmt::format("{} {}: {}", request.method, place, reason));
}

HttpResponse S3Client::attempt(const S3Request& request, const Credentials& credentials,
                               std::chrono::milliseconds left, const SinkMaker& make_sink) {
  HttpRequest http{.method = request.method, .url = address(request.key)};
  http.url.query = request.query;
  http.headers = request.headers;
  http.body = request.body;
  http.file = request.file;
  // who sends much may take longer; what comes takes as long as it moves at all
  if (request.method != "GET") {
    http.timeout = left + std::chrono::seconds(size_of(request) / kSlowestBytesPerSecond);
  }
  const std::string hash = !request.hash.empty()  ? request.hash
                           : request.body.empty() ? kEmptyHash
                                                  : sha256(request.body);
  sign(http, credentials, {.region = region(), .service = "s3", .time = clock_.now()}, hash);
  HttpResponse response = http_.send(http, make_sink ? make_sink() : nullptr);
  // completing an upload may begin as success and end as failure
  if (response.ok() && request.method == "POST" && !parse_s3_error(response.body).code.empty()) {
    response.status = 500;
  }
  return response;
}

bool S3Client::cure(const HttpResponse& response, const Credentials& credentials, Cures& cures) {
  static const std::array garbled{"BadDigest", "XAmzContentSHA256Mismatch", "InvalidDigest",
                                  "IncompleteBody"};
  const int status = response.status;
  const S3Error error = parse_s3_error(response.body);
  if (!cures.region && (status == 301 || status == 307 || status == 400)) {
    if (go_to_region(response, error)) return cures.region = true;
  }
  if (!cures.clock && (status == 403 || status == 400)) {
    if (clock_.follow(response)) return cures.clock = true;
  }
  const bool headless = response.body.empty() && status == 403;  // HEAD: no code to go by
  if (!cures.credentials && !credentials.session_token.empty() &&
      (headless || is_expired_credentials(error.code))) {
    credentials_->refused(credentials);
    return cures.credentials = true;
  }
  return is_one_of(error.code, garbled) && cures.resent++ < kMostResent;
}

bool S3Client::go_to_region(const HttpResponse& response, const S3Error& error) {
  const std::string told = response.header("x-amz-bucket-region");
  const std::string& wanted = told.empty() ? error.region : told;
  const std::string place = response.header("location");
  const std::scoped_lock lock(mutex_);
  bool changed = false;
  if (!wanted.empty() && wanted != region_) {
    region_ = wanted;
    changed = true;
  }
  // a bucket made lately is elsewhere for a while; only AWS itself sends people on
  if (response.status == 307 && !settings_.endpoint && place.starts_with("https://")) {
    const std::string host = parse_url(place).host;
    if (host != endpoint_ && is_aws_host(host)) {
      endpoint_ = host;
      changed = true;
    }
  }
  return changed;
}

void S3Client::hear_clock(const HttpResponse& response) {
  const auto server = parse_http_date(response.header("date"));
  if (!server) return;
  const std::scoped_lock lock(mutex_);
  heard_ = server;
  heard_at_ = Retry::Clock::now();
}

Instant S3Client::now() {
  const auto heard = [&]() -> std::optional<Instant> {
    const std::scoped_lock lock(mutex_);
    const auto since = Retry::Clock::now() - heard_at_;
    if (!heard_ || since > kHeardLately) return std::nullopt;
    return *heard_ + std::chrono::duration_cast<Instant::duration>(since);
  };
  if (const auto time = heard()) return *time;
  send({.method = "HEAD"});
  if (const auto time = heard()) return *time;
  throw Error(ErrorCode::bad_data, fmt::format("s3://{}: the server tells no time", bucket_));
}

Url S3Client::address(const std::string& key) const {
  const std::scoped_lock lock(mutex_);
  Url url = settings_.endpoint.value_or(Url{.host = aws_host(kS3, region_, settings_.names)});
  if (!url.path.ends_with('/')) url.path += '/';
  const bool dotted = bucket_.find('.') != std::string::npos;  // no certificate fits such a host
  if (settings_.path_style || (dotted && url.scheme == "https")) {
    url.path += bucket_ + (key.empty() ? "" : "/");
  } else {
    url.host = endpoint_.empty() ? fmt::format("{}.{}", bucket_, url.host) : endpoint_;
  }
  url.path += key;
  return url;
}

std::string S3Client::region() const {
  const std::scoped_lock lock(mutex_);
  return region_;
}

std::string S3Client::presigned(const std::string& key, std::chrono::seconds valid) {
  return presign("GET", address(key), credentials_->get(),
                 {.region = region(), .service = "s3", .time = clock_.now()}, valid)
      .text();
}

}  // namespace forecart

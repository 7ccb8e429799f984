#pragma once

#include "net/credentials.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/server_clock.h"
#include "store/s3_settings.h"
#include "store/s3_xml.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace forecart {

/// A request to one bucket.
struct S3Request {
  std::string method = "GET";
  std::string key = {};  ///< in the bucket; empty for the bucket itself
  NamedValues query = {};
  NamedValues headers = {};
  std::string_view body = {};
  std::optional<FileRange> file = {};  ///< in place of the body
  std::string hash = {};  ///< SHA-256 of body or file; computed where empty and no file
};

/// Makes the sink of one try; what an earlier try left is void.
using SinkMaker = std::function<HttpSink()>;

/// One bucket of S3 or of what speaks like it: signs, retries, follows the bucket to its region and
/// the server's clock. Safe for several threads.
class S3Client {
 public:
  S3Client(std::string bucket, S3Settings settings, std::unique_ptr<CredentialChain> credentials);

  /// The first answer that is no passing trouble: success, or a refusal such as 404 and 412, which
  /// the caller judges. Throws Error unavailable where none came before the deadline; the request
  /// may then have been carried out or not.
  HttpResponse send(const S3Request& request, const SinkMaker& make_sink = nullptr);

  /// The same, and throws what `fail` throws unless it succeeded.
  HttpResponse expect(const S3Request& request, const SinkMaker& make_sink = nullptr);

  /// Throws the Error for an answer that is no success.
  [[noreturn]] void fail(const S3Request& request, const HttpResponse& response) const;

  /// An address for reading with a signature in it.
  std::string presigned(const std::string& key, std::chrono::seconds valid);

  /// The server's time; asks it if nothing was heard from it lately.
  Instant now();

  const S3Settings& settings() const { return settings_; }
  const std::string& bucket() const { return bucket_; }

 private:
  /// Cures that help once or never.
  struct Cures {
    bool region = false;
    bool clock = false;
    bool credentials = false;
    int resent = 0;
  };

  HttpResponse attempt(const S3Request& request, const Credentials& credentials,
                       std::chrono::milliseconds left, const SinkMaker& make_sink);
  bool cure(const HttpResponse& response, const Credentials& credentials, Cures& cures);
  bool go_to_region(const HttpResponse& response, const S3Error& error);
  void hear_clock(const HttpResponse& response);
  Url address(const std::string& key) const;
  std::string region() const;

  std::string bucket_;
  S3Settings settings_;
  std::unique_ptr<CredentialChain> credentials_;
  HttpClient http_;
  ServerClock clock_;
  mutable std::mutex mutex_;
  std::string region_;            ///< of the bucket, as far as known
  std::string endpoint_;          ///< host that a redirect named; empty where none did
  std::optional<Instant> heard_;  ///< server's time at `heard_at_`
  Retry::Clock::time_point heard_at_;
};

}  // namespace forecart

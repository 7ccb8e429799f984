#pragma once

#include "base/time.h"
#include "net/credentials.h"
#include "net/http.h"

#include <chrono>
#include <string>
#include <string_view>

namespace forecart {

/// What a signature is good for.
struct SigningScope {
  std::string region;
  std::string service;  ///< "s3", "sqs", …
  Instant time;         ///< of the server's clock: it refuses what is some minutes off
};

/// In place of the hash of a body that is not signed.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

/// Adds x-amz-date, x-amz-security-token where there is one, for s3 x-amz-content-sha256, and
/// authorization (AWS Signature Version 4). All headers of the request are signed; none may be
/// empty. What comes behind is not signed: the trace of X-Ray (trace.h), which proxies may change.
/// `payload_hash` is the SHA-256 of the body in hexadecimal, or kUnsignedPayload.
void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          std::string_view payload_hash);

/// The address with a signature in its query, good for 1 second to 7 days.
Url presign(const std::string& method, Url url, const Credentials& credentials,
            const SigningScope& scope, std::chrono::seconds valid);

/// "20130524T000000Z"
std::string amz_date(Instant time);

}  // namespace forecart

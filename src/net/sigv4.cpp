#include "net/sigv4.h"

#include "base/ascii.h"
#include "base/error.h"
#include "base/hash.h"
#include "net/trace.h"

#include <fmt/format.h>
#include <openssl/hmac.h>

#include <array>
#include <map>

namespace forecart {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::chrono::seconds kLongestPresign = std::chrono::hours(24 * 7);

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

/// Spaces at the ends go, several in a row become one.
std::string folded(std::string_view value) {
  std::string text;
  for (const char c : value) {
    const bool space = c == ' ' || c == '\t';
    if (!space || (!text.empty() && text.back() != ' ')) text += space ? ' ' : c;
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

/// Headers as they are signed: sorted, equal names joined by ",".
struct CanonicalHeaders {
  explicit CanonicalHeaders(const std::string& host, const NamedValues& headers) {
    std::map<std::string, std::string> sorted{{"host", host}};
    for (const auto& [name, value] : headers) {
      std::string& all = sorted[ascii_lower(name)];
      all += (all.empty() ? "" : ",") + folded(value);
    }
    for (const auto& [name, value] : sorted) {
      lines += fmt::format("{}:{}\n", name, value);
      names += (names.empty() ? "" : ";") + name;
    }
  }
  std::string lines;
  std::string names;
};

std::string credential_scope(const SigningScope& scope) {
  return fmt::format("{}/{}/{}/aws4_request", amz_date(scope.time).substr(0, 8), scope.region,
                     scope.service);
}

/// S3 signs the path as it is sent, all others encode it once more.
std::string canonical_path(const Url& url, const std::string& service) {
  const std::string sent = uri_encode(url.path, true);
  return service == "s3" ? sent : uri_encode(sent, true);
}

/// AWS Signature Version 4, "Create a canonical request".
std::string canonical_request(const std::string& method, const Url& url,
                              const CanonicalHeaders& headers, const SigningScope& scope,
                              std::string_view payload_hash) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", method, canonical_path(url, scope.service),
                     encode_query(url.query), headers.lines, headers.names, payload_hash);
}

/// AWS Signature Version 4, "Create a string to sign" and "Calculate the signature".
std::string signature(const std::string& request, const Credentials& credentials,
                      const SigningScope& scope) {
  const std::string date = amz_date(scope.time);
  const std::string text =
      fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date, credential_scope(scope), sha256(request));
  std::string key = hmac("AWS4" + credentials.secret_key, date.substr(0, 8));
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    key = hmac(key, part);
  }
  return hex(hmac(key, text));
}

}  // namespace

std::string amz_date(Instant time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(seconds - day);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          std::string_view payload_hash) {
  NamedValues& headers = request.headers;
  headers.emplace_back("x-amz-date", amz_date(scope.time));
  if (!credentials.session_token.empty()) {
    headers.emplace_back("x-amz-security-token", credentials.session_token);
  }
  if (scope.service == "s3") headers.emplace_back("x-amz-content-sha256", payload_hash);
  const CanonicalHeaders canonical(request.url.host, headers);
  const std::string signed_by =
      signature(canonical_request(request.method, request.url, canonical, scope, payload_hash),
                credentials, scope);
  headers.emplace_back(
      "authorization",
      fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                  credentials.access_key, credential_scope(scope), canonical.names, signed_by));
  if (const std::string trace = current_trace(); !trace.empty()) {
    headers.emplace_back("x-amzn-trace-id", trace);
  }
}

Url presign(const std::string& method, Url url, const Credentials& credentials,
            const SigningScope& scope, std::chrono::seconds valid) {
  if (valid < std::chrono::seconds(1) || valid > kLongestPresign) {
    throw Error(ErrorCode::invalid_value, fmt::format("an address for {} s: 1 to {} are possible",
                                                      valid.count(), kLongestPresign.count()));
  }
  const CanonicalHeaders canonical(url.host, {});
  NamedValues& query = url.query;
  query.emplace_back("X-Amz-Algorithm", kAlgorithm);
  query.emplace_back("X-Amz-Credential",
                     fmt::format("{}/{}", credentials.access_key, credential_scope(scope)));
  query.emplace_back("X-Amz-Date", amz_date(scope.time));
  query.emplace_back("X-Amz-Expires", fmt::format("{}", valid.count()));
  query.emplace_back("X-Amz-SignedHeaders", canonical.names);
  if (!credentials.session_token.empty()) {
    query.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  query.emplace_back("X-Amz-Signature",
                     signature(canonical_request(method, url, canonical, scope, kUnsignedPayload),
                               credentials, scope));
  return url;
}

}  // namespace forecart

#include "services/oidc_provider.h"

#include "services/oidc_error.h"

#include <fmt/format.h>

#include <utility>

namespace forecart {

namespace {

constexpr std::chrono::seconds kKept{3600};
constexpr std::chrono::seconds kKeysAtLeastKept{30};
constexpr std::chrono::seconds kTimeout{5};
constexpr std::size_t kMostBytes = std::size_t{256} << 10;

std::string description_of(const std::string& issuer) {
  const bool slash = issuer.ends_with('/');
  return issuer.substr(0, issuer.size() - (slash ? 1 : 0)) + "/.well-known/openid-configuration";
}

}  // namespace

OidcProvider::OidcProvider(std::string issuer, HttpOptions http, Clock clock, std::stop_token stop)
    : issuer_(std::move(issuer)),
      client_(std::move(http)),
      clock_(std::move(clock)),
      stop_(std::move(stop)) {}

std::shared_ptr<const OidcMetadata> OidcProvider::metadata() {
  return metadata_.get(clock_(), kKept, [this] {
    return parse_oidc_metadata(fetch(description_of(issuer_), "description"), issuer_);
  });
}

std::shared_ptr<const OidcProvider::Keys> OidcProvider::keys() {
  return keys_.get(clock_(), kKept, [this] { return fetch_keys(); });
}

std::shared_ptr<const OidcProvider::Keys> OidcProvider::newer_keys() {
  return keys_.get(clock_(), kKeysAtLeastKept, [this] { return fetch_keys(); });
}

OidcProvider::Keys OidcProvider::fetch_keys() {
  auto keys = parse_jwk_set(fetch(metadata()->jwks_uri, "keys"));
  if (keys) return std::move(*keys);
  throw OidcError(OidcFault::provider_wrong, "the provider's keys are no JWK Set of 100 at most",
                  "ask who runs the provider");
}

/// Takes the body in pieces, so that a large one is not kept.
HttpResponse OidcProvider::send(HttpRequest request) {
  request.timeout = kTimeout;
  request.stop = stop_;
  std::string body;
  HttpResponse response = client_.send(request, [&](const HttpResponse&, std::string_view piece) {
    body += piece;
    if (body.size() <= kMostBytes) return true;
    throw OidcError(OidcFault::provider_wrong, "an answer of the provider is larger than 256 KiB",
                    "ask who runs the provider");
  });
  if (response.ok()) response.body = std::move(body);
  return response;
}

std::string OidcProvider::fetch(const std::string& address, const char* what) {
  HttpResponse response =
      send({.url = parse_url(address), .headers = {{"accept", "application/json"}}});
  if (response.ok()) return std::move(response.body);
  const bool refused = response.status >= 300 && response.status < 500;
  const std::string came =
      response.status >= 300 ? fmt::format("answer {}", response.status) : response.failure;
  throw OidcError(refused ? OidcFault::provider_wrong : OidcFault::provider_away,
                  fmt::format("no {} of the provider of OpenID Connect: {}", what, came),
                  "try again soon; see that the issuer set up here is the provider's address and "
                  "that this server reaches it");
}

HttpResponse OidcProvider::post_form(const std::string& address, const std::string& form,
                                     const NamedValues& headers) {
  HttpRequest request{.method = "POST", .url = parse_url(address), .headers = headers};
  request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
  request.headers.emplace_back("accept", "application/json");
  request.body = form;
  return send(std::move(request));
}

}  // namespace forecart
